"""`CModule.write`: all or nothing, and nothing of the user's is lost."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

import codegen
from tests.builders import GraphBuilder
from tests.conftest import ROOT


def module(units: int = 4, name: str = "m") -> codegen.CModule:
    b = GraphBuilder(seed=1)
    return codegen.compile_model(b.model([b.softmax(b.input((1, units)))]), name=name)


def test_writes_just_its_files_and_replaces_its_own_output(tmp_path: Path) -> None:
    first, second = module(name="m"), module(9, name="other")
    first.write(tmp_path / "out")
    second.write(tmp_path / "out")
    present = {p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert present == set(second.files)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("foreign", ["notes.txt", "runtime/mine.c", "m.json"])
def test_refuses_a_directory_with_files_of_the_user(tmp_path: Path, foreign: str) -> None:
    out = tmp_path / "out"
    if foreign != "m.json":
        module().write(out)
    (out / foreign).parent.mkdir(parents=True, exist_ok=True)
    (out / foreign).write_text("{}")
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    with pytest.raises(codegen.CodegenError, match="did not write"):
        module(9).write(out)
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_text("mine")
    with pytest.raises(codegen.CodegenError, match="not a directory"):
        module().write(target)
    assert target.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_plan_obeys_its_published_schema() -> None:
    schema = json.loads((ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
    plan = json.loads(module().files["m.json"])
    jsonschema.validate(plan, schema)
    assert set(plan["files"]) == set(module().files)


def test_name_must_be_a_c_identifier() -> None:
    b = GraphBuilder(seed=1)
    with pytest.raises(codegen.CodegenError, match="--name my_model"):
        codegen.compile_model(b.model([b.softmax(b.input((1, 3)))]), name="My-Model")
