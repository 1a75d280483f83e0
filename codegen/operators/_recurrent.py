"""What the operators with a state have in common: rules for variables and for weights that are read as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._rules import after

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ..graph import Operator, Tensor
    from .family import Constraint

LARGEST_SHIFT = 30
"""Of a factor that is applied to 32 bits."""


def factor_fields(name: str, real: float) -> dict[str, int]:
    """`<name>_multiplier` and `<name>_shift` of a C struct.

    >>> factor_fields("output", 0.25)
    {'output_multiplier': 1073741824, 'output_shift': -1}
    """
    multiplier, shift = quantize_multiplier(real)
    return {f"{name}_multiplier": multiplier, f"{name}_shift": shift}


def variables(states: Callable[[Operator], Iterable[Tensor]], given: Constraint) -> Constraint:
    """The rule that what `states` gives are variables."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The state is in variable tensors, one for each state and for nothing else of the operator."""
        found = list(states(op))
        wrong = [f"tensor {tensor.name!r} is none" for tensor in found if not tensor.is_variable]
        uses = [tensor for tensor in (*op.inputs, *op.outputs) if tensor is not None]
        wrong += [f"tensor {t.name!r} is used twice" for t in found if sum(use is t for use in uses) > 1]
        return "; ".join(dict.fromkeys(wrong)) or None

    return rule


def factors_rule(
    factors: Callable[[Operator], dict[str, float]], largest: int, sentence: str, *given: Constraint
) -> Constraint:
    """The rule `sentence`: every one of `factors` has a shift of at most `largest`."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        found = factors(op)
        large = [f"{name} {real:g}" for name, real in found.items() if not real < 2.0**largest]
        return "; ".join(large) or None

    rule.__doc__ = sentence
    return rule
