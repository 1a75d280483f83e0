"""bytes -> Graph: with `writer`, the one place that knows the schema of .tflite files.

Operator order, names, options, versions, quantization, subgraphs, variables, signatures and metadata are kept as
the converter wrote them. What cannot be right is refused, all of it at once; nothing but CodegenError comes out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import CodegenError, Location, Refusal
from ..graph import Graph, Operator, Signature, Subgraph, Tensor
from . import schema
from .flat import FlatFile, Table
from .list_writes import with_list_writes
from .sniff import refuse_other_formats
from .tensors import NO_DATA, Buffers, TensorReader
from .validate import find_problems

_AGAIN = "the file is damaged or its converter has a fault: export the model again"
_NEWER = "a newer converter wrote it: convert with an older one, or update the Python package tflite"
_MOST_BYTES = 1 << 31


def read_model(source: str | Path | bytes, *, batch: int = 1, file: str | None = None) -> Graph:
    """Read and prove a .tflite model given as a path or as its bytes.

    `batch` is what an unknown first dimension (-1) becomes; `file` is the name used in messages.
    Raises CodegenError, with every problem found, for a file that is not a model that can be compiled.
    """
    if batch < 1:
        raise CodegenError.say(f"a batch of {batch} was asked for", "a batch is a whole number from 1")
    name = file or ("model" if isinstance(source, bytes) else str(source))
    data = source if isinstance(source, bytes) else _read_bytes(Path(source), name)
    refuse_other_formats(data, name)
    return _ModelReader(FlatFile(data, name), batch).read()


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CodegenError.at(Location(name), "the file is larger than 2 GiB", "no microcontroller holds it")
        return path.read_bytes()
    except FileNotFoundError:
        raise CodegenError.at(Location(name), "there is no such file", "check the path") from None
    except IsADirectoryError:
        hint = "give the .tflite file; a SavedModel folder is converted with tf.lite.TFLiteConverter"
        raise CodegenError.at(Location(name), "this is a folder", hint) from None
    except (OSError, ValueError) as error:
        raise CodegenError.at(Location(name), f"the file cannot be read: {error}", "check the path") from None


@dataclass(slots=True)
class _RawOperator:
    """An operator as stored: tensors are still indices."""

    table: Table
    index: int
    type: str
    version: int
    is_custom: bool
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    intermediates: tuple[int, ...]


@dataclass(slots=True)
class _ModelReader:
    file: FlatFile
    batch: int
    refusals: list[Refusal] = field(default_factory=list)
    broken: set[Tensor] = field(default_factory=set)

    def read(self) -> Graph:
        model = self.file.root("Model")
        if model.integer("version") != schema.VERSION:
            found = f"the model has schema version {model.integer('version')}, not {schema.VERSION}"
            raise CodegenError.at(Location(self.file.name), found, _AGAIN)
        codes = [self._operator_code(code) for code in model.tables("operator_codes")]
        buffers = Buffers(self.file, model.tables("buffers"))
        tensors = TensorReader(self.file, buffers, self.batch)
        subgraphs = tuple(
            self._subgraph(table, index, codes, tensors) for index, table in enumerate(model.tables("subgraphs"))
        )
        if not subgraphs:
            self._refuse(Location(self.file.name), "the model has no subgraph", _AGAIN)
        elif self.batch != 1 and not tensors.has_open_batch:
            hint = "leave the batch out, or export the model with an unknown batch"
            self._refuse(Location(self.file.name), f"a batch of {self.batch} was asked for, but it is fixed", hint)
        graph = Graph(
            file=self.file.name,
            sha256=hashlib.sha256(self.file.data).hexdigest(),
            description=model.text("description"),
            subgraphs=subgraphs,
            signatures=tuple(self._signatures(model, subgraphs)),
            metadata=MappingProxyType(dict(self._metadata(model, buffers))),
        )
        if subgraphs:
            self.refusals += find_problems(graph, self.broken)
        if self.refusals:
            raise CodegenError(*self.refusals)
        return graph

    def _refuse(self, location: Location, found: str, hint: str) -> None:
        self.refusals.append(Refusal(location, found, hint))

    @staticmethod
    def _operator_code(table: Table) -> tuple[str, int, bool]:
        """(type, version, is custom) of an entry of the operator table."""
        # Codes above 126 are stored in the newer field alone; files older than it have the deprecated one alone.
        number = max(table.integer("builtin_code"), table.integer("deprecated_builtin_code"))
        name = schema.enum_names("BuiltinOperator").get(number, f"BUILTIN_{number}")
        if name == schema.CUSTOM:
            return table.text("custom_code"), table.integer("version"), True
        return name, table.integer("version"), False

    def _subgraph(self, table: Table, index: int, codes: list[tuple[str, int, bool]], reader: TensorReader) -> Subgraph:
        tables = table.tables("tensors")
        stored = [self._raw_operator(operator, k, codes) for k, operator in enumerate(table.tables("operators"))]
        inputs, outputs = table.integers("inputs"), table.integers("outputs")
        users: dict[int, _RawOperator | None] = dict.fromkeys((*inputs, *outputs))
        for raw in stored:
            for k in (*raw.outputs, *raw.inputs, *raw.intermediates):
                if users.get(k) is None:
                    users[k] = raw
        tensors: dict[int, Tensor] = {}
        faults: list[tuple[int, str, str]] = []
        for k, tensor_table in enumerate(tables):
            tensor, wrong = reader.read(tensor_table, k)
            if wrong and k not in users:
                continue  # converters leave odd tensors behind that nothing uses
            tensors[k] = tensor
            if wrong:
                self.broken.add(tensor)
            faults += [(k, found, hint) for found, hint in wrong]
        location = Location(self.file.name, index)
        read = Subgraph(
            index=index,
            name=table.text("name"),
            tensors=tuple(tensors.values()),
            operators=tuple(self._operator(raw, index, tensors, len(tables)) for raw in stored),
            inputs=tuple(self._known(inputs, tensors, len(tables), location, "the inputs of the subgraph")),
            outputs=tuple(self._known(outputs, tensors, len(tables), location, "the outputs of the subgraph")),
        )
        subgraph = with_list_writes(read)
        left = {tensor.id for tensor in subgraph.tensors}
        for k, found, hint in faults:
            if k in left:
                self._refuse(self._location(index, users[k], tensors), found, hint)
        return subgraph

    def _raw_operator(self, table: Table, index: int, codes: list[tuple[str, int, bool]]) -> _RawOperator:
        code = table.integer("opcode_index")
        type, version, is_custom = codes[code] if code < len(codes) else (f"opcode {code} of {len(codes)}", 0, False)
        tensors = (table.integers(name) for name in ("inputs", "outputs", "intermediates"))
        return _RawOperator(table, index, type, version, is_custom, *tensors)

    def _location(self, subgraph: int, raw: _RawOperator | None, tensors: Mapping[int, Tensor]) -> Location:
        if raw is None:
            return Location(self.file.name, subgraph)
        first = tensors.get(raw.outputs[0]) if raw.outputs else None
        return Location(self.file.name, subgraph, raw.index, raw.type, first.name if first else None)

    def _known(
        self, indices: Iterable[int], tensors: Mapping[int, Tensor], count: int, location: Location, what: str
    ) -> list[Tensor]:
        """The tensors at `indices`; those that do not exist are refused and left out."""
        wrong = [index for index in indices if index not in tensors]
        if wrong:
            self._refuse(location, f"{what} name tensor {wrong[0]}, but there are {count} tensors", _AGAIN)
        return [tensors[index] for index in indices if index in tensors]

    def _operator(self, raw: _RawOperator, subgraph: int, tensors: Mapping[int, Tensor], count: int) -> Operator:
        location = self._location(subgraph, raw, tensors)
        if not raw.is_custom and raw.type not in schema.enum_values("BuiltinOperator"):
            self._refuse(location, "the operator is not in the schema that this program knows", _NEWER)
        present = [k for k in raw.inputs if k != -1]  # -1 is an optional input left out
        self._known(present, tensors, count, location, "the inputs")
        return Operator(
            index=raw.index,
            type=raw.type,
            inputs=tuple(tensors.get(k) for k in raw.inputs),
            outputs=tuple(self._known(raw.outputs, tensors, count, location, "the outputs")),
            options=MappingProxyType(self._options(raw, location)),
            version=raw.version,
            is_custom=raw.is_custom,
            intermediates=tuple(self._known(raw.intermediates, tensors, count, location, "the intermediates")),
        )

    def _options(self, raw: _RawOperator, location: Location) -> dict[str, Any]:
        if raw.is_custom:
            return {"custom_options": self._custom_options(raw.table)}
        wanted = schema.options_table(raw.type)
        for union, name in (("BuiltinOptions", "builtin_options"), ("BuiltinOptions2", "builtin_options2")):
            number = raw.table.integer(f"{name}_type")
            stored = schema.enum_names(union).get(number)
            if stored is None:
                self._refuse(location, f"its options are of the unknown kind {number}", _NEWER)
            elif stored == wanted and (options := raw.table.table(name, stored)) is not None:
                try:
                    return options.options()
                except KeyError as error:
                    self._refuse(location, f"its option {error.args[0]}", _NEWER)
            elif number and wanted and stored != wanted:
                self._refuse(location, f"it carries {stored} in place of {wanted}", _AGAIN)
        return dict(schema.complete_options(raw.type, {}))

    def _custom_options(self, table: Table) -> bytes:
        offset, size = table.integer("large_custom_options_offset"), table.integer("large_custom_options_size")
        if offset > NO_DATA:
            self.file.spend(size)
            return bytes(self.file.slice(offset, size))
        return table.vector("custom_options").tobytes()

    def _signatures(self, model: Table, subgraphs: tuple[Subgraph, ...]) -> Iterable[Signature]:
        for table in model.tables("signature_defs"):
            key, index = table.text("signature_key"), table.integer("subgraph_index")
            if index >= len(subgraphs):
                found = f"signature {key!r} names subgraph {index} of {len(subgraphs)}"
                self._refuse(Location(self.file.name), found, _AGAIN)
                continue
            known = {tensor.id: tensor for tensor in subgraphs[index].tensors}
            pairs = []
            for entry in (table.tables("inputs"), table.tables("outputs")):
                named = [(item.text("name"), item.integer("tensor_index")) for item in entry]
                location = Location(self.file.name, index)
                self._known((k for _, k in named), known, len(known), location, f"the entries of signature {key!r}")
                pairs.append(tuple((name, known[k]) for name, k in named if k in known))
            yield Signature(key, index, *pairs)

    def _metadata(self, model: Table, buffers: Buffers) -> Iterable[tuple[str, bytes]]:
        for table in model.tables("metadata"):
            index = table.integer("buffer")
            if index < len(buffers):  # nothing is computed from metadata: a wrong entry is left out
                yield table.text("name"), buffers.copy(index)
