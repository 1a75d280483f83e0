"""The emitted C as a Python object: numpy arrays in, numpy arrays out, guard bytes around the arenas."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..emission.interface import WAITING, EntryPoint, Port
from ..emission.module import CModule
from ..errors import CodegenError
from ..graph import Array
from .build import SUFFIX, build_library
from .inputs import build_inputs

GUARD = 64
"""Bytes before and after each arena that no kernel may touch."""
PATTERN = 0xA5


def numpy_dtype(dtype: str) -> np.dtype[Any]:
    """The numpy type of a tensor's elements; packed 4-bit tensors are bytes."""
    return np.dtype({"int4": "uint8"}.get(dtype, dtype))


class HostModel:
    """A compiled module in this process. Not for two threads at once: it has one arena.

    Calling it with one array per input (values of the input's dtype; shape as the tensor's) gives a tuple of
    arrays; None leaves an input that an output stays in as it is. `is_waiting`: the last call ended early, for more
    input; its outputs mean nothing. Raises CodegenError for wrong inputs, a failing kernel or a damaged guard.
    """

    def __init__(self, module: CModule, library: Path, folder: tempfile.TemporaryDirectory[str]) -> None:
        try:
            import cffi  # noqa: PLC0415 - an extra: needed only here
        except ImportError:
            raise CodegenError.say("running C on the host needs cffi", "pip install codegen[host]") from None
        self.module = module
        self.is_waiting = False
        self._folder = folder
        self._ffi = cffi.FFI()
        self._ffi.cdef(module.interface.cdef)
        self._lib: Any = self._ffi.dlopen(str(library))
        self._arenas = [_guarded(field.arena.bytes) for field in module.interface.arenas]
        self._self = self._ffi.new(f"{module.name}_t *")
        arguments: list[Any] = []
        for field, (_, arena) in zip(module.interface.arenas, self._arenas, strict=True):
            arguments += [self._ffi.from_buffer(arena), field.arena.bytes]
        self._check(self._function("init")(self._self, *arguments), "init")

    def _function(self, name: str) -> Any:  # noqa: ANN401 - a C function
        return getattr(self._lib, f"{self.module.name}_{name}")

    def _check(self, status: int, what: str) -> None:
        if status != 0:
            names = {value: name for name, value, _ in self.module.interface.status_codes}
            raise CodegenError.say(f"{self.module.name}_{what} gave {names.get(status, status)}")

    def _memory(self, entry: EntryPoint, port: Port) -> Array:
        pointer = getattr(self._lib, f"{entry.prefix}_{port.kind}")(self._self, port.index)
        buffer = self._ffi.buffer(pointer, port.tensor.bytes)
        flat = np.frombuffer(buffer, numpy_dtype(port.tensor.dtype))
        return flat if port.tensor.dtype == "int4" else flat.reshape(port.tensor.shape)

    def __call__(self, *inputs: Array | None) -> tuple[Array, ...]:
        return self.call(self.module.interface.entries[0], *inputs)

    def run(self, signature: str, *inputs: Array | None) -> tuple[Array, ...]:
        """Calls `signature` of a model that has several."""
        return self.call(self.module.interface.entry(signature), *inputs)

    def call(self, entry: EntryPoint, *inputs: Array | None) -> tuple[Array, ...]:
        """Calls one entry point; an input that comes row by row is pushed at once."""
        ports = entry.inputs
        if len(inputs) != len(ports):
            raise CodegenError.say(f"{entry.prefix} has {len(ports)} inputs, {len(inputs)} were given")
        for port, array in zip(ports, inputs, strict=True):
            if array is None and port.is_fed_back:
                continue
            if array is None:
                raise CodegenError.say(f"input {port.index} {port.user_name!r} was not given")
            if entry.pushed is not None:
                self._check(self.push(array.reshape(-1)), "push_rows")
                continue
            memory = self._memory(entry, port)
            if array.dtype != memory.dtype or array.size != memory.size:
                raise CodegenError.say(
                    f"input {port.index} {port.user_name!r} is {memory.dtype} {list(memory.shape)}, "
                    f"given was {array.dtype} {list(array.shape)}"
                )
            memory[...] = array.reshape(memory.shape)
        status = 0 if entry.pushed else getattr(self._lib, entry.invoke.name)(self._self)
        self.is_waiting = entry.may_wait and status == WAITING
        self._check(0 if self.is_waiting else status, "invoke")
        outputs = tuple(self._memory(entry, port).copy() for port in entry.outputs)
        self._check_guards()
        return outputs

    def push(self, rows: Array) -> int:
        """Pushes whole rows of the input; the status as the C function gives it, and the guards are intact."""
        entry = self.module.interface.entries[0]
        assert entry.pushed is not None
        data = np.ascontiguousarray(rows, numpy_dtype(entry.pushed.port.tensor.dtype)).reshape(-1)
        pointer = self._ffi.cast(f"{entry.pushed.port.c_type} *", self._ffi.from_buffer(data))
        status = getattr(self._lib, entry.invoke.name)(self._self, pointer, data.size // entry.pushed.row_elements)
        self._check_guards()
        return int(status)

    @property
    def outputs(self) -> tuple[Array, ...]:
        """The outputs as the last call left them."""
        entry = self.module.interface.entries[0]
        return tuple(self._memory(entry, port).copy() for port in entry.outputs)

    @property
    def kept(self) -> tuple[Array, ...]:
        """The kept tensors as the last call left them."""
        entry = self.module.interface.entries[0]
        return tuple(self._memory(entry, port).copy() for port in entry.kept)

    def reset(self) -> None:
        """Back to the state after loading."""
        if self.module.interface.has_reset:
            self._check(self._function("reset")(self._self), "reset")

    def _check_guards(self) -> None:
        for field, (whole, arena) in zip(self.module.interface.arenas, self._arenas, strict=True):
            start = arena.ctypes.data - whole.ctypes.data
            if (whole[:start] != PATTERN).any() or (whole[start + arena.size :] != PATTERN).any():
                raise CodegenError.say(f"{self.module.name} wrote outside its arena {field.field}")


def _guarded(size: int) -> tuple[Array, Array]:
    """(whole allocation, 16-byte aligned arena of `size` bytes inside it), filled with the guard pattern."""
    whole = np.full(size + 2 * GUARD + 16, PATTERN, np.uint8)
    start = GUARD + (-(whole.ctypes.data + GUARD)) % 16
    return whole, whole[start : start + size]


def load(
    module: CModule, *, cmsis_nn_root: str | os.PathLike[str] | None = None, flags: Sequence[str] = ()
) -> HostModel:
    """Builds `module` with the host's compiler and loads it. `cmsis_nn_root`: link that upstream tree in place of the
    portable functions. `flags`: more compiler flags (sanitizers). Raises CodegenError when there is no compiler.
    """
    folder = tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True)
    root = module.write(Path(folder.name) / module.name)
    sources, includes, defines = build_inputs(module, root, cmsis_nn_root)
    library = Path(folder.name) / f"lib{module.name}{SUFFIX}"
    build_library(sources, includes, library, flags=[*flags, *(f"-D{k}={v}" for k, v in defines.items())])
    return HostModel(module, library, folder)
