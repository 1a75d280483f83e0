"""`--alias OUTPUT=INPUT`: an output that stays in the memory of the input which it is next time.

The input becomes a variable: its bytes lie in the caller's `<id>_t`, nothing else is ever put there, `_init` and
`_reset` set them to the zero point. So a model with explicit state is driven without copies of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from .errors import CodegenError, Location
from .graph import Graph, Operator, Signature, Subgraph, Tensor
from .operators import family_of
from .transforms._rewrite import substituted

Pair = tuple[int, int]
"""Indices of an output and of the input that it is next time."""

_USAGE = "write --alias OUTPUT=INPUT, each a name or an index of `codegen inspect`"


def find_pairs(graph: Graph, texts: Sequence[str]) -> tuple[Pair, ...]:
    """The pairs of `--alias` of a model as it was read. Raises CodegenError for unknown names, inputs that are given
    twice, and tensors that differ in type, shape or quantization."""
    where, pairs = Location(graph.file), list[Pair]()
    for text in texts:
        output, input = _split(graph, text)
        y, x = graph.main.outputs[output], graph.main.inputs[input]
        if input in (other for _, other in pairs):
            raise CodegenError.at(where, f"input {input} {x.name!r} is to be two outputs", "name each input once")
        for what, one, other in (
            ("type", y.dtype, x.dtype),
            ("shape", list(y.shape), list(x.shape)),
            ("quantization", _quantization(y), _quantization(x)),
        ):
            if one != other:
                found = f"--alias {text}: output {output} {y.name!r} has the {what} {one}, the input {other}"
                raise CodegenError.at(where, found, "only the very same bytes can stay where they are")
        pairs.append((output, input))
    return tuple(pairs)


def _split(graph: Graph, text: str) -> Pair:
    """Names may have an equals sign in them: the one that gives two known names is meant."""
    outputs, inputs = _names(graph, graph.main.outputs), _names(graph, graph.main.inputs)
    places = [k for k, letter in enumerate(text) if letter == "="]
    if not places:
        raise CodegenError.say(f"--alias {text} is not understood", _USAGE)
    for k in places:
        if text[:k] in outputs and text[k + 1 :] in inputs:
            return outputs[text[:k]], inputs[text[k + 1 :]]
    name, _, other = text.partition("=")
    missing = f"output {name!r}" if name not in outputs else f"input {other!r}"
    known = sorted(outputs if name not in outputs else inputs)
    raise CodegenError.at(Location(graph.file), f"there is no {missing}", f"there are: {', '.join(known)}")


def _names(graph: Graph, tensors: Sequence[Tensor]) -> dict[str, int]:
    """Every name of `tensors`: index, that of the signature, that of the tensor."""
    signed = [(n, t) for s in graph.signatures if s.subgraph == graph.main.index for n, t in (*s.inputs, *s.outputs)]
    found: dict[str, int] = {}
    for index, tensor in enumerate(tensors):
        for name in (str(index), *(n for n, t in signed if t is tensor), tensor.name):
            found.setdefault(name, index)
    return found


def _quantization(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return "none"
    return f"scale {tensor.quantization.scales}, zero point {tensor.quantization.zero_points}"


def with_feedback(graph: Graph, pairs: Sequence[Pair]) -> Graph:
    """`graph`, legal, in which the inputs of `pairs` are variables and their outputs are assigned to them.

    Proof: what an operator reads of an input is its value from before the invocation. Assignments come after every
    operator, and values of other such inputs that are handed on are copied before the first of them. An output is
    written into the variable itself where its operator comes after the last one that reads the variable.
    """
    main = graph.main
    if not pairs:
        return graph
    new = {main.inputs[i]: replace(main.inputs[i], is_variable=True) for _, i in pairs}
    target = {o: new[main.inputs[i]] for o, i in reversed(pairs)}
    graph = substituted(graph, new)
    before, main = main, graph.main
    legal = main
    variables = set(new.values())
    copies: dict[Tensor, Operator] = {}
    assigned: list[Operator] = []
    operators = list(main.operators)
    index = 1 + max((op.index for op in operators), default=-1)

    def value(tensor: Tensor) -> Tensor:
        """The value of `tensor` from before the assignments."""
        if tensor not in variables:
            return tensor
        if tensor not in copies:
            old = replace(tensor, id=-2000 - len(copies), is_variable=False, origin=None, initial=None)
            copies[tensor] = Operator(index, "READ_VARIABLE", (tensor,), (old,))
        return copies[tensor].output

    results = list(main.outputs)
    for o, i in pairs:
        y, x = main.outputs[o], new[before.inputs[i]]
        place = _direct(operators, main.outputs, y, x, variables)
        if y is x:
            continue
        if place is not None:
            here = {y: x}
            operators = [replace(op, inputs=tuple(here.get(t, t) if t else t for t in op.inputs)) for op in operators]
            operators[place] = replace(operators[place], outputs=(x,))
            results = [here.get(tensor, tensor) for tensor in results]
            main = replace(main, outputs=tuple(here.get(tensor, tensor) for tensor in main.outputs))
        else:
            assigned.append(Operator(index, "ASSIGN_VARIABLE", (value(y),), (x,)))
    outputs = tuple(target[k] if k in target else value(tensor) for k, tensor in enumerate(results))
    main = replace(main, operators=(*operators, *copies.values(), *assigned), outputs=outputs)
    signatures = _renamed(graph, legal, main)
    return replace(graph, subgraphs=(main, *graph.subgraphs[1:]), signatures=signatures)


def _renamed(graph: Graph, before: Subgraph, after: Subgraph) -> tuple[Signature, ...]:
    """The signatures with the new outputs; one that has the names of the tensors, where there was none."""
    given = [s for s in graph.signatures if s.subgraph == after.index]
    if not given:
        inputs = tuple((tensor.name, tensor) for tensor in after.inputs)
        outputs = tuple((old.name, new) for old, new in zip(before.outputs, after.outputs, strict=True))
        return (Signature("serving_default", after.index, inputs, outputs), *graph.signatures)
    now = dict(zip(before.outputs, after.outputs, strict=True))
    return tuple(
        replace(s, outputs=tuple((name, now.get(t, t)) for name, t in s.outputs)) if s in given else s
        for s in graph.signatures
    )


def _direct(
    operators: Sequence[Operator], outputs: Sequence[Tensor], y: Tensor, x: Tensor, variables: set[Tensor]
) -> int | None:
    """The place of the operator that may write `y` into the variable `x`; None where a copy is needed."""
    place = next((k for k, op in enumerate(operators) if y in op.outputs), None)
    if place is None or y in variables or y.is_variable or x in outputs:
        return None
    op = operators[place]
    family = family_of(op)
    plain = len(op.outputs) == 1 and not family.is_view and family.expand is None
    late = any(x in other.inputs for other in operators[place:])
    return place if plain and not late else None
