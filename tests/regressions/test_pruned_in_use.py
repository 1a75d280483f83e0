"""An object that a build had just found was pruned by another one, and the linker did not find it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codegen.device import objects
from codegen.device.objects import ObjectCache


def test_what_is_used_while_others_are_listed_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_OBJECTS_KEPT", 4)
    cache = ObjectCache(tmp_path)
    cache.folder.mkdir()
    paths = [cache.folder / f"{number:064d}-0.o" for number in range(8)]
    for number, path in enumerate(paths):
        path.write_bytes(b"")
        os.utime(path, (1000 + number, 1000 + number))
    age = objects._age

    def seen(path: Path) -> float | None:
        """Another build finds the oldest right after its age was asked."""
        found = age(path)
        if path == paths[0] and found == 1000:
            os.utime(path)
        return found

    monkeypatch.setattr(objects, "_age", seen)
    cache._prune()
    assert [path.exists() for path in paths] == [True, False, False, False, False, True, True, True]
