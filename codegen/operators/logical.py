"""LOGICAL_AND and LOGICAL_OR of two bool tensors, broadcast to each other where their shapes differ.

Arithmetic: LogicalAnd and LogicalOr of TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._broadcast import Elementwise, broadcast_rules, same_types, two_operands
from ._rules import types
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator


class Logical(Elementwise):
    """The kernel of one of the two."""

    def __init__(self, type_: str) -> None:
        super().__init__("bool", f"cg_{type_.lower()}")
        self.type = type_

    def fits(self, op: Operator) -> bool:
        return op.type == self.type


FAMILY = Family(
    names=("LOGICAL_AND", "LOGICAL_OR"),
    constraints=(*broadcast_rules, types("Inputs and output are bool.", same_types("bool"), two_operands, inputs=2)),
    kernels=(Logical("LOGICAL_AND"), Logical("LOGICAL_OR")),
)
