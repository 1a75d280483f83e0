"""The compiler's nouns as text for people: what `--dump-after` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch

from ..emission.module import CModule
from ..graph import Graph, Operator, Tensor
from ..planning.model import Buffer, KernelCall, MemoryPlan, Schedule
from .console import printable


@singledispatch
def dump(noun: object) -> str:
    """`noun`, one line a thing."""
    return repr(noun)


def tensor_text(tensor: Tensor | None) -> str:
    """Type, shape, name, and what else tells it apart."""
    if tensor is None:
        return "none"
    what = f"{tensor.dtype}{list(tensor.shape)} %{tensor.id}"
    if tensor.is_constant:
        what += " const"
    if tensor.quantization and not tensor.quantization.is_per_channel:
        what += f" scale {tensor.scale:.9g} zero point {tensor.zero_point}"
    elif tensor.quantization:
        what += f" {len(tensor.quantization.scales)} scales"
    return f'{what} "{printable(tensor.name)}"'


def _joined(tensors: Iterable[Tensor | None]) -> str:
    return ", ".join(tensor_text(tensor) for tensor in tensors) or "nothing"


def _operator(op: Operator) -> Iterator[str]:
    options = ", ".join(f"{k}={v!r}" for k, v in op.options.items() if k != "custom_options")
    yield f'{op.index:4} {op.type} v{op.version} "{printable(op.name)}"' + (f" ({options})" if options else "")
    yield f"       from {_joined(op.inputs)}"
    yield f"         to {_joined(op.outputs)}"


@dump.register
def _(graph: Graph) -> str:
    lines = [f"graph {printable(graph.file)} {graph.sha256}"]
    for subgraph in graph.subgraphs:
        lines.append(f'subgraph {subgraph.index} "{printable(subgraph.name)}"')
        lines.append(f"  inputs {_joined(subgraph.inputs)}")
        lines += [f"  {line}" for op in subgraph.operators for line in _operator(op)]
        lines.append(f"  outputs {_joined(subgraph.outputs)}")
    return "\n".join(lines)


def _call(tick: int, step: KernelCall) -> str:
    rows = f" rows [{step.band.first}, {step.band.last})" if step.band else ""
    scratch = f" scratch {step.scratch_bytes}" if step.scratch_bytes else ""
    op = step.operator
    return f'{tick:4} {step.call.function} for operator {op.index} {op.type} "{printable(op.name)}"{rows}{scratch}'


@dump.register
def _(schedule: Schedule) -> str:
    target = schedule.target
    lines = [f"schedule for {target.board.name}, CMSIS-NN {target.cmsis_nn}, kernels {target.kernels}"]
    lines += [_call(tick, step) for tick, step in enumerate(schedule.calls)]
    lines += [f"view {tensor_text(view)} of {tensor_text(of)}" for view, of in schedule.views.items()]
    return "\n".join(lines)


def _buffer(buffer: Buffer) -> str:
    live = " ".join(f"[{x.offset}+{x.bytes} @ {x.first}..{x.last}]" for x in buffer.live)
    return (
        f"{buffer.id:4} {buffer.region}+{buffer.offset} {buffer.bytes} bytes {buffer.kind} "
        f'"{printable(buffer.name)}" live {live}'
    )


@dump.register
def _(plan: MemoryPlan) -> str:
    arenas = [f"arena {a.region.name}: {a.bytes} bytes, lower bound {a.bound}" for a in plan.arenas]
    return "\n".join([*arenas, *(_buffer(buffer) for buffer in plan.buffers)])


@dump.register
def _(module: CModule) -> str:
    lines = [f"{len(text.encode()):8} bytes  {path}" for path, text in module.files.items()]
    return "\n".join([f"module {module.name}", *lines])
