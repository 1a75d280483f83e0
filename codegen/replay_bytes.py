"""Runs a plan as tags on bytes: every byte that a call reads is the byte that was written for it.

Independent of lifetimes, distances and solver. Each byte of an arena carries a tag: whose byte it is. A call that
does not say in which order it reads and writes reads all at its end and writes all at its beginning.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from .errors import InternalError
from .graph import ITEM_BITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .graph import Array, Tensor
    from .operators.access import Access, Steps
    from .planning.model import Buffer, KernelCall, MemoryPlan

POISON = -1
LATEST = np.iinfo(np.int64).max


def replay_bytes(plan: MemoryPlan) -> None:
    """Runs all calls of `plan` once, in order of their ticks. InternalError where a call reads what is not there.

    Not for plans with segments: see `codegen.replay`.
    """
    if any(call.reads is not None for call in plan.schedule.calls):
        return
    memory = _Memory(plan)
    schedule = plan.schedule
    for run in schedule.invocations:
        for tensor in run.inputs:
            memory.put(tensor)
        for tick in run.ticks:
            memory.run(tick, schedule.calls[tick])
        for tensor in run.results:
            memory.check_output(tensor)


class _Memory:
    """The tags of every byte, a number for each byte of each buffer."""

    def __init__(self, plan: MemoryPlan) -> None:
        self.plan = plan
        self.tags = {arena.region.name: np.full(arena.bytes, POISON, np.int64) for arena in plan.arenas}
        begins = accumulate((buffer.bytes for buffer in plan.buffers), initial=0)
        self.first_tag: Mapping[Buffer, int] = dict(zip(plan.buffers, begins, strict=False))

    def _bytes(self, tensor: Tensor) -> tuple[Array, Array, Buffer] | None:
        """The memory of `tensor` (a view of the arena), the tags that belong there and its buffer; None: not here."""
        owner, begin = self.plan.schedule.place(tensor)
        buffer = self.plan.by_tensor.get(owner)
        if buffer is None or buffer.region not in self.tags:
            return None
        at = buffer.offset + begin
        first = self.first_tag[buffer] + begin
        tags = np.arange(first, first + tensor.bytes, dtype=np.int64)
        return self.tags[buffer.region][at : at + tensor.bytes], tags, buffer

    def put(self, tensor: Tensor) -> None:
        """`tensor` is there, all of it."""
        if (place := self._bytes(tensor)) is not None:
            place[0][:] = place[1]

    def check_output(self, tensor: Tensor) -> None:
        place = self._bytes(tensor)
        if place is not None and (place[0] != place[1]).any():
            msg = f"output {tensor.name!r} is overwritten before the end"
            raise InternalError(msg)

    def run(self, tick: int, call: KernelCall) -> None:
        access = call.access(self.plan.schedule.target)
        written = {tensor: self._bytes(tensor) for tensor in call.written}
        # When each byte of an arena is overwritten in this call, told by the tag that it then has.
        soon: dict[str, Array] = {}
        for tensor, place in written.items():
            if place is not None:
                self._mark(soon, tensor, place[2], access)
        scratch = self.plan.scratch.get(tick)
        if scratch is not None and call.scratch_bytes:
            self._time(soon, scratch)[scratch.offset : scratch.offset + call.scratch_bytes] = 0
            self.tags[scratch.region][scratch.offset : scratch.offset + call.scratch_bytes] = POISON
        for tensor in call.tensors:
            self._check_read(tick, call, tensor, access, soon, written=tensor in written)
        for tensor, place in written.items():
            if place is not None:
                touched = _steps(tensor, access.writes.get(tensor), missing=0) >= 0
                place[0][touched] = place[1][touched]

    def _time(self, soon: dict[str, Array], buffer: Buffer) -> Array:
        if buffer.region not in soon:
            soon[buffer.region] = np.full(len(self.tags[buffer.region]), LATEST, np.int64)
        return soon[buffer.region]

    def _mark(self, soon: dict[str, Array], tensor: Tensor, buffer: Buffer, access: Access) -> None:
        steps = _steps(tensor, access.writes.get(tensor), missing=0)
        at = buffer.offset + self.plan.schedule.place(tensor)[1]
        place = self._time(soon, buffer)[at : at + tensor.bytes]
        np.minimum(place, np.where(steps >= 0, steps, LATEST), out=place)

    def _check_read(
        self,
        tick: int,
        call: KernelCall,
        tensor: Tensor,
        access: Access,
        soon: Mapping[str, Array],
        *,
        written: bool,
    ) -> None:
        """What `tensor` holds must be there when the call begins, and stay until its last read. Of a tensor that the
        call writes nothing is asked: kernels read there only what they wrote."""
        place = self._bytes(tensor)
        if place is None or written:
            return
        there, tags, buffer = place
        reads = _steps(tensor, access.reads.get(tensor), missing=LATEST)
        wrong = (there != tags) & (reads >= 0)
        if buffer.region in soon:
            at = buffer.offset + self.plan.schedule.place(tensor)[1]
            wrong |= soon[buffer.region][at : at + tensor.bytes] < reads
        if wrong.any():
            op = call.operator
            msg = (
                f'operator {op.index} {op.type} "{op.name}" reads byte {int(wrong.argmax())} of {tensor.name!r} '
                f"at tick {tick}, where something else lies by then"
            )
            raise InternalError(msg)


def _steps(tensor: Tensor, steps: Steps | None, missing: int) -> Array:
    """The step of each byte of `tensor`, negative where it is not touched; `missing` where nothing is known."""
    if steps is None:
        return np.full(tensor.bytes, missing, np.int64)
    size = max(ITEM_BITS[tensor.dtype] // 8, 1)
    every = np.full(tensor.bytes, -1, np.int64)
    at = np.repeat(steps.at, size)
    every[size * steps.first : size * steps.first + len(at)] = at
    return every
