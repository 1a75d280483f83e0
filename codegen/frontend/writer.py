"""Graph -> bytes: the inverse of `reader`, for the oracle and for tests. Equal graphs give equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import flatbuffers
import numpy as np

from ..errors import CodegenError, Location
from ..graph import Array, Graph, Operator, Signature, Subgraph, Tensor
from . import schema
from .tensors import NUMPY_TYPES, pack_int4

_CONSTANT_ALIGNMENT = 16  # the schema's force_align of Buffer.data
_DEPRECATED_CODE_LIMIT = 127  # codes from here on are a placeholder in the older one-byte field


def write_model(graph: Graph) -> bytes:
    """The .tflite file of `graph`: `read_model` of it gives an equal graph, its tensors numbered in order.

    Raises CodegenError for options or types that the schema does not have.
    """
    return _ModelWriter(graph).write()


class _ModelWriter:
    """Collects buffers and operator codes while the subgraphs are written, children before parents."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._builder = flatbuffers.Builder(1 << 12)
        self._buffers: list[bytes] = [b""]  # the schema keeps buffer 0 empty
        self._codes: dict[tuple[str, bool, int], int] = {}
        self._ids = [{tensor: k for k, tensor in enumerate(_tensors(subgraph))} for subgraph in graph.subgraphs]

    def write(self) -> bytes:
        graph = self._graph
        subgraphs = [self._subgraph(subgraph, ids) for subgraph, ids in zip(graph.subgraphs, self._ids, strict=True)]
        signatures = [self._signature(signature) for signature in graph.signatures]
        metadata = [
            self._table("Metadata", {"name": name, "buffer": self._buffer(content)})
            for name, content in graph.metadata.items()
        ]
        codes = [self._operator_code(*code) for code in self._codes]
        buffers = [self._table("Buffer", {"data": content} if content else {}) for content in self._buffers]
        model = self._table(
            "Model",
            {
                "version": schema.VERSION,
                "description": graph.description,
                "operator_codes": codes,
                "subgraphs": subgraphs,
                "buffers": buffers,
                **({"metadata": metadata} if metadata else {}),
                **({"signature_defs": signatures} if signatures else {}),
            },
        )
        self._builder.Finish(model, schema.FILE_IDENTIFIER)
        return bytes(self._builder.Output())

    def _buffer(self, content: bytes) -> int:
        self._buffers.append(content)
        return len(self._buffers) - 1

    def _table(self, table: str, values: Mapping[str, Any]) -> int:
        """Write a schema table and return its offset. Subtables in `values` are offsets already."""
        builder, fields = self._builder, schema.fields(table)
        offsets = {name: self._child(fields[name], value) for name, value in values.items()}
        builder.StartObject(1 + max((field.slot for field in fields.values()), default=-1))
        for name, value in values.items():
            field = fields[name]
            if field.kind == "scalar":
                _PREPEND[field.format](builder, field.slot, value, field.default)
            else:
                builder.PrependUOffsetTRelativeSlot(field.slot, offsets[name], 0)
        return int(builder.EndObject())

    def _child(self, field: schema.Field, value: Any) -> int:  # noqa: ANN401 - by the kind of the field
        """The offset of a string, vector or subtable that a table will refer to; 0 for scalars."""
        if field.kind == "string":
            return int(self._builder.CreateString(value))
        if field.kind == "vector" and isinstance(value, bytes):
            return self._bytes(value)
        if field.kind == "vector":
            return int(self._builder.CreateNumpyVector(np.asarray(value, "?" if field.format == "?" else field.format)))
        if field.kind == "tables":
            self._builder.StartVector(4, len(value), 4)
            for offset in reversed(value):
                self._builder.PrependUOffsetTRelative(offset)
            return int(self._builder.EndVector())
        return int(value) if field.kind in ("table", "union") else 0

    def _bytes(self, content: bytes) -> int:
        builder = self._builder
        builder.StartVector(1, len(content), _CONSTANT_ALIGNMENT)
        builder.head -= len(content)
        builder.Bytes[builder.Head() : builder.Head() + len(content)] = content
        return int(builder.EndVector())

    def _operator_code(self, type: str, is_custom: bool, version: int) -> int:
        number = schema.enum_values("BuiltinOperator")[schema.CUSTOM if is_custom else type]
        values = {
            "deprecated_builtin_code": min(number, _DEPRECATED_CODE_LIMIT),
            "builtin_code": number,
            "version": version,
        }
        return self._table("OperatorCode", values | ({"custom_code": type} if is_custom else {}))

    def _subgraph(self, subgraph: Subgraph, ids: Mapping[Tensor, int]) -> int:
        tensors = [self._tensor(tensor) for tensor in ids]
        operators = [self._operator(operator, subgraph, ids) for operator in subgraph.operators]
        return self._table(
            "SubGraph",
            {
                "name": subgraph.name,
                "tensors": tensors,
                "operators": operators,
                "inputs": [ids[tensor] for tensor in subgraph.inputs],
                "outputs": [ids[tensor] for tensor in subgraph.outputs],
            },
        )

    def _tensor(self, tensor: Tensor) -> int:
        types = schema.enum_values("TensorType")
        if tensor.dtype not in types:
            found = f"tensor {tensor.id} {tensor.name!r} has the type {tensor.dtype}, which .tflite files cannot hold"
            raise CodegenError.at(Location(self._graph.file), found)
        values = {
            "name": tensor.name,
            "shape": tensor.shape,
            "type": types[tensor.dtype],
            "is_variable": tensor.is_variable,
            "has_rank": True,
            "buffer": 0 if tensor.data is None else self._buffer(_constant_bytes(tensor.data, tensor.dtype)),
        }
        if (quantization := tensor.quantization) is not None:
            values["quantization"] = self._table(
                "QuantizationParameters",
                {
                    "scale": quantization.scales,
                    "zero_point": quantization.zero_points,
                    "quantized_dimension": quantization.axis,
                },
            )
        return self._table("Tensor", values)

    def _operator(self, operator: Operator, subgraph: Subgraph, ids: Mapping[Tensor, int]) -> int:
        location = Location(self._graph.file, subgraph.index, operator.index, operator.type, operator.name)
        if not operator.is_custom and operator.type not in schema.enum_values("BuiltinOperator"):
            raise CodegenError.at(location, "the schema has no such operator", "mark it as a custom operator")
        code = (operator.type, operator.is_custom, operator.version)
        values: dict[str, Any] = {
            "opcode_index": self._codes.setdefault(code, len(self._codes)),
            "inputs": [-1 if tensor is None else ids[tensor] for tensor in operator.inputs],
            "outputs": [ids[tensor] for tensor in operator.outputs],
        }
        if operator.intermediates:
            values["intermediates"] = [ids[tensor] for tensor in operator.intermediates]
        if operator.is_custom:
            if unknown := operator.options.keys() - {"custom_options"}:
                raise CodegenError.at(
                    location, f"a custom operator cannot hold the option {', '.join(sorted(unknown))}"
                )
            return self._table("Operator", values | {"custom_options": operator.option("custom_options", b"")})
        return self._table("Operator", values | self._options(operator, location))

    def _options(self, operator: Operator, location: Location) -> dict[str, int]:
        try:
            options = schema.complete_options(operator.type, operator.options)
        except KeyError as error:
            raise CodegenError.at(location, str(error.args[0])) from None
        table = schema.options_table(operator.type)
        if not table:
            return {}
        fields, values = schema.fields(table), dict(options)
        for name, value in options.items():
            if enum := fields[name].enum:
                if value not in schema.enum_values(enum):
                    raise CodegenError.at(location, f"its option {name} is {value!r}, which is no {enum}")
                values[name] = schema.enum_values(enum)[value]
        number = schema.enum_values("BuiltinOptions").get(table)
        if number is not None:
            return {"builtin_options": self._table(table, values), "builtin_options_type": number}
        number = schema.enum_values("BuiltinOptions2")[table]
        return {"builtin_options2": self._table(table, values), "builtin_options2_type": number}

    def _signature(self, signature: Signature) -> int:
        ids = self._ids[signature.subgraph]
        maps = [
            [self._table("TensorMap", {"name": name, "tensor_index": ids[tensor]}) for name, tensor in pairs]
            for pairs in (signature.inputs, signature.outputs)
        ]
        return self._table(
            "SignatureDef",
            {
                "signature_key": signature.key,
                "subgraph_index": signature.subgraph,
                "inputs": maps[0],
                "outputs": maps[1],
            },
        )


_PREPEND = {
    "<b": flatbuffers.Builder.PrependInt8Slot,
    "<B": flatbuffers.Builder.PrependUint8Slot,
    "<i": flatbuffers.Builder.PrependInt32Slot,
    "<I": flatbuffers.Builder.PrependUint32Slot,
    "<q": flatbuffers.Builder.PrependInt64Slot,
    "<Q": flatbuffers.Builder.PrependUint64Slot,
    "<f": flatbuffers.Builder.PrependFloat32Slot,
    "?": flatbuffers.Builder.PrependBoolSlot,
}


def _tensors(subgraph: Subgraph) -> Sequence[Tensor]:
    """The tensors of `subgraph`, then those that only its operators and interface know, in order of appearance."""
    appearing: list[Iterable[Tensor | None]] = [subgraph.tensors, subgraph.inputs]
    for operator in subgraph.operators:
        appearing += [operator.inputs, operator.intermediates, operator.outputs]
    appearing.append(subgraph.outputs)
    return list(dict.fromkeys(tensor for group in appearing for tensor in group if tensor is not None))


def _constant_bytes(data: Array, dtype: str) -> bytes:
    if dtype == "int4":
        return pack_int4(data).tobytes()
    return np.ascontiguousarray(data, NUMPY_TYPES[dtype].newbyteorder("<")).tobytes()
