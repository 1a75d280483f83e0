"""The family of an operator that the user supplies: one kernel, the C function of the header.

Its parameters are those of docs/custom-operators.md; types and macros are in runtime_c/include/cg_custom.h.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ._whole import WholeKernel
from .family import Address, Call, Constraint, Enumerator, Family, Scratch, Struct, Table, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator, Tensor
    from ..target import Target
    from .family import Band

MOST_DIMENSIONS = 8
"""`CG_CUSTOM_DIMENSIONS` of cg_custom.h."""
TYPES = (
    *("int8", "uint8", "bool", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float32", "float64"),
)

Reference = Callable[["Operator", Sequence["Array | None"]], Sequence["Array"]]
"""Inputs of an operator (None: left out) to its outputs."""


def plain_tensors(op: Operator) -> str | None:
    """There is an output; no tensor has more than 8 dimensions; types are those of cg_custom.h."""
    if not op.outputs:
        return "no outputs"
    for tensor in (*(x for x in op.inputs if x is not None), *op.outputs):
        if len(tensor.shape) > MOST_DIMENSIONS or tensor.dtype not in TYPES:
            return f"{tensor.dtype} {list(tensor.shape)}"
    return None


class UserFunction(WholeKernel):
    """The user's function."""

    provider = "user"

    def __init__(
        self,
        function: str,
        files: Mapping[str, str],
        scratch: Callable[[Operator], int] | None,
        reference: Reference | None,
    ) -> None:
        self.name = function
        self.files = files
        self.reference = reference
        self._scratch = scratch

    def whole(self, op: Operator) -> Call:
        arguments: dict[str, Struct | Table | Scratch | int | None] = {}
        for k, tensor in enumerate(op.inputs):
            arguments[f"input_{k}"] = tensor if tensor is None else _tensor("cg_custom_input", f"input_{k}", tensor)
        for k, tensor in enumerate(op.outputs):
            arguments[f"output_{k}"] = _tensor("cg_custom_output", f"output_{k}", tensor)
        options = bytes(op.option("custom_options", b""))
        arguments["options"] = Table("options", np.frombuffer(options, np.uint8)) if options else None
        arguments["options_bytes"] = len(options)
        arguments["scratch"] = Scratch()
        return Call(self.name, tuple(arguments.items()), f"{self.name}.h", returns_status=True, success="0")

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 0 if self._scratch is None else int(self._scratch(op))

    def scratch_alignment(self, target: Target) -> int:  # noqa: ARG002
        """Enough for every type and for vectors."""
        return 16


def _tensor(type_: str, name: str, tensor: Tensor) -> Struct:
    """The C description of `tensor`: where it is, type, shape, quantization."""
    many = tensor.quantization if tensor.quantization and tensor.quantization.is_per_channel else None
    scales, zeros = (many.scales, many.zero_points) if many else ((), ())
    return struct(
        type_,
        data=Address(tensor, writable=type_ == "cg_custom_output"),
        type=Enumerator(f"CG_CUSTOM_{tensor.dtype.upper()}"),
        bytes=tensor.bytes,
        rank=len(tensor.shape),
        dims=tensor.shape or (0,),
        scale=float(tensor.scale) if tensor.quantization and not many else 0.0,
        zero_point=0 if many else tensor.zero_point,
        channels=len(scales),
        axis=many.axis if many else 0,
        channel_scales=Table(f"{name}_scales", np.array(scales, np.float32)) if many else None,
        channel_zero_points=Table(f"{name}_zero_points", np.array(zeros, np.int32)) if many else None,
    )


def custom_family(
    name: str, kernel: UserFunction, scratch: Callable[[Operator], int] | None, check: Constraint | None
) -> Family:
    """The family of the custom operator `name`, computed by `kernel`."""

    def scratch_size(op: Operator) -> str | None:
        """The scratch size that the user's description gives is a number of bytes, 0 or more."""
        if scratch is None:
            return None
        try:
            size = int(scratch(op))
        except Exception as error:  # noqa: BLE001 - the user's own code
            return f"{type(error).__name__}: {error}"
        return None if size >= 0 else str(size)

    def accepted(op: Operator) -> str | None:
        """The user's description of the operator accepts it."""
        try:
            return check(op) if check is not None else None
        except Exception as error:  # noqa: BLE001 - the user's own code
            return f"`check` fails: {type(error).__name__}: {error}"

    return Family(
        names=(name,),
        constraints=(plain_tensors, accepted, scratch_size),
        kernels=(kernel,),
        is_custom=True,
        hint=f"see what --custom {name} names",
    )
