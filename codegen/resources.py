"""Where the files that are not Python live: in the repository of a checkout, in `codegen/_data` of a wheel."""

from __future__ import annotations

from pathlib import Path

from .errors import CodegenError

FOLDERS = ("boards", "runtime_c", "cmake")


def data_dir(folder: str) -> Path:
    """The folder `boards`, `runtime_c` or `cmake`, as a real path that compilers and CMake can read.

    >>> (data_dir("boards") / "cores.toml").is_file()
    True
    """
    assert folder in FOLDERS, folder
    package = Path(__file__).resolve().parent
    for root in (package / "_data", package.parent):
        if (root / folder).is_dir():
            return root / folder
    raise CodegenError.say(
        f"the package's own folder {folder!r} is missing beside {package}", "install codegen again: pip install -U"
    )
