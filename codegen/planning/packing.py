"""Which operators may have kernels whose constants are larger than their weights: where flash has room for them.

Such kernels save time by int16 in place of int8, or by transformed filters. Those that save most for each byte come
first. With `--optimize speed` weights and code stay within the flash that they may have: `--flash`, and never more
than the board has. Without that option a board of less than `LEAST_FLASH` has none to spare, and of a larger one half
is left for the application. Otherwise, and with `balanced`, all constants together stay within `GROWTH` of what
CMSIS-NN's kernels would read, code within `MOST_CODE`, and each byte saves its share of the instructions. `ram` and
`size` have none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from ..code_sizes import image_code, is_measured
from ..costs import cost_of
from ..errors import CodegenError
from ..operators import family_of, ranked_kernels
from ..operators.family import constant_bytes
from .kernels import SHARE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..graph import Graph, Operator
    from ..operators.family import Call, Kernel
    from ..target import Target

KILOBYTE = 1024
GROWTH = 1.15
MOST_CODE = 12 * KILOBYTE
LEAST_FLASH = 512 * 1024
APPLICATIONS_SHARE = 2


def flash_limit(target: Target) -> int:
    """Bytes that weights and code may take before constants are made larger than they need be."""
    board = target.board.flash_bytes
    if target.flash is not None:
        return min(board, target.flash)
    return 0 if board < LEAST_FLASH else board // APPLICATIONS_SHARE


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """A kernel for an operator: its calls, the bytes of their constants, and instructions (None: unknown)."""

    kernel: Kernel
    calls: tuple[Call, ...]
    constants: int
    instructions: int | None


def with_larger_constants(graph: Graph, target: Target) -> Target:
    """`target` with the operators of `graph` that have kernels of larger constants in its flash."""
    if target.optimize not in ("speed", "balanced"):
        return target
    operators = [op for _, op in graph.operators() if not family_of(op).is_view and family_of(op).expand is None]
    ways = {op: _ways(op, target) for op in operators}
    if not any(larger for _, larger in ways.values()):
        return target
    room = _room(operators, [plain for plain, _ in ways.values()], target)
    chosen = {op: plain for op, (plain, _) in ways.items()}
    grown = set()
    while (best := _best_step(chosen, {op: larger for op, (_, larger) in ways.items()}, target, room)) is not None:
        op, way = best
        chosen[op] = way
        grown.add((op.output, way.kernel.name))
    return replace(target, grown=frozenset(grown))


@dataclass(frozen=True, slots=True)
class _Room:
    """Bytes for code and constants, those for either alone, and instructions that a byte more has to save."""

    flash: float
    constants: float
    code: float
    per_byte: float


def _room(operators: Iterable[Operator], plain: Collection[_Way], target: Target) -> _Room:
    limit = flash_limit(target)
    if target.optimize == "speed" and limit > 0:
        return _Room(limit, inf, inf, 0.0)
    board = target.board.flash_bytes if target.flash is None else limit
    instructions = sum(way.instructions or 0 for way in plain)
    constants = sum(_upstream_bytes(op, way, target) for op, way in zip(operators, plain, strict=True))
    return _Room(board, GROWTH * constants, MOST_CODE, SHARE["balanced"] * instructions / KILOBYTE)


def _upstream_bytes(op: Operator, plain: _Way, target: Target) -> int:
    """Bytes of constants that CMSIS-NN's kernel for `op` reads; where it has none, those of `plain`."""
    spatial = family_of(op).spatial(op)
    kernels = (k for k in family_of(op).kernels if k.provider == "cmsis-nn" and k.takes(op, target))
    kernel = next(kernels, None)
    return (
        plain.constants
        if kernel is None
        else constant_bytes(kernel.calls(op, target, spatial.whole if spatial else None))
    )


def _ways(op: Operator, target: Target) -> tuple[_Way, tuple[_Way, ...]]:
    """The kernel of `op` without larger constants, and those with."""
    plain = ranked_kernels(op, target)[0]
    all_names = frozenset((op.output, kernel.name) for kernel in family_of(op).kernels)
    ranked = ranked_kernels(op, replace(target, grown=all_names))
    larger = (kernel for kernel in ranked[: ranked.index(plain)] if kernel.grows(op))
    return _way(plain, op, target), tuple(_way(kernel, op, target) for kernel in larger)


def _way(kernel: Kernel, op: Operator, target: Target) -> _Way:
    spatial = family_of(op).spatial(op)
    calls = kernel.calls(op, target, spatial.whole if spatial else None)
    cost = cost_of(kernel, op, target)
    return _Way(kernel, calls, constant_bytes(calls), cost.instructions if cost else None)


def _bytes(chosen: Iterable[_Way], target: Target) -> tuple[int, int]:
    """Of constants and of code."""
    ways = tuple(chosen)
    code = image_code(target.core, (call for way in ways for call in way.calls)) if is_measured(target.core.name) else 0
    return sum(way.constants for way in ways), code


def _best_step(
    chosen: dict[Operator, _Way], larger: Mapping[Operator, tuple[_Way, ...]], target: Target, room: _Room
) -> tuple[Operator, _Way] | None:
    """The kernel that saves most instructions for each byte; None where none saves any within the limit."""
    constants, code = _bytes(chosen.values(), target)
    best: tuple[float, Operator, _Way] | None = None
    for op, ways in larger.items():
        before = chosen[op].instructions
        for way in ways:
            saved = 0 if before is None or way.instructions is None else before - way.instructions
            if saved <= 0:
                continue
            more = _bytes((chosen | {op: way}).values(), target)
            worth = saved / max(1, sum(more) - constants - code)
            fits = sum(more) <= room.flash and more[0] <= room.constants and more[1] <= max(code, room.code)
            if fits and worth >= room.per_byte and (best is None or worth > best[0]):
                best = worth, op, way
    return best[1:] if best else None


def check_flash(weights: int, calls: Iterable[Call], target: Target) -> None:
    """Raises CodegenError where `weights` and the code of `calls` take more than the user's `--flash`."""
    if target.flash is None:
        return
    code = image_code(target.core, calls) if is_measured(target.core.name) else 0
    if weights + code > target.flash:
        found = f"weights of {weights:,} bytes and code of about {code:,} are more than the {target.flash:,} of --flash"
        hint = "fewer channels, or weights of 4 bits" if target.optimize == "size" else "try --optimize size"
        raise CodegenError.say(found, hint)
