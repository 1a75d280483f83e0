"""The registry: one loop over the modules of this folder, each of which may define `FAMILY`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ..errors import CodegenError, Location, Refusal
from .family import constant_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..graph import Graph, Operator
    from ..target import Target
    from .family import Family, Kernel


@cache
def families() -> Mapping[str, Family]:
    """Every family by operator name, from the sorted modules of this folder; two families of one name are a bug."""
    found: dict[str, Family] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda m: m.name):
        family: Family | None = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FAMILY", None)
        for name in family.names if family else ():
            if name in found:
                msg = f"operator {name} is described twice"
                raise RuntimeError(msg)
            assert family is not None
            found[name] = family
    return MappingProxyType(found)


def find_family(op: Operator) -> Family | None:
    """The family of `op`: that which the user supplied, else the compiler's own; None where there is neither."""
    if op.family is not None:
        return op.family
    family = families().get(op.type)
    return family if family is not None and op.is_custom == family.is_custom else None


def family_of(op: Operator) -> Family:
    """The family of `op`, which `refusals` has accepted."""
    return op.family or families()[op.type]


def rule(constraint: object) -> str:
    """The sentence of a constraint: its docstring on one line."""
    return " ".join((constraint.__doc__ or "").split())


def refusals(graph: Graph, target: Target) -> list[Refusal]:
    """Everything in `graph` that cannot be compiled for `target`, all at once."""
    found = []
    for subgraph, op in graph.operators():
        where = Location(graph.file, subgraph.index, op.index, op.type, op.name)
        family = find_family(op)
        if family is None:
            kind, hint = "operator", "run `codegen operators` for what is; replace it"
            if op.is_custom:
                kind, hint = "custom operator", f"give its C function: --custom {op.type}=header.h"
            found.append(Refusal(where, f"{kind} {op.type} is not supported", hint))
            continue
        broken = [(c, said) for c in family.constraints if (said := c(op)) is not None]
        found += [Refusal(where, f"{rule(c)} Found: {said}.", family.hint) for c, said in broken]
        if not broken and not family.is_view and family.expand is None and not ranked_kernels(op, target):
            hint = "try --kernels auto or another board"
            found.append(Refusal(where, f"no {target.kernels} kernel computes this on core {target.core.name}", hint))
    return found


def choose_kernel(graph: Graph, op: Operator, target: Target, name: str | None = None) -> Kernel:
    """The kernel for `op`: the one called `name`, else the cheapest on the target's core, of the wanted provider where
    it has one.

    `auto` takes the cheapest of all, and CMSIS-NN's where nothing tells; `cmsis-nn` falls back to native where upstream
    has no kernel; `native` is native only. A name in `target.prefer` goes before all, one in `target.avoid` behind.
    Raises CodegenError where none takes it.
    """
    candidates = ranked_kernels(op, target)
    if not candidates:
        where = Location(graph.file, None, op.index, op.type, op.name)
        raise CodegenError.at(where, f"no {target.kernels} kernel computes this on core {target.core.name}")
    return next((kernel for kernel in candidates if kernel.name == name), candidates[0])


@lru_cache(maxsize=8192)
def ranked_kernels(op: Operator, target: Target) -> tuple[Kernel, ...]:
    """The kernels that compute `op` on `target`, the one to choose first."""
    usable = [
        kernel
        for kernel in family_of(op).kernels
        if (kernel.provider != "cmsis-nn" or (target.has_cmsis_nn and target.kernels != "native"))
        and kernel.takes(op, target)
        and is_allowed(kernel, op, target)
    ]
    return tuple(sorted(usable, key=lambda kernel: rank(kernel, op, target)))


def alternatives(op: Operator, target: Target) -> list[Kernel]:
    """The first of `ranked_kernels`, and those that may take its place where its scratch does: no less wanted, known
    to cost something, and the same in what they ask of tensors. Code that is not worth it otherwise may be there."""
    first, *others = ranked_kernels(op, target)
    best = rank(first, op, target)
    asks = (first.placed(op), first.tensor_alignment(op, target))
    return [first] + [
        kernel
        for kernel in others
        if (found := rank(kernel, op, target))[:2] == best[:2]
        and (found[3] < float("inf") or best[3] == found[3])
        and (kernel.placed(op), kernel.tensor_alignment(op, target)) == asks
    ]


def is_allowed(kernel: Kernel, op: Operator, target: Target) -> bool:
    """Whether there is flash for the constants of `kernel`, which takes `op`, or the user wants it."""
    return (op.output, kernel.name) in target.grown or kernel.name in target.prefer or not kernel.grows(op)


@lru_cache(maxsize=4096)
def _constants(kernel: Kernel, op: Operator, target: Target) -> int:
    """Bytes of the constants that `kernel` reads."""
    spatial = family_of(op).spatial(op)
    return constant_bytes(kernel.calls(op, target, spatial.whole if spatial else None))


Rank = tuple[bool, bool, bool, float, bool]


def rank(kernel: Kernel, op: Operator, target: Target) -> Rank:
    """Kernels of lower rank come first: wanted by the user, worth their code, cheap (the fourth: instructions, and what
    constants count for)."""
    from ..costs import cost_of  # noqa: PLC0415 - costs asks this registry

    cost = cost_of(kernel, op, target)
    wanted = target.kernels in ("auto", kernel.provider)
    asked = float("inf") if cost is None else float(cost.instructions)
    if cost is not None and target.constants_price:
        asked += target.constants_price * _constants(kernel, op, target)
    avoided = kernel.name in target.avoid
    return kernel.name not in target.prefer, not wanted, avoided, asked, kernel.provider != "cmsis-nn"


def graph_checked(graph: Graph, target: Target) -> Graph:
    """`graph`, every operator of which can be compiled for `target`; else CodegenError with all refusals."""
    found = refusals(graph, target)
    if found:
        raise CodegenError(*found)
    return graph
