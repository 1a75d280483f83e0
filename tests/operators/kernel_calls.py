"""One call of a kernel, made from its value: exact buffers for tensors and scratch, guard bytes around each."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from codegen.emission.runtime import INCLUDE
from codegen.graph import Array, Tensor, read_only
from codegen.host.build import SUFFIX, build_library
from codegen.operators.family import Address, Call, Rows, Scratch, Struct, Table, Value
from codegen.resources import data_dir

GUARD = 64
PATTERN = 0x5A


FOLDERS = ("ConvolutionFunctions", "FullyConnectedFunctions", "NNSupportFunctions", "PoolingFunctions",
           "TransposeFunctions")  # fmt: skip
OTHERS = ("_f16", "_f32", "_lstm_")
"""What calls functions of other folders."""


def upstream_library(root: Path, folder: Path) -> ctypes.CDLL:
    """The functions of an upstream tree, compiled for this machine: plain C, no vectors."""
    files = (path for name in FOLDERS for path in sorted((root / "Source" / name).glob("*.c")))
    sources = [path for path in files if not any(part in path.name for part in OTHERS)]
    return _library(sources, [root / "Include"], folder / f"upstream{SUFFIX}")


KERNELS = ("*conv*_s8*", "*fully_connected*_s8", "*pool*_s8")
"""The kernels of operators with weights or windows, in both folders, that calls name."""


def twin_library(folder: Path) -> ctypes.CDLL:
    """Our own functions of the same interface, and our kernels."""
    root = data_dir("runtime_c")
    folders = [root / name for name in ("include", "kernels", "cmsis_nn")]
    files = {path.name: path for each in folders for path in each.iterdir()}
    todo = [path.name for each in folders for pattern in KERNELS for path in each.glob(f"{pattern}.c")]
    sources = set()
    while todo:  # with the implementations of all headers that they include
        path = files[todo.pop()]
        if path in sources:
            continue
        sources.add(path)
        included = [name for name in INCLUDE.findall(path.read_text(encoding="utf-8")) if name in files]
        todo += [*included, *(found for name in included if (found := name.replace(".h", ".c")) in files)]
    sources = {path for path in sources if path.suffix == ".c"}
    return _library(sorted(sources), folders, folder / f"twin{SUFFIX}")


def _library(sources: list[Path], includes: list[Path], output: Path) -> ctypes.CDLL:
    return ctypes.CDLL(str(build_library(sources, includes, output)))


@dataclass
class Memory:
    """Buffers with guards, kept alive for a call."""

    guarded: list[Array] = field(default_factory=list)
    structs: list[object] = field(default_factory=list)

    def buffer(self, data: Array) -> tuple[Array, int]:
        """(a copy of `data` between guards, its address, 16-byte aligned)."""
        size = data.nbytes
        whole = np.full(size + 2 * GUARD + 16, PATTERN, np.uint8)
        start = GUARD + (-(whole.ctypes.data + GUARD)) % 16
        inside = whole[start : start + size]
        inside[...] = data.reshape(-1).view(np.uint8)
        outside = np.ones(whole.size, np.bool_)
        outside[start : start + size] = False
        self.guarded.append(outside)
        self.structs.append(whole)
        return inside, int(inside.ctypes.data)

    def is_intact(self) -> bool:
        wholes = [item for item in self.structs if isinstance(item, np.ndarray)]
        return all((whole[outside] == PATTERN).all() for whole, outside in zip(wholes, self.guarded, strict=True))


def run_call(
    library: ctypes.CDLL, call: Call, inputs: Mapping[Tensor, Array], output: Array, output_tensor: Tensor, scratch: int
) -> bool:
    """Calls `call`; `output` (the whole tensor) gets what it writes. False where a guard was written."""
    memory = Memory()
    addresses: dict[Tensor, int] = {}
    for tensor, data in inputs.items():
        _, addresses[tensor] = memory.buffer(data)
    inside, addresses[output_tensor] = memory.buffer(output)
    scratch_address = memory.buffer(np.full(scratch, PATTERN, np.uint8))[1] if scratch else 0
    arguments = [_argument(value, addresses, scratch_address, memory) for _, value in call.arguments]
    function = getattr(library, call.function)
    function.restype = ctypes.c_int if call.returns_status else None
    status = function(*arguments)
    assert not call.returns_status or status == 0, (call.function, status)
    output[...] = inside.view(output.dtype).reshape(output.shape)
    return memory.is_intact()


def _argument(value: Value, addresses: Mapping[Tensor, int], scratch: int, memory: Memory) -> object:
    if isinstance(value, Struct | Rows):
        packed = _struct(value, addresses, scratch, memory)
        memory.structs.append(packed)
        return ctypes.cast(ctypes.pointer(packed), ctypes.c_void_p)
    return _scalar(value, addresses, scratch, memory)


def _scalar(value: Value, addresses: Mapping[Tensor, int], scratch: int, memory: Memory) -> object:
    if value is None or isinstance(value, Scratch):
        return ctypes.c_void_p(scratch if isinstance(value, Scratch) else None)
    if isinstance(value, int):
        return ctypes.c_int32(value)
    if isinstance(value, Table):
        return ctypes.c_void_p(memory.buffer(value.data)[1])
    assert isinstance(value, Address), value
    tensor = value.tensor
    if tensor.data is not None:
        return ctypes.c_void_p(memory.buffer(read_only(tensor.data))[1])
    rows = tensor.shape[0] * tensor.shape[1] if len(tensor.shape) == 4 else 1
    return ctypes.c_void_p(addresses[tensor] + value.row * (tensor.bytes // rows))


@cache
def _declared(struct: str, member: str) -> type[ctypes.c_int32]:
    """The integer type of a member of a struct of ours; upstream's are int32_t."""
    for path in sorted((data_dir("runtime_c") / "kernels").glob("*.h")):
        body = re.search(rf"typedef struct {{([^}}]*)}} {struct};", path.read_text(encoding="utf-8"))
        found = body and re.search(rf"\b(u?int\d+)_t {member};", body.group(1))
        if found:
            made: type[ctypes.c_int32] = getattr(ctypes, f"c_{found.group(1)}")
            return made
    return ctypes.c_int32


def _struct(value: Struct | Rows, addresses: Mapping[Tensor, int], scratch: int, memory: Memory) -> ctypes.Structure:
    if isinstance(value, Rows):
        batches, height = value.tensor.shape[:2]
        pitch = value.tensor.bytes // (batches * height)
        parts: list[object] = [ctypes.c_void_p(addresses[value.tensor]), *map(ctypes.c_int32, (pitch, height, height))]
    else:
        parts = [
            _struct(item, addresses, scratch, memory)
            if isinstance(item, Struct | Rows)
            else _declared(value.type, name)(item)
            if isinstance(item, int)
            else _scalar(item, addresses, scratch, memory)
            for name, item in value.fields
        ]
    fields = [(f"field_{k}", type(part)) for k, part in enumerate(parts)]
    packed = type("Packed", (ctypes.Structure,), {"_fields_": fields})()
    for (name, _), part in zip(fields, parts, strict=True):
        setattr(packed, name, part)
    result: ctypes.Structure = packed
    return result
