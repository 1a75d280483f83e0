"""What a plan says about itself: the guards of the C, the facts of its comments, the plan JSON."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ..costs import cost_of
from ..graph import Operator
from ..operators import family_of
from ..placement import ConstantPlace
from ..planning.model import Buffer, KernelCall, MemoryPlan
from ..target import Target
from .interface import Interface, Port
from .printer import ConstantPool, operator_id
from .runtime import Runtime

PLAN_SCHEMA = "codegen-plan-1"
"""The version of the plan JSON; docs/plan.schema.json describes it."""


def version() -> str:
    """The package's version; `0.0.0` in a tree that was never installed."""
    try:
        return metadata.version("codegen")
    except metadata.PackageNotFoundError:
        return "0.0.0"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the head comments say."""

    generator: str
    source: str
    sha256: str
    board: str
    core: str
    cmsis_nn: str
    operators: int
    macs: int
    arena_bytes: int
    bound: int
    weight_bytes: int
    is_for_size: bool


def facts(plan: MemoryPlan, pool: ConstantPool) -> Facts:
    """The facts of `plan`; weight bytes are all emitted constants."""
    graph, target = plan.schedule.graph, plan.schedule.target
    operators = [op for _, index in graph.entries for op in graph.subgraphs[index].operators]
    return Facts(
        f"codegen {version()}", Path(graph.file).name, graph.sha256, target.board.name, target.core.name,
        f"{target.cmsis_nn.name}", len(operators), sum(family_of(op).macs(op) for op in operators),
        sum(a.bytes for a in plan.arenas), sum(a.bound for a in plan.arenas),
        sum(c.data.nbytes for c in pool.constants), target.optimize == "size",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guard:
    """An `#if condition` / `#error message` pair."""

    condition: str
    message: str


def guards(plan: MemoryPlan) -> list[Guard]:
    """What the C refuses to be compiled for: other ISA features or another CMSIS-NN release than planned for.

    The host (CG_HOST) runs a module planned for any core: every packed layout has a portable kernel.
    """
    target = plan.schedule.target
    found = []
    if target.isa.mve:
        found.append(Guard("!defined(CG_HOST) && !defined(__ARM_FEATURE_MVE)", "planned for Helium (MVE)"))
    elif target.isa.dsp:
        condition = "!defined(CG_HOST) && (!defined(__ARM_FEATURE_DSP) || defined(__ARM_FEATURE_MVE))"
        found.append(Guard(condition, "planned for the DSP extension without MVE"))
    elif not target.core.is_host:
        condition = "!defined(CG_HOST) && (defined(__ARM_FEATURE_DSP) || defined(__ARM_FEATURE_MVE))"
        found.append(Guard(condition, "planned for a core without DSP and MVE"))
    advice = "sizes differ on this core. Compile the model for its board."
    found = [Guard(guard.condition, f"{guard.message}; {advice}") for guard in found]
    if any(step.kernel.provider == "cmsis-nn" for step in plan.schedule.calls):
        release = target.cmsis_nn
        found.append(
            Guard(
                f"!defined(CG_CMSIS_NN_RELEASE) || CG_CMSIS_NN_RELEASE != {release.number}",
                f"planned for CMSIS-NN {release.name}: define CG_CMSIS_NN_RELEASE={release.number} if that is linked",
            )
        )
    return found


def _port(port: Port, plan: MemoryPlan) -> dict[str, object]:
    tensor = port.tensor
    buffer = plan.buffer_of(tensor)
    quantization = tensor.quantization
    return {
        "index": port.index,
        "name": port.user_name,
        "tensor": tensor.origin,
        "dtype": tensor.dtype,
        "shape": list(tensor.shape),
        "bytes": tensor.bytes,
        "scale": list(quantization.scales) if quantization else [],
        "zero_point": list(quantization.zero_points) if quantization else [],
        "buffer": buffer.id if buffer else None,
    }


def _buffer(buffer: Buffer, plan: MemoryPlan) -> dict[str, object]:
    return {
        "id": buffer.id,
        "name": buffer.name,
        "kind": buffer.kind,
        "tensor": buffer.tensor.origin if buffer.tensor else None,
        "tensor_name": buffer.tensor.name if buffer.tensor else None,
        "region": buffer.region,
        "offset": buffer.offset,
        "bytes": buffer.bytes,
        "ring": [buffer.rows, buffer.ring] if buffer.ring else None,
        "live": [[x.offset, x.bytes, x.first, x.last] for x in buffer.live],
        "over": [dying.id for dying, growing in plan.shared if growing is buffer],
    }


def _operator(subgraph: int, op: Operator, step: KernelCall | None, target: Target) -> dict[str, object]:
    family = family_of(op)
    # Control flow is not computed by a kernel: its copies are not what it is.
    kernel = step.kernel if step and family.expand is None else None
    cost = cost_of(kernel, op, target) if kernel else None
    return {
        "subgraph": subgraph,
        "index": op.index,
        "id": operator_id(op, subgraph),
        "type": op.type,
        "name": op.name,
        "kernel": kernel.name if kernel else None,
        "provider": kernel.provider if kernel else None,
        "variant": None,
        "macs": family.macs(op),
        "cost": cost.instructions if cost else 0,
    }


def plan_document(
    plan: MemoryPlan, interface: Interface, pool: ConstantPool, runtime: Runtime, place: ConstantPlace
) -> dict[str, object]:
    """The plan JSON; everything in it is derived from the input, so the same input gives the same bytes."""
    schedule = plan.schedule
    graph, target = schedule.graph, schedule.target
    kernels = {(step.subgraph, step.position): step for step in schedule.calls}
    tables = sum(c.data.nbytes for c in pool.constants)
    return {
        "schema": PLAN_SCHEMA,
        "model": {"name": interface.name, "file": Path(graph.file).name, "sha256": graph.sha256},
        "target": {
            "board": target.board.name,
            "core": target.core.name,
            "isa": {"dsp": target.isa.dsp, "mve": target.isa.mve},
            "cmsis_nn": target.cmsis_nn.name,
            "kernels": target.kernels,
            "optimize": target.optimize,
        },
        "inputs": [_port(port, plan) for port in interface.inputs],
        "outputs": [_port(port, plan) for port in interface.outputs],
        "kept": [_port(port, plan) for port in interface.kept],
        "entries": [
            {
                "signature": entry.key,
                "prefix": entry.prefix,
                "inputs": [_port(port, plan) for port in entry.inputs],
                "outputs": [_port(port, plan) for port in entry.outputs],
            }
            for entry in interface.entries
        ],
        "operators": [
            _operator(subgraph.index, op, kernels.get((subgraph.index, position)), target)
            for subgraph in graph.subgraphs
            for position, op in enumerate(subgraph.operators)
        ],
        "calls": [
            {
                "tick": tick,
                "subgraph": step.subgraph,
                "operator": step.operator.index,
                "function": step.call.function,
                "rows": [step.band.first, step.band.last] if step.band else None,
                "scratch_bytes": step.scratch_bytes,
            }
            for tick, step in enumerate(schedule.calls)
        ],
        "buffers": [_buffer(buffer, plan) for buffer in plan.buffers],
        "arenas": [
            {
                "region": field.arena.region.name,
                "bytes": field.arena.bytes,
                "bound": field.arena.bound,
                "alignment": 16,
                # Rows that were pushed are kept between calls.
                "persistent": field.arena.bytes if schedule.pushed else 0,
                "transient": 0 if schedule.pushed else field.arena.bytes,
                "macro": field.macro,
                "section": field.section,
            }
            for field in interface.arenas
        ],
        "state_bytes": plan.state_bytes,
        "flash": {"code_estimate": None, "weights": tables, "tables": len(pool.constants), "region": place.region.name},
        "runtime": {"native": list(runtime.native), "twin": list(runtime.twin)},
        "files": [],
        "provenance": {"generator": f"codegen {version()}"},
    }
