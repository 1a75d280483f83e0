"""Which release of CMSIS-NN a folder holds. Upstream's headers carry no version: the revision in a comment tells the
releases apart, and for what lies between them git or the bytes of the sources do.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from .errors import CodegenError
from .target import DEFAULT_RELEASE, RELEASES, Release, parse_release

HEADER = "Include/arm_nnfunctions.h"
REVISIONS: Mapping[str, Release] = MappingProxyType(
    {"V.12.4.0": RELEASES["v5.0.0"], "V.16.0.0": RELEASES["v6.0.0"], "V.18.0.0": RELEASES["v7.0.0"]}
)
"""`$Revision:` of Include/arm_nnfunctions.h at the tags."""

COMMITS: Mapping[str, Release] = MappingProxyType({"99f736a6": RELEASES["99f736a6"]})
"""Commits between tags, whose header revision other commits share, by the start of their id."""

SOURCE_HASHES: Mapping[str, Release] = MappingProxyType(
    {"dfe8424df054098198d516af3c2de7966ace20f7fe1533f610e6ca3162ca24a6": RELEASES["99f736a6"]}
)
"""What `source_hash` gives for those commits."""


def source_hash(root: Path) -> str:
    """The hash of a tree's C files: of `find Source -name '*.c' | LC_ALL=C sort | xargs sha256sum`, by sha256sum."""
    files = sorted((path.relative_to(root).as_posix(), path) for path in (root / "Source").rglob("*.c"))
    lines = (f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n" for name, path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def recognise(root: Path) -> Release | None:
    """The release in the folder `root`, None for an unknown one. Raises CodegenError where it is not CMSIS-NN."""
    header = root / HEADER
    if not header.is_file() or not (root / "Source").is_dir():
        found = f"{root} is not a tree of CMSIS-NN: {HEADER} and Source/ must be in it"
        raise CodegenError.say(found, "give the folder that git clone made, by --cmsis-nn-root or CMSIS_NN_ROOT")
    revision = re.search(r"\$Revision:\s*(V[.\d]+)", header.read_text(encoding="utf-8", errors="replace"))
    if revision and revision[1] in REVISIONS:
        return REVISIONS[revision[1]]
    return SOURCE_HASHES.get(source_hash(root)) or _by_git(root)


def _by_git(root: Path) -> Release | None:
    """By the commit that is checked out. A tree inside of another repository says nothing."""
    if not (root / ".git").exists():
        return None
    try:
        command = ["git", "-C", str(root), "rev-parse", "HEAD"]
        commit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
    return next((release for start, release in COMMITS.items() if commit.startswith(start)), None)


def choose_release(stated: str | None, root: Path | None) -> Release:
    """The release to plan for: what the user stated, what the tree `root` is, else the default.

    Raises CodegenError where the two contradict, where the tree is unknown and nothing was stated, and where a
    release is stated for which there is neither a tree nor portable functions.
    """
    wanted = parse_release(stated) if stated else None
    if root is None:
        if wanted is None or wanted == DEFAULT_RELEASE:
            return DEFAULT_RELEASE
        raise CodegenError.say(
            f"CMSIS-NN {wanted} was asked for, but without its sources only {DEFAULT_RELEASE} can be linked",
            f"give the tree of {wanted} by --cmsis-nn-root or CMSIS_NN_ROOT, or leave --cmsis-nn out",
        )
    found = recognise(root)
    if found is None and wanted is None:
        raise CodegenError.say(
            f"{root} holds none of the releases of CMSIS-NN that codegen tells apart",
            f"state the one whose interface it has by --cmsis-nn {'|'.join(RELEASES)}",
        )
    if found and wanted and found != wanted:
        raise CodegenError.say(
            f"CMSIS-NN {wanted} was asked for, but {root} holds {found}",
            f"leave --cmsis-nn out, or give the tree of {wanted}",
        )
    release = wanted or found
    assert release is not None
    return release
