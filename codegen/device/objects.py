"""Compiles C files into objects, two at a time, and never the same thing twice.

An object is found by its source's bytes, its flags and its compiler; each entry lists the headers that it was made
from, relative to the include folders, with their hashes, so that the same generated module in another temporary folder
is a hit and a header that changed, or that a new one hides, is a miss.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..errors import CodegenError
from .toolchain import cache_dir, identity_of

_ENTRIES_KEPT = 4
_OBJECTS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class Compilation:
    """How a set of files is compiled. `include_dirs` are searched in order; `system_dirs` after, without warnings."""

    compiler: Path
    flags: tuple[str, ...]
    include_dirs: tuple[Path, ...] = ()
    system_dirs: tuple[Path, ...] = ()

    def command(self, source: Path, output: Path, depfile: Path) -> list[str]:
        """The compiler's command line."""
        includes = [f"-I{folder}" for folder in self.include_dirs]
        for folder in self.system_dirs:
            includes += ["-isystem", str(folder)]
        made = ["-MD", "-MF", str(depfile), "-o", str(output)]
        return [str(self.compiler), *self.flags, *includes, "-c", str(source), *made]


def _digest(*parts: bytes) -> str:
    state = hashlib.sha256()
    for part in parts:
        state.update(len(part).to_bytes(8, "little"))
        state.update(part)
    return state.hexdigest()


class _Hashes:
    """SHA-256 of files, each read once in a build."""

    def __init__(self) -> None:
        self.known: dict[Path, str | None] = {}

    def of(self, path: Path) -> str | None:
        if path not in self.known:
            self.known[path] = _digest(path.read_bytes()) if path.is_file() else None
        return self.known[path]


def _headers(depfile: Path, source: Path) -> list[Path]:
    text = depfile.read_text(encoding="utf-8").replace("\\\n", " ")
    names = re.findall(r"(?:\\ |\S)+", re.split(r":\s", text, maxsplit=1)[1])
    return [path for name in names if (path := Path(name.replace("\\ ", " "))) != source]


class ObjectCache:
    """Objects in `folder` (the user's cache folder unless given)."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = (folder or cache_dir()) / "objects"
        self.hashes = _Hashes()

    def build(self, how: Compilation, sources: Sequence[Path], *, jobs: int = 2) -> list[Path]:
        """One object per source, in their order. The first file that does not compile is a `CodegenError`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            futures = [pool.submit(self._object, how, source.absolute()) for source in sources]
            try:
                objects = [future.result() for future in futures]
            finally:
                for future in futures:
                    future.cancel()
        self._prune()
        return objects

    def _object(self, how: Compilation, source: Path) -> Path:
        roots = (source.parent, *(folder.absolute() for folder in (*how.include_dirs, *how.system_dirs)))
        content = source.read_bytes()
        identity = identity_of(how.compiler).encode()
        key = _digest(content, source.name.encode(), "\0".join(how.flags).encode(), identity)
        manifest = self.folder / f"{key}.json"
        entries = self._entries(manifest)
        for entry in entries:
            found = self.folder / entry["object"]
            if found.is_file() and all(self._is_same(roots, *header) for header in entry["headers"]):
                with contextlib.suppress(FileNotFoundError):  # another build may just have pruned it
                    os.utime(found)
                    return found
        return self._compile(how, source, roots, manifest, entries)

    @staticmethod
    def _entries(manifest: Path) -> list[dict[str, str]]:
        try:
            entries: list[dict[str, str]] = json.loads(manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return entries

    def _is_same(self, roots: tuple[Path, ...], root: int, name: str, digest: str) -> bool:
        """Whether the header is still there, unchanged, and not hidden by one of an earlier folder."""
        if root < 0:
            return self.hashes.of(Path(name)) == digest
        if root >= len(roots) or self.hashes.of(roots[root] / name) != digest:
            return False
        return all(self.hashes.of(earlier / name) in (None, digest) for earlier in roots[:root])

    def _compile(
        self, how: Compilation, source: Path, roots: tuple[Path, ...], manifest: Path, entries: list[dict[str, str]]
    ) -> Path:
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            made, depfile = Path(scratch) / "made.o", Path(scratch) / "made.d"
            run = subprocess.run(how.command(source, made, depfile), capture_output=True, text=True, check=False)
            if run.returncode != 0:
                raise _complaint(how.compiler, source, run.stderr)
            headers = [self._described(roots, header) for header in _headers(depfile, source)]
            name = f"{manifest.stem}-{_digest(json.dumps(headers).encode())[:16]}.o"
            made.replace(self.folder / name)
            kept = [entry for entry in entries if entry["object"] != name][: _ENTRIES_KEPT - 1]
            fresh = Path(scratch) / "made.json"
            fresh.write_text(json.dumps([{"object": name, "headers": headers}, *kept]), encoding="utf-8")
            fresh.replace(manifest)
        return self.folder / name

    def _described(self, roots: tuple[Path, ...], header: Path) -> tuple[int, str, str | None]:
        inside = [index for index, root in enumerate(roots) if header.is_relative_to(root)]
        if inside:
            deepest = max(inside, key=lambda index: (len(roots[index].parts), -index))
            return deepest, str(header.relative_to(roots[deepest])), self.hashes.of(header)
        return -1, str(header), self.hashes.of(header)

    def _prune(self) -> None:
        objects = list(self.folder.glob("*.o"))
        if len(objects) > _OBJECTS_KEPT:
            oldest = sorted((age, path) for path in objects if (age := _age(path)) is not None)
            for age, path in oldest[: len(objects) - _OBJECTS_KEPT * 3 // 4]:
                if _age(path) != age:  # another build has just found it
                    continue
                path.unlink(missing_ok=True)
                (self.folder / f"{path.stem.rsplit('-', 1)[0]}.json").unlink(missing_ok=True)


def _age(path: Path) -> float | None:
    """When it was last used; None where another build took it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def _complaint(compiler: Path, source: Path, errors: str) -> CodegenError:
    lines = [line for line in errors.splitlines() if line.strip()]
    first = next((index for index, line in enumerate(lines) if "error:" in line), 0)
    text = "\n    ".join(lines[first : first + 5]) or "no message"
    return CodegenError.say(f"{compiler.name} cannot compile {source.name}:\n    {text}")
