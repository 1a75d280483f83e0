"""Is the emitted C equal to the reference? Cases in, a verdict out; where the C runs is a `Runner`'s business.

Integers and truth values are compared exactly. Floats may differ by FLOAT_TOLERANCE, relative: an expression may be
contracted or reordered by either compiler. Where large numbers cancel, what is left is as exact as those were: floats
may also differ by CANCELLATION times the largest number of their tensor.
"""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from . import host
from .emission.interface import Interface, Port
from .emission.module import CModule
from .errors import CodegenError, Location
from .graph import Array, Graph, Quantization, Tensor
from .host.model import numpy_dtype

if TYPE_CHECKING:  # needs the extras `device` and `serial`
    from .device.runner import BoardRunner

FLOAT_TOLERANCE = 1e-5
"""Relative difference of floats that counts as equal."""
CANCELLATION = 1e-6
"""Difference of floats that counts as equal, relative to their tensor's largest: eight times float32's resolution."""

Case = tuple[Array, ...]
"""One array per input, of the tensor's shape; of outputs likewise."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Inputs, and the outputs that are expected of them where the file had any. `seed` is None for a file's."""

    inputs: tuple[Case, ...]
    expected: tuple[Case, ...] | None
    source: str
    seed: int | None = None

    def __len__(self) -> int:
        return len(self.inputs)


# ------------------------------------------------------------------------------------------------- cases of a file
def read_cases(path: Path, inputs: Sequence[Port], outputs: Sequence[Port], count: int | None = None) -> Cases:
    """The first `count` cases of an npz: `input_0`, ... with a leading axis of cases, and `output_0`, ... or none.

    Raises CodegenError for a file that is not one, and for arrays that do not fit the model.
    """
    arrays = _load(path)
    fed = [port for port in inputs if not port.is_fed_back]
    given = {port: _stacked(path, arrays, port) for port in fed}
    wanted = [name for name in arrays if re.fullmatch(r"output_\d+", name)]
    expected = [_stacked(path, arrays, port) for port in outputs] if wanted else []
    known = {f"{port.kind}_{port.index}" for port in (*fed, *outputs)}
    surplus = [name for name in arrays if re.fullmatch(r"(input|output)_\d+", name) and name not in known]
    if surplus and any(surplus[0] == f"input_{port.index}" for port in inputs):
        raise _refuse(path, f"there is {surplus[0]}, but an output of the model stays there", "leave it out")
    if surplus:
        raise _refuse(path, f"there is {surplus[0]}, but the model has {len(inputs)} inputs and {len(outputs)} outputs")
    lengths = {len(array) for array in (*given.values(), *expected)}
    if len(lengths) > 1:
        raise _refuse(path, f"the arrays have different numbers of cases: {sorted(lengths)}")
    cases = min(lengths.pop() if lengths else 1, count or 1 << 31)
    if not cases:
        raise _refuse(path, "there are no cases in it")
    stacked = [given[port] if port in given else np.stack([first_value(port.tensor)] * cases) for port in inputs]
    return Cases(_rows(stacked, cases), _rows(expected, cases) if wanted else None, path.name)


def first_value(tensor: Tensor) -> Array:
    """What a variable holds after a reset."""
    if tensor.initial is not None:
        return tensor.initial.reshape(tensor.shape)
    zero = tensor.zero_point if tensor.dtype == "int8" else 0
    return np.full(tensor.shape, zero, numpy_dtype(tensor.dtype))


def _rows(stacked: Sequence[Array], cases: int) -> tuple[Case, ...]:
    return tuple(tuple(array[k] for array in stacked) for k in range(cases))


def _refuse(path: Path, found: str, hint: str = "") -> CodegenError:
    usual = "numpy.savez(file, input_0=..., output_0=...), each with a leading axis of cases"
    return CodegenError.at(Location(str(path)), found, hint or usual)


def _load(path: Path) -> dict[str, Array]:
    try:
        loaded = np.load(path, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise _refuse(path, "this is one array, not an npz of named ones")
        with loaded:
            return {name: loaded[name] for name in loaded.files if re.fullmatch(r"(input|output)_\d+", name)}
    except FileNotFoundError:
        raise _refuse(path, "there is no such file", "check the path given by --inputs") from None
    except OSError as error:
        raise _refuse(path, f"it cannot be read: {error.strerror or error}", "check the path of --inputs") from None
    except (ValueError, EOFError, zipfile.BadZipFile, zlib.error):
        raise _refuse(path, "it is no npz file, or a damaged one") from None


def _stacked(path: Path, arrays: Mapping[str, Array], port: Port) -> Array:
    """The array of `port` as (cases, *shape)."""
    name, tensor = f"{port.kind}_{port.index}", port.tensor
    what = f"{port.kind} {port.index} {port.user_name!r} is {tensor.dtype} {list(tensor.shape)}"
    if name not in arrays:
        raise _refuse(path, f"{name} is missing: {what}")
    array = arrays[name]
    if array.ndim == 0 or array[:1].size != tensor.size * len(array[:1]):
        raise _refuse(path, f"{name} has the shape {list(array.shape)}, and {what}")
    if array.dtype != numpy_dtype(tensor.dtype):
        raise _refuse(path, f"{name} has the type {array.dtype}, and {what}")
    return np.ascontiguousarray(array).reshape(len(array), *tensor.shape)


# ------------------------------------------------------------------------------------------------ generated cases
KINDS = ("whole range", "lowest", "highest", "zero point", "small noise", "extremes")
"""What the first generated cases hold; after them whole range and small noise take turns."""


def generate_cases(graph: Graph, count: int, seed: int) -> Cases:
    """`count` cases of the kinds in KINDS for the inputs of `graph`, the same for the same seed."""
    rng = np.random.default_rng(seed)
    spans = [_span(graph, tensor) for tensor in graph.main.inputs]
    made = []
    for k in range(count):
        kind = KINDS[k] if k < len(KINDS) else KINDS[k % 2 * 4]
        made.append(tuple(_values(t, s, kind, rng) for t, s in zip(graph.main.inputs, spans, strict=True)))
    return Cases(tuple(made), None, f"generated, seed {seed}", seed)


@dataclass(frozen=True, slots=True)
class _Span:
    """Values that an input takes: from `low` to `high`, `middle` being the real zero."""

    low: float
    high: float
    middle: float


def _span(graph: Graph, tensor: Tensor) -> _Span:
    dtype = numpy_dtype(tensor.dtype)
    if dtype.kind == "f":
        # The range of the QUANTIZE that reads it, where one does.
        readers = (op for op in graph.main.operators if op.type == "QUANTIZE" and op.inputs[0] is tensor)
        quantized = next((op.output for op in readers), None)
        if quantized is None or quantized.quantization is None:
            return _Span(-1.0, 1.0, 0.0)
        limits = np.iinfo(numpy_dtype(quantized.dtype))
        low, high = (_real(quantized.quantization, int(q)) for q in (limits.min, limits.max))
        return _Span(low, high, 0.0)
    if dtype.kind == "b" or tensor.quantization is None:
        return _Span(0, 1, 0)  # truth values, indices: what is in range for whatever uses them
    limits = np.iinfo(dtype)
    return _Span(limits.min, limits.max, tensor.zero_point)


def _real(quantization: Quantization, q: int) -> float:
    return quantization.scales[0] * (q - quantization.zero_points[0])


def _values(tensor: Tensor, span: _Span, kind: str, rng: np.random.Generator) -> Array:
    shape, dtype = tensor.shape, numpy_dtype(tensor.dtype)
    if tensor.is_variable:
        return first_value(tensor)
    if kind == "lowest":
        values: Array = np.full(shape, span.low)
    elif kind == "highest":
        values = np.full(shape, span.high)
    elif kind == "zero point":
        values = np.full(shape, span.middle)
    elif kind == "small noise":
        values = span.middle + rng.normal(0, max((span.high - span.low) / 32, 0.5 * (dtype.kind != "f")), shape)
    elif kind == "extremes":
        values = np.where(rng.integers(0, 2, shape) == 1, span.high, span.low)
    elif dtype.kind == "f":
        values = rng.uniform(span.low, span.high, shape)
    else:
        return rng.integers(int(span.low), int(span.high), shape, np.int64, endpoint=True).astype(dtype)
    if dtype.kind == "f":
        return values.astype(dtype)
    return np.clip(np.rint(values), span.low, span.high).astype(dtype)


# ---------------------------------------------------------------------------------------------------- comparison
@dataclass(frozen=True, slots=True)
class Difference:
    """The first element that differs: of case, then output, then position."""

    case: int
    output: int
    name: str
    element: tuple[int, ...]
    expected: int | float
    found: int | float

    def __str__(self) -> str:
        return (
            f"case {self.case}, output {self.output} {self.name!r}, element {list(self.element)}: "
            f"expected {self.expected}, found {self.found}"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """`mismatches` counts elements that differ, of all `elements`; `max_abs_diff` is the largest difference. `waited`
    cases had no outputs."""

    cases: int
    elements: int
    mismatches: int
    max_abs_diff: int | float
    first: Difference | None
    waited: int = 0

    @property
    def is_equal(self) -> bool:
        return self.mismatches == 0


def compare(expected: Sequence[Case], found: Sequence[Case | None], outputs: Sequence[Port]) -> Comparison:
    """All elements of all cases but those that waited for more input (None). Raises CodegenError where all did, and
    where the reference's outputs are of other types or sizes."""
    waited = sum(got is None for got in found)
    if waited and waited == len(found):
        hint = "a streaming model goes on after as many cases as it buffers: give more of them (--cases)"
        raise CodegenError.say(f"all {waited} cases ended with a wait for more input: there are no outputs", hint)
    elements, mismatches, largest = 0, 0, 0.0
    first: Difference | None = None
    exact = all(numpy_dtype(port.tensor.dtype).kind != "f" for port in outputs)
    for number, (wanted, got) in enumerate(zip(expected, found, strict=True)):
        if got is None:
            continue
        if len(wanted) != len(outputs):
            raise CodegenError.say(f"the reference has {len(wanted)} outputs, the module {len(outputs)}")
        for port, one, other in zip(outputs, wanted, got, strict=True):
            if one.size != other.size or one.dtype != other.dtype:
                raise CodegenError.say(
                    f"output {port.index} {port.user_name!r} is {one.dtype} {list(one.shape)} of the reference, "
                    f"and {other.dtype} {list(other.shape)} of the module"
                )
            reference = one.reshape(other.shape)
            differs = ~_equal(reference, other)
            elements += other.size
            count = int(differs.sum())
            if not count:
                continue
            mismatches += count
            largest = max(largest, _distance(reference[differs], other[differs]))
            if first is None:
                at = tuple(int(k) for k in np.argwhere(differs)[0])
                first = Difference(number, port.index, port.user_name, at, reference[at].item(), other[at].item())
    return Comparison(len(expected), elements, mismatches, int(largest) if exact else largest, first, waited)


def _equal(a: Array, b: Array) -> Array:
    if a.dtype.kind == "f":
        largest = float(np.max(np.abs(a), where=np.isfinite(a), initial=0.0))
        return np.isclose(a, b, rtol=FLOAT_TOLERANCE, atol=CANCELLATION * largest, equal_nan=True)
    return np.asarray(a == b)


def _distance(a: Array, b: Array) -> float:
    """The largest |a - b|; where only one is a number, infinity."""
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(a.astype(np.float64) - b.astype(np.float64))
    return float(np.nan_to_num(distance, nan=np.inf).max())


# -------------------------------------------------------------------------------------------------------- runners
@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """What a run gave: the outputs of every case (None: it waited for more input) and the kept tensors, damaged guards,
    and figures for the report (JSON values)."""

    outputs: tuple[Case | None, ...]
    kept: tuple[Case | None, ...] = ()
    damage: tuple[str, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


Advance = Callable[[], None]
"""Called after each case."""


class Runner(Protocol):
    """Somewhere that a module runs."""

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        """Every case in order, from the model's initial state. Inputs that an output stays in are left alone."""
        ...


class HostRunner:
    """The module compiled for this machine. Raises CodegenError where upstream CMSIS-NN cannot run its plan here."""

    def __init__(self, module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None) -> None:
        target = module.memory.schedule.target
        if cmsis_nn_root is not None and module.runtime.twin and target.isa.mve:
            raise CodegenError.say(
                f"upstream CMSIS-NN on this computer cannot run what was planned for {target.board.name}: its plain C "
                "functions need other scratch sizes than those with MVE instructions",
                "leave --cmsis-nn-root (CMSIS_NN_ROOT) out, or use --on qemu",
            )
        self._model = host.load(module, cmsis_nn_root=cmsis_nn_root)

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        model = self._model
        model.reset()
        outputs: list[Case | None] = []
        kept: list[Case | None] = []
        for case in cases:
            ports = model.module.interface.inputs
            made = model(*(None if port.is_fed_back else x for port, x in zip(ports, case, strict=True)))
            outputs.append(None if model.is_waiting else made)
            kept.append(None if model.is_waiting else model.kept)
            advance()
        return Observation(tuple(outputs), tuple(kept))


class LinkRunner:
    """The module on a board behind a serial line, real or emulated: what users of `--on qemu` and `--on serial` get."""

    def __init__(self, board: BoardRunner) -> None:
        self._board = board

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        seen = self._board.cases(cases, advance)
        outputs, kept = arrays_of(seen.outputs, self._board.module.interface)
        return Observation(outputs, kept, seen.damage, seen.figures(self._board.firmware))


class QemuRunner:
    """The module in an image for its board, in QEMU, its cases from a file by semihosting: many small runs in tests."""

    def __init__(self, module: CModule, cmsis_nn_root: str | os.PathLike[str] | None = None) -> None:
        try:
            from . import device_glue  # noqa: PLC0415 - needs the extra `device`
        except ImportError as error:
            found = f"building and measuring images needs the Python package {error.name}"
            raise CodegenError.say(found, "pip install codegen[device]") from None
        self._folder = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
        self._image = device_glue.build(module, Path(self._folder.name), cmsis_nn_root)

    def run(self, cases: Sequence[Case], advance: Advance = lambda: None) -> Observation:
        interface = self._image.module.interface
        given = [
            [array.tobytes() for port, array in zip(interface.inputs, case, strict=True) if not port.is_fed_back]
            for case in cases
        ]
        result = self._image.run(given)
        for _ in cases:
            advance()
        outputs, kept = arrays_of(result.outputs, interface)
        figures = {
            "stack_bytes": result.stack_bytes,
            "flash": self._image.flash(),
            "instructions": result.instructions,
            "guards": {"intact": result.guards_intact, "damage": list(result.damage)},
        }
        return Observation(outputs, kept, tuple(result.damage), MappingProxyType(figures))


def arrays_of(
    raw: Sequence[Sequence[bytes] | None], interface: Interface
) -> tuple[tuple[Case | None, ...], tuple[Case | None, ...]]:
    """Outputs and kept tensors of every case; None of one that waited."""
    ports, count = (*interface.outputs, *interface.kept), len(interface.outputs)
    every = [
        None if parts is None else tuple(_array(data, port) for data, port in zip(parts, ports, strict=True))
        for parts in raw
    ]
    outputs = tuple(None if case is None else case[:count] for case in every)
    return outputs, tuple(None if case is None else case[count:] for case in every)


def _array(data: bytes, port: Port) -> Array:
    """Output bytes of a little-endian target as numpy has them here."""
    stored = numpy_dtype(port.tensor.dtype).newbyteorder("<")
    array: Array = np.frombuffer(data, stored).astype(stored.newbyteorder("="))
    return array if port.tensor.dtype == "int4" else array.reshape(port.tensor.shape)
