"""Cases and comparison by themselves: no C is built here."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from codegen.emission.interface import Port
from codegen.errors import CodegenError
from codegen.graph import Array, Quantization, Tensor
from codegen.verification import KINDS, compare, generate_cases
from tests.builders import GraphBuilder


def port(dtype: str, shape: tuple[int, ...] = (1, 4), index: int = 0) -> Port:
    return Port("output", index, "out", Tensor(0, "out", shape, dtype), "M_OUTPUT_0", "int8_t", "out", "m")


def array(*values: float, dtype: str = "int8") -> Array:
    return np.array([values], dtype)


def test_equal_integers_are_equal() -> None:
    case = (array(1, -128, 127, 0),)
    result = compare([case], [case], [port("int8")])
    assert result.is_equal
    assert (result.cases, result.elements, result.mismatches, result.max_abs_diff, result.first) == (1, 4, 0, 0, None)


def test_every_different_element_counts_and_the_first_is_named() -> None:
    wanted = [(array(0, 0, 0, 0),), (array(-128, 0, 5, 0),)]
    found = [(array(0, 0, 0, 0),), (array(127, 0, 4, 0),)]
    result = compare(wanted, found, [port("int8")])
    assert (result.mismatches, result.max_abs_diff) == (2, 255)
    assert isinstance(result.max_abs_diff, int)
    assert str(result.first) == "case 1, output 0 'out', element [0, 0]: expected -128, found 127"


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        (1.0, 1.000009, True),
        (1.0, 1.00002, False),
        (0.0, 9e-7, True),  # the tensor's largest is 1
        (0.0, 2e-6, False),
        (np.nan, np.nan, True),
        (np.nan, 0.0, False),
        (np.inf, np.inf, True),
        (np.inf, 1.0, False),
        (0.0, -0.0, True),
    ],
)
def test_floats_are_compared_within_the_tolerance(wanted: float, found: float, same: bool) -> None:
    one, other = (array(wanted, 1, 1, 1, dtype="float32"),), (array(found, 1, 1, 1, dtype="float32"),)
    result = compare([one], [other], [port("float32")])
    assert result.is_equal is same
    assert (result.max_abs_diff > 0) is not same


def test_the_shape_of_the_reference_may_differ_its_size_and_type_not() -> None:
    assert compare([(np.zeros(4, np.int8),)], [(array(0, 0, 0, 0),)], [port("int8")]).is_equal
    with pytest.raises(CodegenError, match=r"int8 \[1, 3\] of the reference"):
        compare([(array(0, 0, 0),)], [(array(0, 0, 0, 0),)], [port("int8")])
    with pytest.raises(CodegenError, match="float32"):
        compare([(array(0, 0, 0, 0, dtype="float32"),)], [(array(0, 0, 0, 0),)], [port("int8")])
    with pytest.raises(CodegenError, match="2 outputs, the module 1"):
        compare([(array(0), array(0))], [(array(0),)], [port("int8")])


def test_generated_cases_cover_the_range_and_repeat_by_seed() -> None:
    builder = GraphBuilder(1)
    x = builder.input((1, 16, 16), zero_point=-5)
    graph = builder.build([builder.softmax(x)])
    cases = generate_cases(graph, 12, seed=3)
    assert (len(cases), cases.seed, cases.expected) == (12, 3, None)
    by_kind = dict(zip(KINDS, (case[0] for case in cases.inputs), strict=False))
    assert (by_kind["lowest"] == -128).all()
    assert (by_kind["highest"] == 127).all()
    assert (by_kind["zero point"] == -5).all()
    assert set(np.unique(by_kind["extremes"])) == {-128, 127}
    assert by_kind["whole range"].min() < -120
    assert by_kind["whole range"].max() > 120
    assert 0 < np.abs(by_kind["small noise"].astype(int) + 5).max() < 64
    again, other = generate_cases(graph, 12, seed=3), generate_cases(graph, 12, seed=4)
    assert all((a[0] == b[0]).all() for a, b in zip(cases.inputs, again.inputs, strict=True))
    assert (cases.inputs[0][0] != other.inputs[0][0]).any()


def test_generated_floats_have_the_range_of_what_reads_them() -> None:
    builder = GraphBuilder(1)
    x = builder.input((1, 64), "float32")
    y = builder.one("QUANTIZE", [x], (1, 64), Quantization((0.5,), (28,)), "int8")
    cases = generate_cases(builder.build([y]), 6, seed=0)
    assert cases.inputs[0][0].dtype == np.float32
    assert (cases.inputs[1][0] == -78.0).all()
    assert (cases.inputs[2][0] == 49.5).all()
    assert (cases.inputs[3][0] == 0.0).all()


def test_generated_indices_and_truth_values_are_in_range() -> None:
    for dtype in ("int32", "bool"):
        builder = GraphBuilder(1)
        x = replace(builder.input((1, 8)), dtype=dtype, quantization=None)
        graph = builder.build([x])
        main = replace(graph.main, inputs=(x,))
        cases = generate_cases(replace(graph, subgraphs=(main,)), 8, seed=0)
        values = np.concatenate([case[0] for case in cases.inputs])
        assert values.dtype == np.dtype(dtype)
        assert set(np.unique(values).tolist()) <= {0, 1}
