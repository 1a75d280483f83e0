"""What the values of a graph should be: the oracle's, and for operators of the user's own, their description's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from .errors import CodegenError, Location, Refusal
from .frontend.tensors import NUMPY_TYPES
from .frontend.writer import write_model
from .graph import Array, Graph, Operator, Tensor
from .operators._custom import UserFunction
from .oracle import ORACLES, OracleRefusalError, find_oracle, run_oracle

Case = tuple[Array, ...]
Values = dict[Tensor, Array]

MIXED = "mixed"
"""Each operator by the first interpreter that runs it: tflite-micro's arithmetic wherever there is one."""
CHOICES = (*ORACLES, MIXED)

_EXPECTED = "give the expected outputs as output_0, ... in the npz of --inputs"


def run_reference(
    graph: Graph,
    cases: Sequence[Case],
    oracle: str = "tflite-micro",
    wanted: Sequence[Tensor] | None = None,
    feedback: Sequence[tuple[int, int]] = (),
) -> tuple[Case, ...]:
    """The values of `wanted` (tensors of the main subgraph; None: its outputs) in every case of one sequence.

    `graph` is a model as it was read, with `codegen.custom.with_custom` where it has operators of the user's. What lies
    between those runs in the oracle as models of their own. `feedback` has (output, input) pairs: after the first case
    the input is what the output was before. `oracle` is one of `CHOICES`. Raises CodegenError where an operator has no
    reference.
    """
    main = graph.main
    results = tuple(main.outputs if wanted is None else wanted)
    if oracle != MIXED and not any(op.family is not None for _, op in graph.operators()):
        every = tuple(dict.fromkeys((*main.outputs, *results)))
        whole = replace(graph, subgraphs=(replace(main, outputs=every), *graph.subgraphs[1:]), signatures=())
        back = [(every.index(main.outputs[o]), i) for o, i in feedback]
        found = run_oracle(write_model(whole), cases, oracle, feedback=back)
        return tuple(tuple(case[every.index(tensor)] for tensor in results) for case in found)
    oracles = _oracles(graph, oracle)
    if not feedback:
        return _in_pieces(graph, cases, oracles, results)
    return tuple(_step_by_step(graph, cases, oracles, results, feedback))


def oracle_name(oracle: str) -> str:
    """What reports say of one of `CHOICES`."""
    if oracle != MIXED:
        return find_oracle(oracle).name
    first, *others = (find_oracle(kind).name for kind in ORACLES)
    return f"{first}; {', '.join(others)} for operators that it lacks"


def _oracles(graph: Graph, oracle: str) -> dict[int, str]:
    """Who runs the operators of the main subgraph, by their indices: an interpreter, or the user's reference ("")."""
    ops = graph.main.operators
    return {op.index: "" if op.family else oracle if oracle != MIXED else _first_that_runs(graph, op) for op in ops}


def _first_that_runs(graph: Graph, op: Operator) -> str:
    """Some types are refused when the operator is prepared, others when it runs: it is run, on ones (a divisor is not
    0) or on zeros (a position is inside)."""
    first, *others = ORACLES
    if any(t is not None and _is_state(t) for t in (*op.inputs, *op.outputs)):
        return first  # all that share a state must run in one interpreter
    given = [tensor for tensor in _read((op,)) if tensor.data is None]
    piece = _piece(graph, (op,), given, op.outputs)
    refusals: list[Refusal] = []
    for kind in (first, *others):
        for fill in (np.ones, np.zeros):
            try:
                run_oracle(piece, [[fill(tensor.shape, NUMPY_TYPES[tensor.dtype]) for tensor in given]], kind)
            except OracleRefusalError as error:
                refusals += error.refusals
            else:
                return kind
    where = Location(graph.file, graph.main.index, op.index, op.type, op.name)
    raise CodegenError(*(replace(refusal, location=where) for refusal in dict.fromkeys(refusals)))


def _piece(graph: Graph, ops: Sequence[Operator], given: Sequence[Tensor], made: Sequence[Tensor]) -> bytes:
    main = replace(graph.main, tensors=(), operators=tuple(ops), inputs=tuple(given), outputs=tuple(made))
    return write_model(replace(graph, subgraphs=(main, *graph.subgraphs[1:]), signatures=()))


def _is_state(tensor: Tensor) -> bool:
    return tensor.is_variable or tensor.dtype == "resource"


def _step_by_step(
    graph: Graph,
    cases: Sequence[Case],
    oracles: Mapping[int, str],
    results: tuple[Tensor, ...],
    feedback: Sequence[tuple[int, int]],
) -> Iterator[Case]:
    """Each case by itself: no interpreter hands values from piece to piece and back."""
    stateful = any(t is not None and _is_state(t) for t in _touched(graph))
    if stateful:
        found = "custom operators, --alias and state of other kinds together are more than an interpreter can run"
        raise CodegenError.at(Location(graph.file), found, _EXPECTED)
    outputs = graph.main.outputs
    last: Case = ()
    for case in cases:
        values = list(case)
        for o, i in feedback:
            values[i] = last[o] if last else case[i]
        (made,) = _in_pieces(graph, [tuple(values)], oracles, (*outputs, *results))
        last = made[: len(outputs)]
        yield made[len(outputs) :]


def _touched(graph: Graph) -> Iterator[Tensor | None]:
    return (tensor for _, op in graph.operators() for tensor in (*op.inputs, *op.outputs))


def _in_pieces(
    graph: Graph, cases: Sequence[Case], oracles: Mapping[int, str], results: tuple[Tensor, ...]
) -> tuple[Case, ...]:
    """Neighbours that one interpreter runs, or the user's references, are a piece; each piece in all cases."""
    values: list[Values] = [dict(zip(graph.main.inputs, case, strict=True)) for case in cases]
    cut = groupby(graph.main.operators, key=lambda op: oracles[op.index])
    pieces = [(oracle, tuple(ops)) for oracle, ops in cut]
    _check(graph, [ops for oracle, ops in pieces if oracle])
    for place, (oracle, ops) in enumerate(pieces):
        if not oracle:
            for op in ops:
                for known in values:
                    known.update(zip(op.outputs, _asked(graph, op, known), strict=True))
            continue
        later = {tensor for _, others in pieces[place + 1 :] for tensor in _read(others)} | set(results)
        made = [tensor for op in ops for tensor in op.outputs if tensor in later]
        given = [tensor for tensor in _read(ops) if tensor in values[0]] if values else []
        if made:
            piece = _piece(graph, ops, given, made)
            found = run_oracle(piece, [[known[tensor] for tensor in given] for known in values], oracle)
            for known, arrays in zip(values, found, strict=True):
                known.update(zip(made, arrays, strict=True))
    return tuple(tuple(_value(known, tensor) for tensor in results) for known in values)


def _read(ops: Iterable[Operator]) -> list[Tensor]:
    return list(dict.fromkeys(tensor for op in ops for tensor in op.inputs if tensor is not None))


def _value(known: Values, tensor: Tensor) -> Array:
    return known[tensor] if tensor.data is None else tensor.data


def _check(graph: Graph, pieces: Sequence[Sequence[Operator]]) -> None:
    """State cannot be shared between pieces, and operators of subgraphs cannot be cut out."""
    for subgraph in graph.subgraphs[1:]:
        for op in subgraph.operators:
            if op.family is not None:
                where = Location(graph.file, subgraph.index, op.index, op.type, op.name)
                found = "no interpreter can run a custom operator inside of control flow"
                raise CodegenError.at(where, found, _EXPECTED)
    kept: set[Tensor] = set()
    for ops in pieces:
        touched = {t for op in ops for t in (*op.inputs, *op.outputs) if t is not None}
        state = {tensor for tensor in touched if _is_state(tensor)}
        if kept & state:
            found = "operators that share state lie apart, others between them: no interpreter can run them"
            raise CodegenError.at(Location(graph.file), found, _EXPECTED)
        kept |= state


def _asked(graph: Graph, op: Operator, known: Values) -> list[Array]:
    """The outputs of `op` by the user's reference, of the right types and sizes."""
    where = Location(graph.file, graph.main.index, op.index, op.type, op.name)
    reference = next((k.reference for k in _kernels(op) if k.reference is not None), None)
    if reference is None:
        hint = "describe it in Python with `reference`, or give output_0, ... in the npz of --inputs"
        raise CodegenError.at(where, "no interpreter knows this operator, and it has no reference", hint)
    try:
        found = [
            np.asarray(array) for array in reference(op, [None if t is None else _value(known, t) for t in op.inputs])
        ]
    except Exception as error:
        raise CodegenError.at(where, f"its reference fails: {type(error).__name__}: {error}") from error
    said = [(str(array.dtype), array.shape) for array in found]
    wanted = [(str(NUMPY_TYPES[tensor.dtype]), tensor.shape) for tensor in op.outputs]
    if said != wanted:
        raise CodegenError.at(where, f"its reference gives {said}, and the outputs are {wanted}")
    return found


def _kernels(op: Operator) -> list[UserFunction]:
    assert op.family is not None
    return [kernel for kernel in op.family.kernels if isinstance(kernel, UserFunction)]
