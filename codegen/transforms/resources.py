"""Resource handles become the variables that they stand for."""

from __future__ import annotations

from dataclasses import replace

from ..graph import Graph, Operator, Subgraph, Tensor

Key = tuple[str, str]
"""Container and shared name: what a VAR_HANDLE names a variable by, in every subgraph."""


def resources(graph: Graph) -> Graph:
    """`graph` in which READ_VARIABLE reads a variable tensor, ASSIGN_VARIABLE makes it, and no VAR_HANDLE is left.

    Proof: TFLite Micro keeps one buffer per (container, shared name); both operators copy it whole. A variable has
    the type, shape and quantization of the first value that is assigned to it in file order; its first value is the
    zero point of that (MicroResourceVariables::Allocate). Handles that come from elsewhere than a VAR_HANDLE of the
    same subgraph stay, and are refused later.
    """
    variables: dict[Key, Tensor] = {}
    uses = [use for subgraph in graph.subgraphs for use in _uses(subgraph)]
    for key, value, _ in sorted(uses, key=lambda use: not use[2]):  # stable: the first assignment, else the first read
        if key not in variables:
            name = key[1] or f"variable {len(variables)}"
            tensor_id = -1 - len(variables)
            variables[key] = Tensor(tensor_id, name, value.shape, value.dtype, value.quantization, is_variable=True)
    if not variables:
        return graph
    return replace(graph, subgraphs=tuple(_rewritten(subgraph, variables) for subgraph in graph.subgraphs))


def _handles(subgraph: Subgraph) -> dict[Tensor, Key]:
    return {
        op.output: (str(op.option("container") or ""), str(op.option("shared_name") or ""))
        for op in subgraph.operators
        if op.type == "VAR_HANDLE" and op.outputs
    }


def _uses(subgraph: Subgraph) -> list[tuple[Key, Tensor, bool]]:
    """(variable, a value read from it or assigned to it, whether it is assigned)."""
    handles, found = _handles(subgraph), []
    for op in subgraph.operators:
        handle = op.optional_input(0)
        if handle not in handles:
            continue
        value = op.outputs[0] if op.type == "READ_VARIABLE" and op.outputs else op.optional_input(1)
        if op.type in ("READ_VARIABLE", "ASSIGN_VARIABLE") and value is not None:
            found.append((handles[handle], value, op.type == "ASSIGN_VARIABLE"))
    return found


def _rewritten(subgraph: Subgraph, variables: dict[Key, Tensor]) -> Subgraph:
    handles = {handle: variables[key] for handle, key in _handles(subgraph).items() if key in variables}

    def new(op: Operator) -> Operator:
        handle = op.optional_input(0)
        if handle is None or handle not in handles:
            return op
        if op.type == "READ_VARIABLE":
            return replace(op, inputs=(handles[handle],))
        if op.type == "ASSIGN_VARIABLE":
            return replace(op, inputs=op.inputs[1:], outputs=(handles[handle],))
        return op

    rewritten = [new(op) for op in subgraph.operators]
    read = {tensor for op in rewritten for tensor in op.inputs}
    kept = [op for op in rewritten if op.type != "VAR_HANDLE" or op.output in read or op.output in subgraph.outputs]
    added = tuple(dict.fromkeys(handles.values()))
    return replace(subgraph, tensors=(*subgraph.tensors, *added), operators=tuple(kept))
