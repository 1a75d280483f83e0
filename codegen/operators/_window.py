"""The geometry of operators with a window over height and width of NHWC, and the constraints on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..arithmetic import same_or_valid
from ._rules import after, operands
from .family import Band, Spatial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator
    from .family import Constraint, Value


INT16_MAX = 0x7FFF


@dataclass(frozen=True, slots=True)
class Axis:
    """The window along height or width. `before` is the padding above or left of the image."""

    input: int
    output: int
    kernel: int
    stride: int
    dilation: int
    before: int

    @property
    def span(self) -> int:
        """Rows or columns from the first tap to the last one."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def after(self) -> int:
        """Padding below or right of the image, as the last window needs it; negative where input is left over.

        >>> Axis(input=8, output=4, kernel=3, stride=2, dilation=1, before=0).after
        1
        """
        return (self.output - 1) * self.stride + self.span - self.input - self.before

    @property
    def is_padded(self) -> bool:
        return self.before > 0 or self.after > 0

    @property
    def is_tiled(self) -> bool:
        """Whether the windows lie side by side and cover the input, each element once."""
        return (
            self.span == self.kernel
            and self.before == 0
            and self.kernel * self.output == self.input
            and (self.stride == self.kernel or self.output == 1)
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Height and width of a windowed operator, its images and their channels."""

    batches: int
    height: Axis
    width: Axis
    input_channels: int
    output_channels: int

    @property
    def places(self) -> dict[str, Value]:
        """Where windows lie, as fields of a kernel's parameters."""
        height, width = self.height, self.width
        return {
            "stride_height": height.stride,
            "stride_width": width.stride,
            "dilation_height": height.dilation,
            "dilation_width": width.dilation,
            "pad_top": height.before,
            "pad_left": width.before,
        }

    @property
    def pixels(self) -> int:
        """Output pixels of one image."""
        return self.height.output * self.width.output

    @property
    def taps(self) -> int:
        return self.height.kernel * self.width.kernel

    @property
    def is_dilated(self) -> bool:
        return self.height.dilation > 1 or self.width.dilation > 1

    @property
    def fits_int16(self) -> bool:
        """Whether every size fits the 16 bits in which some kernels keep them."""
        sizes = [self.batches, self.input_channels, self.output_channels]
        for axis in (self.height, self.width):
            sizes += [axis.input, axis.output, axis.kernel, axis.stride, axis.dilation, abs(axis.before)]
        return max(sizes) <= INT16_MAX

    @property
    def spatial(self) -> Spatial:
        rows = self.height
        return Spatial(rows.input, rows.output, rows.kernel, rows.stride, rows.dilation, rows.before)


def axis_of(op: Operator, dimension: int, kernel: int) -> Axis:
    """The window of `op` along dimension 1 (height) or 2 (width)."""
    letter = "h" if dimension == 1 else "w"
    size, stride = op.input().shape[dimension], op.option(f"stride_{letter}")
    # One tap has no distance to another: kernels without dilation take it.
    dilation = op.option(f"dilation_{letter}_factor", 1) if kernel > 1 else 1
    padding = op.option("padding")
    if padding == "EXPLICIT":  # of the transform `merged_pad`
        around = op.option("paddings")[dimension - 1]
        _, output = same_or_valid("VALID", size + sum(around), kernel, stride, dilation)
        return Axis(size, output, kernel, stride, dilation, around[0])
    before, output = same_or_valid(padding, size, kernel, stride, dilation)
    return Axis(size, output, kernel, stride, dilation, before)


def window_of(op: Operator, kernel: tuple[int, int]) -> Window:
    """The window of `op`, whose taps are `kernel` (height, width)."""
    batches, _, _, channels = op.input().shape
    return Window(batches, axis_of(op, 1, kernel[0]), axis_of(op, 2, kernel[1]), channels, op.output.shape[3])


def whole_band(window: Window, band: Band | None) -> Band:
    """`band`, or all output rows."""
    return band or window.spatial.whole


# ------------------------------------------------------------------------------------------------ constraints
at_least_one_input = operands(1, 3)


@after(at_least_one_input)
def images(op: Operator) -> str | None:
    """Input and output have the dimensions batch, height, width and channels, and as many batches."""
    shapes = op.input().shape, op.output.shape
    agree = all(len(shape) == 4 and min(shape) > 0 for shape in shapes) and shapes[0][0] == shapes[1][0]
    return None if agree else f"{list(shapes[0])} and {list(shapes[1])}"


def _count(op: Operator, option: str, default: int = 0) -> int:
    value = op.option(option, default)
    return value if isinstance(value, int) else 0


def window_options(op: Operator) -> str | None:
    """Padding is SAME or VALID; strides and dilations are at least 1."""
    explicit = op.option("padding") == "EXPLICIT" and op.option("paddings") is not None
    if op.option("padding") not in ("SAME", "VALID") and not explicit:
        return f"padding {op.option('padding')}"
    counts = {name: _count(op, name) for name in ("stride_h", "stride_w")}
    counts |= {name: _count(op, name, 1) for name in ("dilation_h_factor", "dilation_w_factor")}
    return next((f"{name} {op.option(name)}" for name, count in counts.items() if count < 1), None)


def output_size_rule(kernel_of: Callable[[Operator], tuple[int, int]], *given: Constraint) -> Constraint:
    """The rule that the output's height and width are what window, strides, dilations and padding make."""

    @after(images, window_options, *given)
    def output_size(op: Operator) -> str | None:
        """The output's height and width are those that window, strides, dilations and padding make."""
        axes = [axis_of(op, k + 1, size) for k, size in enumerate(kernel_of(op))]
        made, found = [axis.output for axis in axes], list(op.output.shape[1:3])
        return None if made == found and min(made) > 0 else f"{found}, computed {made}"

    return output_size
