"""The TFLite schema as data: tables, fields, enumerations, and which options belong to which operator.

All of it is read from the generated classes of the `tflite` package by calling their accessors with a probe in
place of a flatbuffer, so that a newer schema package brings its new fields and operators without an edit here.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

FILE_IDENTIFIER = b"TFL3"
VERSION = 3
CUSTOM = "CUSTOM"

ENUM_OF_FIELD: Mapping[str, str] = MappingProxyType(
    {
        "fused_activation_function": "ActivationFunctionType",
        "padding": "Padding",
        "weights_format": "FullyConnectedOptionsWeightsFormat",
        "combiner": "CombinerType",
        "kernel_type": "LSTMKernelType",
        "mode": "MirrorPadMode",
        "type": "LSHProjectionType",
        "reduce_function": "ReduceWindowFunction",
        "algorithm": "RngAlgorithm",
        "comparison_direction": "StablehloComparisonDirection",
        "compare_type": "StablehloComparisonType",
        "composite_attributes_format": "CustomOptionsFormat",
        "in_data_type": "TensorType",
        "out_data_type": "TensorType",
        "output_type": "TensorType",
        "out_type": "TensorType",
        "idx_out_type": "TensorType",
        "key_dtype": "TensorType",
        "value_dtype": "TensorType",
        "quantized_bias_type": "TensorType",
    }
)
"""Option fields whose integer is an enumeration: the generated Python has lost which one."""

_OPTIONS_BY_OTHER_NAME: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"), "Pool2DOptions"),
        **dict.fromkeys(
            ("MEAN", "SUM", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_ANY", "REDUCE_ALL"), "ReducerOptions"
        ),
        **dict.fromkeys(("MAXIMUM", "MINIMUM"), "MaximumMinimumOptions"),
        **dict.fromkeys(("RANDOM_UNIFORM", "RANDOM_STANDARD_NORMAL", "MULTINOMIAL"), "RandomOptions"),
        "CONV_3D_TRANSPOSE": "Conv3DOptions",
        "L2_NORMALIZATION": "L2NormOptions",
        "UNIDIRECTIONAL_SEQUENCE_RNN": "SequenceRNNOptions",
        "STABLEHLO_DYNAMIC_UPDATE_SLICE": "",
    }
)
"""Operators whose options class is not their own name in another spelling."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema table.

    `slot` is its place in the vtable (0, 1, ...); `format` the struct format of the scalar or of a vector's
    elements ("" for strings and tables); `table` the class of a subtable or of a vector's subtables.
    """

    name: str
    slot: int
    kind: str  # "scalar", "vector", "string", "table", "tables", "union"
    format: str = ""
    default: Any = None
    table: str = ""
    enum: str = ""


class _Noter:
    """Stands for flatbuffers' Builder (or Table) and notes which methods are called, with the last arguments."""

    Bytes = b""
    Pos = 0

    def __init__(self) -> None:
        self.calls: dict[str, tuple[Any, ...]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for any method
        def note(*arguments: Any) -> int:  # noqa: ANN401
            self.calls[name] = arguments
            return 4  # not 0, which would mean an absent field

        return note


_FORMATS: Mapping[str, str] = MappingProxyType(
    {"Bool": "?", "Int8": "<b", "Uint8": "<B", "Int16": "<h", "Uint16": "<H", "Int32": "<i", "Uint32": "<I"}
    | {"Int64": "<q", "Uint64": "<Q", "Float32": "<f", "Float64": "<d"}
)


def _class(name: str) -> Any:  # noqa: ANN401 - the generated classes have no common type
    return getattr(importlib.import_module(f"tflite.{name}"), name)


def snake_case(name: str) -> str:
    """The schema's spelling of a generated accessor.

    >>> snake_case("FusedActivationFunction"), snake_case("DilationWFactor")
    ('fused_activation_function', 'dilation_w_factor')
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _field(table: str, accessor: str) -> Field:
    """The field that `<table>Add<accessor>` writes and `<table>.<accessor>()` reads."""
    name = snake_case(accessor)
    builder, stored = _Noter(), _Noter()
    getattr(importlib.import_module(f"tflite.{table}"), f"{table}Add{accessor}")(builder, 0)
    ((prepend, (slot, _, default)),) = builder.calls.items()
    if prepend != "PrependUOffsetTRelativeSlot":
        enum = ENUM_OF_FIELD.get(name, "") if table.endswith("Options") else ""
        format = _FORMATS[prepend.removeprefix("Prepend").removesuffix("Slot")]
        return Field(name, slot, "scalar", format=format, default=default, enum=enum)
    cls = _class(table)
    method = getattr(cls, accessor)
    instance = cls()
    instance._tab = stored
    value = method(instance, *(0,) * (method.__code__.co_argcount - 1))
    if "Union" in stored.calls:
        return Field(name, slot, "union")
    if "Vector" in stored.calls:
        if "Indirect" in stored.calls:
            return Field(name, slot, "tables", table=type(value).__name__)
        return Field(name, slot, "vector", format=stored.calls["Get"][0].packer_type.format)
    if "String" in stored.calls:
        return Field(name, slot, "string")
    return Field(name, slot, "table", table=type(value).__name__)


@cache
def fields(table: str) -> Mapping[str, Field]:
    """The fields of the schema table `table` ("Conv2DOptions") by snake_case name, in slot order."""
    module = importlib.import_module(f"tflite.{table}")
    accessors = [name[len(table) + 3 :] for name in vars(module) if name.startswith(f"{table}Add")]
    found = sorted((_field(table, accessor) for accessor in accessors), key=lambda field: field.slot)
    return MappingProxyType({field.name: field for field in found})


@cache
def enum_values(enum: str) -> Mapping[str, int]:
    """Names to numbers of the schema's enumeration `enum`; tensor types are spelled as `Tensor.dtype` is."""
    values = {name: value for name, value in vars(_class(enum)).items() if isinstance(value, int)}
    if enum == "TensorType":
        values = {name.lower(): value for name, value in values.items()}
    return MappingProxyType(values)


@cache
def enum_names(enum: str) -> Mapping[int, str]:
    """Numbers to names of the schema's enumeration `enum`."""
    return MappingProxyType({value: name for name, value in enum_values(enum).items()})


@cache
def options_table(operator: str) -> str:
    """The options table of the builtin operator `operator`, "" where it has none.

    >>> options_table("CONV_2D"), options_table("MAX_POOL_2D"), options_table("RELU")
    ('Conv2DOptions', 'Pool2DOptions', '')
    """
    if operator in _OPTIONS_BY_OTHER_NAME:
        return _OPTIONS_BY_OTHER_NAME[operator]
    wanted = operator.replace("_", "").lower() + "options"
    for union in ("BuiltinOptions", "BuiltinOptions2"):
        for name in enum_values(union):
            if name.lower() == wanted:
                return name
    return ""


def complete_options(operator: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """`options` of a builtin operator with the schema's defaults for all that is not given.

    Raises KeyError for a name that the operator's options do not have.
    """
    table = options_table(operator)
    known = fields(table) if table else {}
    if unknown := options.keys() - known.keys():
        raise KeyError(f"{operator} has no option {', '.join(sorted(unknown))}; it has {', '.join(known) or 'none'}")
    return MappingProxyType({name: options.get(name, default_value(field)) for name, field in known.items()})


def default_value(field: Field) -> Any:  # noqa: ANN401 - option values are of any type
    """What an absent `field` means: the schema's default, an empty tuple or an empty string."""
    if field.kind == "vector":
        return ()
    if field.kind == "string":
        return ""
    if field.enum:
        return enum_names(field.enum)[field.default]
    return bool(field.default) if field.format == "?" else field.default
