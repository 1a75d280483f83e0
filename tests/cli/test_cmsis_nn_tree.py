"""Which release of CMSIS-NN a folder holds, on folders that look like one."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from codegen import cmsis_nn_tree
from codegen.cmsis_nn_tree import choose_release, recognise, source_hash
from codegen.errors import CodegenError
from codegen.target import RELEASES

from .conftest import Run


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "nn"
    (root / "Include").mkdir(parents=True)
    (root / "Source" / "A").mkdir(parents=True)
    (root / "Source" / "A" / "a.c").write_bytes(b"int a;\n")
    stamp(root, "V.19.1.0")
    return root


def stamp(root: Path, revision: str) -> None:
    (root / "Include" / "arm_nnfunctions.h").write_text(f"/*\n * $Revision:    {revision}\n */\n")


@pytest.mark.parametrize(("revision", "name"), [("V.12.4.0", "v5.0.0"), ("V.16.0.0", "v6.0.0"), ("V.18.0.0", "v7.0.0")])
def test_releases_are_told_by_the_revision_of_the_header(tree: Path, revision: str, name: str) -> None:
    stamp(tree, revision)
    assert recognise(tree) == RELEASES[name]
    assert choose_release(None, tree) == RELEASES[name]
    assert choose_release(name, tree) == RELEASES[name]


def test_what_lies_between_releases_must_be_stated(tree: Path) -> None:
    assert recognise(tree) is None
    with pytest.raises(CodegenError, match="tells apart"):
        choose_release(None, tree)
    assert choose_release("99f736a6", tree) == RELEASES["99f736a6"]


def test_the_pinned_commit_is_told_by_its_sources(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = {source_hash(tree): RELEASES["99f736a6"]}
    monkeypatch.setattr(cmsis_nn_tree, "SOURCE_HASHES", pinned)
    assert recognise(tree) == RELEASES["99f736a6"]
    (tree / "Source" / "A" / "a.c").write_bytes(b"int b;\n")
    assert recognise(tree) is None


def test_the_hash_is_what_sha256sum_prints(tree: Path) -> None:
    (tree / "Source" / "B.c").write_bytes(b"")
    (tree / "Source" / "notes.txt").write_bytes(b"no source")
    full, empty = hashlib.sha256(b"int a;\n").hexdigest(), hashlib.sha256(b"").hexdigest()
    printed = f"{full}  Source/A/a.c\n{empty}  Source/B.c\n"
    assert source_hash(tree) == hashlib.sha256(printed.encode()).hexdigest()


def test_the_pinned_commit_is_told_by_git(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*arguments: str) -> str:
        identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
                    "GIT_COMMITTER_EMAIL": "a@b"}  # fmt: skip
        command = ["git", "-C", str(tree), *arguments]
        return subprocess.run(
            command, env={**os.environ, **identity}, capture_output=True, text=True, check=True
        ).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    assert recognise(tree) is None
    monkeypatch.setattr(cmsis_nn_tree, "COMMITS", {git("rev-parse", "HEAD")[:8]: RELEASES["99f736a6"]})
    assert recognise(tree) == RELEASES["99f736a6"]


def test_a_contradiction_is_refused(tree: Path) -> None:
    stamp(tree, "V.16.0.0")
    with pytest.raises(CodegenError, match=r"v7\.0\.0 was asked for, but .* holds v6\.0\.0"):
        choose_release("v7.0.0", tree)


def test_without_a_tree_there_is_the_default_alone(tmp_path: Path) -> None:
    assert choose_release(None, None) == choose_release("7.0.0", None) == RELEASES["v7.0.0"]
    with pytest.raises(CodegenError, match=r"without its sources only v7\.0\.0"):
        choose_release("v6.0.0", None)
    with pytest.raises(CodegenError, match="not a tree of CMSIS-NN"):
        choose_release(None, tmp_path)


def test_the_tree_comes_from_the_environment_too(
    run: Run, small: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(tree, "V.16.0.0")
    monkeypatch.setenv("CMSIS_NN_ROOT", str(tree))
    result = run("compile", small, "--board", "mps2-an386", "--json")
    assert result.exit_code == 0, result.output
    assert '"cmsis_nn": "v6.0.0"' in result.stdout


@pytest.mark.upstream
def test_the_given_tree_is_recognised(cmsis_nn_root: Path) -> None:
    assert recognise(cmsis_nn_root) in RELEASES.values()
