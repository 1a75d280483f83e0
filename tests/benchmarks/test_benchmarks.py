"""The benchmark measures, keeps its figures and tells growth; its table and chart compare with the incumbent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from benchmarks import report, results, run
from benchmarks.incumbent import load_incumbent
from benchmarks.measure import Row, measure, prepare, providers

ROW = Row("mps2-an386", "kws", "cmsis-nn", 16_000, 16_000, 28_976, 8_556, 5_856, 416, 37_914_722)
INCUMBENT = load_incumbent()


def test_figures_survive_their_file(tmp_path: Path) -> None:
    rows = {row.key: row for row in (ROW, replace(ROW, board="mps3-an547"), replace(ROW, model="ad"))}
    results.save(rows, tmp_path)
    assert results.load(tmp_path) == rows
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    results.save(results.load(tmp_path), tmp_path)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_what_was_not_measured_is_kept() -> None:
    other = replace(ROW, provider="upstream v7.0.0")
    merged = results.merged({ROW.key: ROW, other.key: other}, [replace(ROW, arena_bytes=1)])
    assert merged == {ROW.key: replace(ROW, arena_bytes=1), other.key: other}


def test_growth_is_told_from_change() -> None:
    new = replace(ROW, arena_bytes=16_800, code_bytes=8_000, stack_bytes=417)
    found = results.changes({ROW.key: ROW}, [new, replace(ROW, model="new")])
    assert [change.figure for change in found] == ["arena_bytes", "code_bytes", "stack_bytes"]
    assert [change.figure for change in results.grown(found, 2)] == ["arena_bytes"]
    assert str(found[0]) == "kws on mps2-an386 by cmsis-nn: arena_bytes 16,000 -> 16,800 (+5.0 %)"


def test_the_readme_is_changed_between_its_markers_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    assert "absent" in report.update_readme(readme, "table")
    readme.write_text("a\n", encoding="utf-8")
    assert "lacks the markers" in report.update_readme(readme, "table")
    assert readme.read_text(encoding="utf-8") == "a\n"
    readme.write_text(f"a\n{report.BEGIN}\nold\n{report.END}\nb\n", encoding="utf-8")
    assert "was updated" in report.update_readme(readme, "table")
    assert readme.read_text(encoding="utf-8") == f"a\n{report.BEGIN}\n\ntable\n\n{report.END}\nb\n"
    assert "up to date" in report.update_readme(readme, "table")


def test_the_compilers_own_choice_is_shown() -> None:
    auto = replace(ROW, provider="auto")
    rows = {row.key: row for row in (ROW, replace(ROW, provider="native"), replace(auto, board="mps3-an547"), auto)}
    assert report.ours(rows, INCUMBENT) == [auto]


def test_table_and_chart_have_every_figure() -> None:
    auto = replace(ROW, provider="auto")
    text = report.markdown({auto.key: auto}, INCUMBENT)
    assert "| kws | **16,000** | 22,820 | 28,976 | 8,556 | 416 | **37,914,722** | 7,697,800 |  | 1,813,594 |" in text
    picture = report.chart({auto.key: auto}, INCUMBENT)
    words = "".join(ET.fromstring(picture).itertext())
    assert "16,000 (70 %)" in words
    assert "8.4" in words


def test_kept_figures_are_within_what_was_promised() -> None:
    kept = results.load()
    assert {row.model for row in kept.values()} == set(INCUMBENT.arena)
    for row in report.ours(kept, INCUMBENT):
        assert row.arena_bytes < INCUMBENT.arena[row.model]
        assert row.code_bytes < INCUMBENT.code_kilobytes[0] * 1024


@pytest.mark.qemu
@pytest.mark.models
def test_a_measurement_is_repeatable(models: Path) -> None:
    (provider,) = providers(("native",), None)
    first, again = (measure(prepare(models / "hello.tflite", "mps2-an386", provider)) for _ in range(2))
    assert first == again
    assert first.arena_bytes >= first.arena_bound > 0
    assert 0 < first.code_bytes < 4096
    assert 0 < first.code_bytes_os < 1.05 * first.code_bytes  # what is written for -O2 may be longer with -Os
    assert 0 < first.stack_bytes < 512
    assert 1000 < first.instructions < 20_000


@pytest.mark.qemu
@pytest.mark.models
def test_the_command(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(results, "load", lambda: load(tmp_path))
    monkeypatch.setattr(results, "save", lambda rows: save(rows, tmp_path))
    arguments = ["--models", str(models), "--model", "hello", "--boards", "microbit", "--providers", "native"]
    first = CliRunner().invoke(run.main, arguments)
    assert first.exit_code == 0, first.output
    assert "1 rows are new" in " ".join(first.output.split())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m4f.svg", "microbit.csv"]
    text = (tmp_path / "microbit.csv").read_text(encoding="utf-8").splitlines()
    cells = text[1].split(",")
    cells[2] = "1"
    (tmp_path / "microbit.csv").write_text(f"{text[0]}\n{','.join(cells)}\n", encoding="utf-8")
    second = CliRunner().invoke(run.main, [*arguments, "--check", "5"])
    assert second.exit_code == 1
    assert "arena_bytes 1 ->" in second.output
    assert (tmp_path / "microbit.csv").read_text(encoding="utf-8").splitlines()[1] == ",".join(cells)


def test_no_model_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(run.main, ["--models", str(tmp_path)])
    assert result.exit_code == 1
    assert "CODEGEN_MODELS" in result.output


load, save = results.load, results.save
