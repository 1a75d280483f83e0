"""What AVERAGE_POOL_2D and MAX_POOL_2D have in common: all but the name and the arithmetic of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import float_clamp, fused_clamp
from ._cmsis_nn import RELEASE_6, activation, context, tile
from ._convolution import upstream_band
from ._rules import after, operands, quantized, types
from ._weighted import clamping_activation
from ._window import images, output_size_rule, whole_band, window_of, window_options
from .access import windowed
from .family import Address, Band, Family, Kernel, Rows, Scratch, Spatial, cmsis_nn_call, dims, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from ._window import Window
    from .access import Access
    from .family import Call, Struct

LARGEST_WINDOW = 1 << 23
"""Elements of a window whose sum always fits 32 bits."""
LARGEST_WINDOW_S16 = 1 << 16
"""The same for sums of int16."""
SUFFIXES = {"int8": "s8", "int16": "s16", "float32": "f32"}
SCALE_TOLERANCE = 1e-6
"""By how much TFLite allows the scales of input and output to differ."""

_operands = operands(1)
_types = types(
    "Input and output are both float32, both int8 or both int16.",
    frozenset({"float32/float32", "int8/int8", "int16/int16"}),
    _operands,
)
_quantized = quantized(_types)


@after(_types, _quantized)
def same_quantization(op: Operator) -> str | None:
    """Input and output have the same scale and zero point."""
    x, y = op.input(), op.output
    if x.dtype == "float32":
        return None
    agree = abs(x.scale - y.scale) <= SCALE_TOLERANCE and x.zero_point == y.zero_point
    return None if agree else f"scales {x.scale:g} and {y.scale:g}, zero points {x.zero_point} and {y.zero_point}"


def filter_options(op: Operator) -> str | None:
    """The filter's height and width are at least 1, and it has less than 2^23 elements."""
    height, width = op.option("filter_height"), op.option("filter_width")
    known = isinstance(height, int) and isinstance(width, int) and min(height, width) > 0
    return None if known and height * width < LARGEST_WINDOW else f"filter {height} x {width}"


@after(_types, filter_options)
def summable(op: Operator) -> str | None:
    """The filter of an int16 AVERAGE_POOL_2D has less than 2^16 elements, so that sums fit 32 bits."""
    if op.type != "AVERAGE_POOL_2D" or op.output.dtype != "int16":
        return None
    height, width = _kernel_size(op)
    return None if height * width < LARGEST_WINDOW_S16 else f"filter {height} x {width}"


@after(images)
def same_channels(op: Operator) -> str | None:
    """Input and output have as many channels."""
    channels = op.input().shape[3], op.output.shape[3]
    return None if channels[0] == channels[1] else f"{channels[0]} and {channels[1]}"


def _kernel_size(op: Operator) -> tuple[int, int]:
    return op.option("filter_height"), op.option("filter_width")


def window(op: Operator) -> Window:
    return window_of(op, _kernel_size(op))


class CmsisNnPool(Kernel):
    """An upstream kernel, <name>_s8 or _s16. Before 6.0.0 they computed the first image only."""

    provider = "cmsis-nn"

    def __init__(self, name: str, dtype: str) -> None:
        self.dtype = dtype
        self.name = f"{name}_{SUFFIXES[dtype]}"

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != self.dtype:
            return False
        return window(op).batches == 1 or target.cmsis_nn.number >= RELEASE_6

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), window(op), band, groups=window(op).input_channels)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        shape = window(op)
        height, width = shape.height, shape.width
        part = upstream_band(shape, band)
        return cmsis_nn_call(
            self.name,
            ctx=context(self.scratch_bytes(op, target, band)),
            pool_params=struct(
                "cmsis_nn_pool_params",
                stride=tile(height.stride, width.stride),
                padding=tile(part.top, width.before),
                activation=activation(fused_clamp(op)),
            ),
            input_dims=dims(shape.batches, part.input_rows, width.input, shape.input_channels),
            input_data=Address(op.input(), row=part.row),
            filter_dims=dims(1, height.kernel, width.kernel, 1),
            output_dims=dims(shape.batches, part.output_rows, width.output, shape.output_channels),
            output_data=Address(op.output, writable=True, row=part.output_row),
        )


def pool_struct(op: Operator, suffix: str) -> Struct:
    """cg_pool_2d_..._params of the type that `suffix` names."""
    low, high = float_clamp(op) if suffix == "f32" else fused_clamp(op)
    shape = window(op)
    height, width = shape.height, shape.width
    return struct(
        f"cg_pool_2d_{suffix}_params",
        batches=shape.batches,
        input_width=width.input,
        channels=shape.input_channels,
        filter_height=height.kernel,
        filter_width=width.kernel,
        output_width=width.output,
        stride_height=height.stride,
        stride_width=width.stride,
        pad_top=height.before,
        pad_left=width.before,
        activation_min=low,
        activation_max=high,
    )


class NativePool(Kernel):
    """One of our own kernels, cg_..._`suffix`."""

    provider = "native"

    def __init__(self, name: str, dtype: str) -> None:
        self.dtype = dtype
        self.suffix = SUFFIXES[dtype]
        self.name = f"{name}_{self.suffix}"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.dtype == self.dtype

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return window(op).batches == 1

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return windowed(op.output, op.input(), window(op), band, groups=window(op).input_channels)

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        rows = whole_band(window(op), band)
        return native_call(
            self.name,
            params=pool_struct(op, self.suffix),
            input=Rows(op.input()),
            y0=rows.first,
            y1=rows.last,
            output=Address(op.output, writable=True, row=rows.first),
        )


class SmallPool(NativePool):
    """The same in little code, cg_..._small_s8."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}_small", "int8")


class SumsS8(Kernel):
    """cg_average_pool_2d_sums_s8: a pool whose output is one row, from input rows as they come."""

    provider = "native"
    name = "cg_average_pool_2d_sums_s8"
    accumulates = True

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        shape = window(op)
        return op.output.dtype == "int8" and shape.batches == 1 and shape.height.output == 1 < shape.height.input

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 4 * op.output.size

    def cost(self, op: Operator, target: Target) -> int:  # noqa: ARG002
        return 7 * op.input().size + 30 * op.output.size

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:  # noqa: ARG002
        rows = band or Band(0, window(op).height.input)
        return native_call(
            self.name,
            params=pool_struct(op, "s8"),
            input=Rows(op.input()),
            y0=rows.first,
            y1=rows.last,
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )


def spatial(op: Operator) -> Spatial:
    return window(op).spatial


def pool_family(
    name: str, *upstream: Kernel, more: tuple[Kernel, ...] = (), accumulators: tuple[Kernel, ...] = ()
) -> Family:
    """The family of pooling operator `name`: upstream's kernels, our own cg_<name>_<type>, and `more`."""
    return Family(
        names=(name,),
        constraints=(
            _operands,
            _types,
            images,
            window_options,
            filter_options,
            summable,
            same_channels,
            output_size_rule(_kernel_size, filter_options),
            _quantized,
            same_quantization,
            clamping_activation,
        ),
        kernels=(*upstream, *(NativePool(f"cg_{name.lower()}", dtype) for dtype in SUFFIXES), *more),
        spatial=spatial,
        accumulators=accumulators,
        hint="use float32, int8 or int16",
    )
