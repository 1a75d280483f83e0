"""A shared library from C sources by this machine's compiler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from codegen.device.objects import Compilation, ObjectCache

from ..errors import CodegenError

COMPILERS = ("cc", "gcc", "clang")
SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
FLAGS = ("-std=c99", "-O2", "-ffp-contract=off", "-DCG_HOST=1")
"""What every host build is compiled with: floats as written, on every machine."""


def host_compiler() -> Path:
    """The host's C compiler: the environment's CC, else the first of cc, gcc, clang."""
    wanted = os.environ.get("CC")
    for name in (wanted,) if wanted else COMPILERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise CodegenError.say(
        f"no C compiler: looked for {wanted or ', '.join(COMPILERS)}",
        "install gcc or clang (Debian: apt-get install gcc; macOS: xcode-select --install; Windows: LLVM or MinGW-w64)",
    )


def build_library(
    sources: Sequence[Path],
    include_dirs: Sequence[Path],
    output: Path,
    *,
    flags: Sequence[str] = (),
    instrumented: tuple[Sequence[Path], Sequence[str]] = ((), ()),
) -> Path:
    """Compiles `sources` into the shared library `output`; unchanged objects come from the user's cache.

    `instrumented` are more sources and the flags that they alone are compiled with.
    Raises CodegenError with the compiler's or the linker's first lines.
    """
    compiler = host_compiler()
    position = () if sys.platform == "win32" else ("-fPIC",)
    how = Compilation(compiler, (*FLAGS, *position, *flags), tuple(include_dirs))
    objects = ObjectCache().build(how, sources, jobs=os.cpu_count() or 1)
    if instrumented[0]:
        objects += ObjectCache().build(replace(how, flags=(*how.flags, *instrumented[1])), instrumented[0])
    sanitizers = [flag for flag in flags if flag.startswith("-fsanitize")]
    libraries = () if sys.platform == "win32" else ("-lm",)
    command = [str(compiler), "-shared", *sanitizers, *map(str, objects), "-o", str(output), *libraries]
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    if run.returncode:
        lines = [line for line in run.stderr.splitlines() if line.strip()][:8]
        raise CodegenError.say("the host's linker failed:\n    " + "\n    ".join(lines))
    return output
