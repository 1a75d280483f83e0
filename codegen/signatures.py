"""Models with several signatures: any of their subgraphs as the one that interpreters run."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from .graph import Graph


def as_main(graph: Graph, subgraph: int) -> Graph:
    """`graph` with `subgraph` first, as interpreters that know no signatures want it; operators that run subgraphs
    name them anew. Signatures of other subgraphs are left out."""
    if subgraph == graph.main.index:
        return graph
    order = [subgraph, *(s.index for s in graph.subgraphs if s.index != subgraph)]
    new = {old: place for place, old in enumerate(order)}

    def renumbered(options: MappingProxyType[str, Any]) -> MappingProxyType[str, Any]:
        named = {key: new[value] for key, value in options.items() if key.endswith("subgraph_index")}
        return MappingProxyType({**options, **named})

    subgraphs = tuple(
        replace(
            graph.subgraphs[old],
            index=place,
            operators=tuple(
                replace(op, options=renumbered(MappingProxyType(dict(op.options))))
                for op in graph.subgraphs[old].operators
            ),
        )
        for place, old in enumerate(order)
    )
    signatures = tuple(replace(s, subgraph=0) for s in graph.signatures if s.subgraph == subgraph)
    return replace(graph, subgraphs=subgraphs, signatures=signatures)
