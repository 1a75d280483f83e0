"""Runs a plan with segments as marks on bytes: every row is where it is read, when it is read, and nothing else is.

Independent of the planner: what a call reads and writes is taken from the operator's geometry, where it lies from the
plan's offsets and rings, and the order from the counters that the emitted loops keep.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from .errors import InternalError
from .operators import family_of
from .operators.family import Address, Band, call_values
from .planning.model import PUSHED, STATE, Segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .graph import Array, Tensor
    from .planning.model import Buffer, KernelCall, MemoryPlan


def replay_rows(plan: MemoryPlan) -> None:
    """InternalError where a segment's call finds other bytes than the rows that it needs, or where its calls are not
    in the order of the emitted loop. Nothing to do for a plan without segments."""
    segments = [node for node in plan.schedule.body if isinstance(node, Segment)]
    for segment in segments:
        _check_order(segment)
    if segments:
        _Replay(plan).run()


def _check_order(segment: Segment) -> None:
    """The emitted loop, literally. The caller's rows are counted behind those of the stages: `PUSHED` is -1."""
    stages = segment.stages
    made = [0] * (len(stages) + 1)
    arrivals: list[int] = []

    def runnable() -> int | None:
        for k in reversed(range(len(stages))):
            ready = all(made[n.stage] >= n.at(made[k]) for n in stages[k].needs)
            if made[k] < stages[k].rows and ready:
                return k
        return None

    for number, call in enumerate(segment.calls):
        while (k := runnable()) is None:
            if segment.pushed is None or made[-1] >= _most_rows(segment):
                raise InternalError("a segment has more calls than its loop makes")
            made[-1] += 1
            arrivals.append(number)
        stage = stages[k]
        end = min(made[k] + stage.band, stage.rows)
        if (call.operator, call.band) != (stage.operator, Band(made[k], end)):
            msg = f"the loop computes rows {made[k]} to {end} of {stage.operator.name!r} at another time"
            raise InternalError(msg)
        made[k] = end
    if made[:-1] != [stage.rows for stage in stages]:
        raise InternalError("a segment ends before all of its rows are made")
    if tuple(arrivals) != segment.arrivals:
        raise InternalError("the rows of the input are pushed at other times")


def _most_rows(segment: Segment) -> int:
    return max(need.rows for stage in segment.stages for need in stage.needs if need.stage == PUSHED)


class _Replay:
    def __init__(self, plan: MemoryPlan) -> None:
        self.plan = plan
        self.memory: dict[str, Array] = {a.region.name: np.zeros(a.bytes, np.int64) for a in plan.arenas}
        self.marks = count(1)
        self.mark: dict[tuple[Tensor, int], int] = {}

    def run(self) -> None:
        schedule = self.plan.schedule
        by_row = {schedule.storage(t) for call in schedule.calls if call.reads is not None for t in call.tensors}
        segment = schedule.pushed
        pushed = segment.pushed if segment else None
        for tensor in schedule.graph.main.inputs:
            if tensor is not pushed:
                self._write(tensor, None)
        begin = next((t for t, call in enumerate(schedule.calls) if segment and call is segment.calls[0]), 0)
        for tick, call in enumerate(schedule.calls):
            for row, arrival in enumerate(segment.arrivals if segment else ()):
                if pushed is not None and begin + arrival == tick:
                    self._write_row(pushed, row)
            reads, writes = self._bands(call)
            for tensor in call.tensors:
                if tensor not in call.operator.outputs and schedule.storage(tensor) in by_row:
                    self._read(tensor, reads, call)
            if reads is not None:
                self._check_runs(call, reads)
                self._check_in_place(call)
            self._scratch(tick, call)
            for tensor in call.written:
                if tensor in call.operator.outputs or not call.operator.outputs:
                    self._write(tensor, writes)
        for tensor in (*schedule.graph.main.outputs, *schedule.graph.keep):
            if schedule.storage(tensor) in by_row:
                self._read(tensor, None, None)

    def _bands(self, call: KernelCall) -> tuple[Band | None, Band | None]:
        if call.reads is None or call.band is None:
            return None, None
        if call.kernel.accumulates:
            height = call.operator.input().shape[1]
            return call.band, None if call.band.last == height else Band(0, 0)
        spatial = family_of(call.operator).spatial(call.operator)
        assert spatial is not None
        return spatial.input_band(call.band), call.band

    def _places(self, tensor: Tensor, band: Band | None) -> Iterator[tuple[int, Array]]:
        """(row, its bytes) of `tensor`; rows are those of its buffer."""
        buffer = self.plan.buffer_of(tensor)
        if buffer is None or buffer.region == STATE or not buffer.bytes:
            return
        owner, begin = self.plan.schedule.place(tensor)
        if tensor.bytes < owner.bytes:  # a part, in no segment
            yield -1 - begin, self.memory[buffer.region][buffer.offset + begin :][: tensor.bytes]
            return
        size = self._row_bytes(tensor, buffer)
        rows = buffer.rows
        same = len(tensor.shape) == 4 and tensor.shape[1] == rows
        first, last = (band.first, band.last) if band is not None and same else (0, rows)
        if band is not None and band.rows == 0:
            return
        for row in range(first, min(last, rows)):
            at = buffer.offset + (row % buffer.ring if buffer.ring else row) * size
            yield row, self.memory[buffer.region][at : at + size]

    def _value(self, tensor: Tensor) -> Tensor:
        """The tensor whose value `tensor` is, through views that keep it."""
        schedule = self.plan.schedule
        while tensor in schedule.views and tensor not in schedule.overwritten:
            tensor = schedule.views[tensor]
        return tensor

    def _check_in_place(self, call: KernelCall) -> None:
        """What a call writes over is read first, each element of it."""
        schedule = self.plan.schedule
        for tensor in call.operator.inputs:
            if tensor in schedule.overwritten and schedule.views[tensor] is call.operator.output:
                access = call.access(schedule.target)
                (read, begin), (written, first) = access.reads[tensor], access.writes[call.operator.output]
                last = min(begin + len(read), first + len(written))
                at = max(begin, first)
                if (written[at - first : last - first] < read[at - begin : last - begin]).any():
                    msg = f"operator {call.operator.index} writes over {tensor.name!r} before it reads it"
                    raise InternalError(msg)

    def _row_bytes(self, tensor: Tensor, buffer: Buffer) -> int:
        return self.plan.schedule.storage(tensor).bytes // buffer.rows

    def _write(self, tensor: Tensor, band: Band | None) -> None:
        for row, part in self._places(tensor, band):
            key = (self._value(tensor), row)
            self.mark[key] = part[...] = next(self.marks)

    def _write_row(self, tensor: Tensor, row: int) -> None:
        for place, part in self._places(tensor, None):
            if place == row:
                self.mark[tensor, row] = part[...] = next(self.marks)

    def _read(self, tensor: Tensor, band: Band | None, call: KernelCall | None) -> None:
        for row, part in self._places(tensor, band):
            mark = self.mark.get((self._value(tensor), row))
            if mark is None or (part != mark).any():
                reader = f"operator {call.operator.index}" if call else "the caller"
                msg = f"row {row} of tensor {tensor.name!r} is not there when {reader} reads it"
                raise InternalError(msg)

    def _check_runs(self, call: KernelCall, reads: Band) -> None:
        """Rows that are given by address follow each other, and so do those that a call writes."""
        addresses = [value for value in call_values(call.call) if isinstance(value, Address)]
        for value in addresses:
            buffer = self.plan.buffer_of(value.tensor)
            band = call.writes if value.writable else reads
            if buffer is None or buffer.ring is None or band is None or not band.rows:
                continue
            if band.first % buffer.ring + band.rows > buffer.ring:
                msg = f"operator {call.operator.index} is to go round the end of the ring of {value.tensor.name!r}"
                raise InternalError(msg)

    def _scratch(self, tick: int, call: KernelCall) -> None:
        buffer = self.plan.scratch.get(tick)
        if buffer is None or buffer.region == STATE:
            return
        part = self.memory[buffer.region][buffer.offset : buffer.offset + buffer.bytes]
        begins = call.band is None or call.band.first == 0
        if call.kernel.accumulates and not begins and (part != part[0]).any():
            msg = f"the sums of operator {call.operator.index} do not last from row to row"
            raise InternalError(msg)
        if not call.kernel.accumulates or begins:
            part[...] = next(self.marks)
