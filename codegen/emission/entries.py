"""MemoryPlan -> Interface: what of a plan the application sees, under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..planning.model import PUSHED
from .interface import ArenaField, EntryPoint, Interface, Port, Pushed
from .naming import Names, identifier
from .printer import C_TYPES

if TYPE_CHECKING:
    from ..graph import Tensor
    from ..planning.model import Invocation, MemoryPlan


def make_interface(plan: MemoryPlan, name: str) -> Interface:
    """The interface of `plan` as the module `name`. Names come from the signature where the model has one."""
    upper = name.upper()
    single = len(plan.arenas) == 1
    arenas = tuple(
        ArenaField(
            "arena" if single else f"arena_{identifier(arena.region.name)}",
            f"{upper}_ARENA" if single else f"{upper}_ARENA_{identifier(arena.region.name).upper()}",
            arena,
        )
        for arena in plan.arenas
    )
    runs = plan.schedule.invocations
    prefixes = Names()
    entries = []
    for run in runs:
        suffix = identifier(run.name, "main").rstrip("_")  # behind the module's name no word is reserved
        entries.append(_entry(plan, run, name, prefixes.unique(f"{name}_{suffix}" if run.name else name)))
    return Interface(name, arenas, tuple(entries), plan.state_bytes)


def _entry(plan: MemoryPlan, run: Invocation, module: str, prefix: str) -> EntryPoint:
    """The entry point of `run`."""
    signature = next((s for s in plan.schedule.graph.signatures if s.subgraph == run.subgraph), None)
    taken = Names()

    def ports(kind: str, tensors: tuple[Tensor, ...], names: Names) -> tuple[Port, ...]:
        signed = () if signature is None else signature.inputs if kind == "input" else signature.outputs
        public = {tensor: name for name, tensor in signed}
        return tuple(
            Port(
                kind, index, names.unique(identifier(public.get(tensor, tensor.name), f"{kind}_{index}")), tensor,
                f"{prefix.upper()}_{kind.upper()}_{index}", C_TYPES[tensor.dtype], public.get(tensor, tensor.name),
                prefix,
            )
            for index, tensor in enumerate(tensors)
        )  # fmt: skip

    inputs, outputs = ports("input", run.inputs, Names()), ports("output", run.outputs, taken)
    kept = ports("tensor", run.keep, taken)  # after the outputs: they share `<id>_dequantize_`
    segment = plan.schedule.pushed
    pushed = None
    if segment is not None and segment.pushed is not None:
        rows = max(need.rows for stage in segment.stages for need in stage.needs if need.stage == PUSHED)
        counters = ("pushed", *(f"made_{stage.operator.index}" for stage in segment.stages))
        pushed = Pushed(inputs[0], rows, inputs[0].tensor.bytes // rows, counters)
    return EntryPoint(module, run.name, prefix, inputs, outputs, kept, run.may_wait, run.subgraph, pushed)
