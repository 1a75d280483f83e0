"""`--keep TENSOR`: intermediates that stay readable after the run, found by the names that the user knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import get_close_matches

from .errors import CodegenError, Location
from .graph import Graph, Tensor
from .target import Objective
from .transforms import OPTIONAL, steps


def computed(graph: Graph) -> tuple[Tensor, ...]:
    """The tensors of the main subgraph that hold values when it runs, in order: inputs, then what operators make."""
    made = (tensor for op in graph.main.operators for tensor in op.outputs)
    return tuple(dict.fromkeys(tensor for tensor in (*graph.main.inputs, *made) if not tensor.is_constant))


def keeping_all(graph: Graph) -> Graph:
    """`graph` that keeps every tensor of the source file which is still computed."""
    return replace(graph, keep=tuple(tensor for tensor in computed(graph) if tensor.origin is not None))


def keeping(
    source: Graph, legal: Graph, wanted: Sequence[str], disabled: Collection[str], objective: Objective
) -> Graph:
    """`legal`, what the transforms (but `disabled`) made of `source`, with the tensors `wanted` in `Graph.keep`.

    Raises CodegenError for names that the file has not, and for tensors that no longer exist: with what to disable.
    """
    kept: dict[Tensor, None] = {}
    for text in wanted:
        there = find_tensor(source, text)
        where = Location(source.file)
        said = f"tensor {there.id} {there.name!r}"
        if there.is_constant:
            raise CodegenError.at(where, f"{said} is a constant of the file", "keep a tensor that is computed")
        now = next((tensor for tensor in computed(legal) if tensor.origin == there.origin), None)
        if now is None or now.kept is not None:
            why = "no longer exists" if now is None else "is no longer whole"
            raise _lost(source, there, disabled, objective, f"{said} {why}")
        kept[now] = None
    return replace(legal, keep=tuple(kept))


def find_tensor(graph: Graph, text: str) -> Tensor:
    """The tensor of the main subgraph with this name, or this index in the source file; else CodegenError."""
    where, tensors = Location(graph.file), graph.main.tensors
    named = [tensor for tensor in tensors if tensor.name == text]
    if len(named) > 1:
        found = f"{len(named)} tensors are called {text!r}"
        raise CodegenError.at(where, found, f"use an index: {', '.join(str(t.id) for t in named)}")
    if not named and text.isdecimal():
        named = [tensor for tensor in tensors if tensor.id == int(text)]
    if named:
        return named[0]
    if any(tensor.name == text for subgraph in graph.subgraphs[1:] for tensor in subgraph.tensors):
        raise CodegenError.at(where, f"tensor {text!r} is inside of control flow", "keep one of the main subgraph")
    close = get_close_matches(text, [tensor.name for tensor in tensors], 3)
    hint = f"is one of these meant? {', '.join(close)}" if close else "`codegen inspect --json` lists names and indices"
    raise CodegenError.at(where, f"there is no tensor {text!r}", hint)


def _lost(source: Graph, tensor: Tensor, disabled: Collection[str], objective: Objective, found: str) -> CodegenError:
    """Which transform took `tensor` away, and how to leave that out."""
    for name, graph in steps(source, disabled, objective):
        if not any(now.origin == tensor.origin and now.kept is None for now in computed(graph)):
            hint = f"use --disable-transform {name}" if name in OPTIONAL else f"{name} is needed: keep another tensor"
            return CodegenError.at(Location(source.file), f"{found}: the transform {name} made do without it", hint)
    return CodegenError.at(Location(source.file), f"{found}: no operator computes it", "keep another tensor")
