"""Windows whose output is one row, computed from the rows of the input as they come: sums grow in scratch.

The kernel `<name>_sums_s8` takes the arguments of `<name>_s8`, with rows of the input in place of rows of the output.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .family import Address, Band, Kernel, Scratch, native_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator
    from ..target import Target
    from ._window import Window
    from .family import Call


class WindowSumsS8(Kernel):
    """The kernel that gathers the sums of `whole`, the kernel of the whole operator. `cost` is that of a product, with
    the DSP extension `dsp_cost`."""

    provider = "native"
    accumulates = True

    def __init__(self, whole: Kernel, window_of: Callable[[Operator], Window], cost: int, dsp_cost: int = 0) -> None:
        self.whole = whole
        self.window_of = window_of
        self.per_product = cost
        self.per_dsp_product = dsp_cost or cost
        self.name = whole.name.replace("_s8", "_sums_s8")

    def takes(self, op: Operator, target: Target) -> bool:
        if op.output.dtype != "int8" or not self.whole.takes(op, target):
            return False
        window = self.window_of(op)
        return window.batches == 1 and window.height.output == 1 < window.height.input

    def takes_bands(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        return 4 * op.output.size

    def cost(self, op: Operator, target: Target) -> int:
        weights = op.input(1).size
        each = self.per_dsp_product if target.isa.dsp and not target.isa.mve else self.per_product
        return each * weights * self.window_of(op).pixels + 40 * op.output.size

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        rows = band or Band(0, self.window_of(op).height.input)
        bands = {"y0": rows.first, "y1": rows.last}
        arguments = {name: bands.get(name, value) for name, value in self.whole.call(op, target, None).arguments}
        output = arguments.pop("output")
        assert isinstance(output, Address)
        return native_call(self.name, **arguments, scratch=Scratch(), output=replace(output, row=0))
