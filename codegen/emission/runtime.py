"""Which runtime files a module needs: the kernels that it calls and whatever these include."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ..operators.family import Call
from ..resources import data_dir

FOLDERS = ("include", "kernels", "cmsis_nn")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True, eq=False)
class Runtime:
    """`texts` maps `runtime/...` paths to contents. `native` are C files always compiled, `twin` those that upstream
    CMSIS-NN replaces, with `twin_native` the kernels that only they need. `licence` is the notice to ship. `user` are
    the user's own C files, which lie beside the module's."""

    texts: Mapping[str, str]
    native: tuple[str, ...]
    twin: tuple[str, ...]
    twin_native: tuple[str, ...]
    licence: str
    user: tuple[str, ...] = ()


@cache
def _files() -> Mapping[str, Path]:
    """Every runtime file by its name; names are unique over the folders."""
    root = data_dir("runtime_c")
    found = {p.name: p for folder in FOLDERS for p in sorted((root / folder).iterdir()) if p.suffix in (".c", ".h")}
    return MappingProxyType(found)


def _closure(names: Iterable[str]) -> set[str]:
    """`names` with all that they include, and the implementation of every header among them."""
    todo, done = list(names), set[str]()
    while todo:
        name = todo.pop()
        if name in done:
            continue
        done.add(name)
        todo += [n for n in INCLUDE.findall(_text(name)) if n in _files()]
        implementation = f"{name.removesuffix('.h')}.c"
        # arm_nnfunctions.h declares every function of the twin: those that are called are named by the calls.
        if name.endswith(".h") and implementation in _files():
            todo.append(implementation)
    return done


@cache
def _text(name: str) -> str:
    return _files()[name].read_text(encoding="utf-8")


def _folder(name: str) -> str:
    return _files()[name].parent.name


def is_runtime_file(name: str) -> bool:
    """Whether the runtime has a file of this name."""
    return name in _files() or name in ("arm_nnfunctions.h", "arm_nn_types.h")


def runtime_files(calls: Iterable[Call], user: Mapping[str, str] = MappingProxyType({})) -> Runtime:
    """The runtime of a module that makes `calls`; `user` are the user's own C files, name to text."""
    functions = sorted({(call.function, call.header) for call in calls})
    cmsis = {f"{function}.c" for function, header in functions if header == "arm_nnfunctions.h"}
    ours = [header for _, header in functions if header != "arm_nnfunctions.h" and header not in user]
    included = [name for text in user.values() for name in INCLUDE.findall(text) if name in _files()]
    native = _closure(["cg_config.h", *(["cg_custom.h"] if user else []), *ours, *included])
    twin = _closure(cmsis)
    licence = (data_dir("runtime_c") / "LICENSE-runtime.txt").read_text(encoding="utf-8")
    path = {name: f"runtime/{_folder(name)}/{name}" for name in sorted(native | twin)}

    def sources(names: set[str], *, in_twin: bool) -> tuple[str, ...]:
        chosen = (n for n in sorted(names) if n.endswith(".c") and (_folder(n) == "cmsis_nn") == in_twin)
        return tuple(path[n] for n in chosen)

    return Runtime(
        MappingProxyType({path[name]: _text(name) for name in path} | dict(sorted(user.items()))),
        sources(native, in_twin=False),
        sources(twin, in_twin=True),
        sources(twin - native, in_twin=False),
        licence,
        tuple(name for name in sorted(user) if name.endswith(".c")),
    )
