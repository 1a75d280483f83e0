"""The results file claims every operator and type of the reference; the run that made it compared them all."""

from __future__ import annotations

from codegen.inspection import operators_markdown
from codegen.operators import families

from .results import claims, unproven
from .rows import REFUSED, Row, rows


def test_every_row_of_the_reference_has_cases() -> None:
    assert not unproven({(claim["operator"], claim["types"], claim["oracle"]) for claim in claims()})
    assert all(int(claim["kinds"]) > 0 and int(claim["cases"]) > 0 for claim in claims())


def test_all_operators_but_one_are_compiled() -> None:
    operators = {row.operator for row in rows()}
    assert len(operators) == 117
    assert REFUSED not in operators
    assert operators <= families().keys()
    assert "117 of the 118 operators" in operators_markdown()


def test_rows_take_their_types_alone() -> None:
    by_types = {(row.operator, row.types): row for row in rows()}
    int8 = by_types["CONV_2D", "int8"]
    assert int8.takes("CONV_2D", ("int8", "int32"), ("int8",))
    assert not int8.takes("CONV_2D", ("int8", "int4", "int32"), ("int8",))
    assert by_types["CONV_2D", "int8, int4 → int8"].takes("CONV_2D", ("int8", "int4", "int32"), ("int8",))
    assert not by_types["CONV_2D", "float32"].takes("CONV_2D", ("float32", "int8"), ("float32",))
    assert by_types["SLICE", "bool"].takes("SLICE", ("bool", "int32"), ("bool",))
    assert Row("CALL_ONCE", (), None) in rows()
