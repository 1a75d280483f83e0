"""What a WebAssembly file has in it: sections, imported functions, one global. Enough to say how large a program is.

Source: WebAssembly Core Specification 1.0, 5 Binary Format.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import CodegenError

_MAGIC = b"\0asm\1\0\0\0"
_CUSTOM, _IMPORT, _GLOBAL, _EXPORT, _CODE, _DATA = 0, 2, 6, 7, 10, 11
_FUNCTION, _TABLE, _MEMORY = 0, 1, 2
_I32_CONST, _END = 0x41, 0x0B
_SHIFT, _MORE = 7, 0x80


@dataclass(frozen=True, slots=True)
class WasmFile:
    """Bytes of all sections that a program needs, of `code` and of `data` among them; functions that it imports, by
    name; `heap_base` where the file exports that global of the linker: the end of its data, variables and stack."""

    loaded: int
    code: int
    data: int
    imports: tuple[str, ...]
    heap_base: int | None


class _Bytes:
    """A cursor over one section."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """A LEB128 number without sign; what follows a signed one's first byte reads alike."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += _SHIFT
            if not byte & _MORE:
                return value

    def name(self) -> str:
        size = self.number()
        self.at += size
        return self.data[self.at - size : self.at].decode()

    def limits(self) -> None:
        if self.number() & 1:
            self.number()
        self.number()


def _imports(section: _Bytes) -> Iterator[str]:
    for _ in range(section.number()):
        section.name()
        name, kind = section.name(), section.byte()
        if kind == _FUNCTION:
            section.number()
            yield name
        elif kind == _TABLE:
            section.byte()
            section.limits()
        elif kind == _MEMORY:
            section.limits()
        else:
            section.at += 2


def _globals(section: _Bytes) -> list[int]:
    """The values of the 32-bit globals; 0 of others."""
    found = []
    for _ in range(section.number()):
        section.at += 2
        value = section.number() if section.byte() == _I32_CONST else 0
        while section.byte() != _END:
            pass
        found.append(value)
    return found


def _exported(section: _Bytes, wanted: str) -> int | None:
    """The index of what is exported as `wanted`."""
    for _ in range(section.number()):
        name, _, index = section.name(), section.byte(), section.number()
        if name == wanted:
            return index
    return None


def read_wasm(path: Path) -> WasmFile:
    """What `path` has in it. Raises CodegenError for a file that is no WebAssembly of version 1."""
    data = path.read_bytes()
    if data[: len(_MAGIC)] != _MAGIC:
        raise CodegenError.say(f"{path.name} is no WebAssembly file")
    whole = _Bytes(data)
    whole.at = len(_MAGIC)
    sections: dict[int, _Bytes] = {}
    loaded = len(_MAGIC)
    while whole.at < len(data):
        begin, kind, size = whole.at, whole.byte(), whole.number()
        if kind != _CUSTOM:
            sections[kind] = _Bytes(data[whole.at : whole.at + size])
            loaded += whole.at + size - begin
        whole.at += size
    sizes = {kind: len(section.data) for kind, section in sections.items()}
    imports = tuple(_imports(sections[_IMPORT])) if _IMPORT in sections else ()
    index = _exported(sections[_EXPORT], "__heap_base") if _EXPORT in sections else None
    values = _globals(sections[_GLOBAL]) if _GLOBAL in sections else []
    base = values[index] if index is not None else None
    return WasmFile(loaded, sizes.get(_CODE, 0), sizes.get(_DATA, 0), imports, base)
