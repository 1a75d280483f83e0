"""TFLite_Detection_PostProcess equals tflite-micro bit for bit, with fast and regular suppression, ties included."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import compile_model
from codegen.graph import Array, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder

from .equality import refusal
from .signals import custom, plain, plain_input

OPTIONS = {
    "max_detections": 4, "max_classes_per_detection": 1, "detections_per_class": 3, "use_regular_nms": False,
    "nms_score_threshold": 0.3, "nms_iou_threshold": 0.5, "num_classes": 3, "y_scale": 10.0, "x_scale": 10.0,
    "h_scale": 5.0, "w_scale": 5.0,
}  # fmt: skip


@pytest.fixture
def b(rng: np.random.Generator) -> GraphBuilder:
    return GraphBuilder(int(rng.integers(1 << 31)))


def detection(
    b: GraphBuilder, boxes: int, *, code_size: int = 4, background: int = 1, slots: int | None = None, **options: object
) -> tuple[Tensor, ...]:
    """The four outputs of a detection over random anchors."""
    all_options = {**OPTIONS, **options}
    classes, most = int(all_options["num_classes"]), int(all_options["max_detections"])  # type: ignore[call-overload]
    anchors = np.concatenate([b.rng.random((boxes, 2)), b.rng.uniform(0.1, 0.6, (boxes, 2))], axis=1)
    codes = plain_input(b, "float32", 1, boxes, code_size)
    scores = plain_input(b, "float32", 1, boxes, classes + background)
    slots = most if slots is None else slots
    shapes = ((1, slots, 4), (1, slots), (1, slots), (1,))
    outputs = tuple(plain(b, "float32", *shape) for shape in shapes)
    inputs = [codes, scores, b.constant(anchors.astype(np.float32))]
    custom(b, "TFLite_Detection_PostProcess", inputs, outputs, **all_options)
    return outputs


def case(b: GraphBuilder) -> list[Array]:
    """Encodings close to their anchors; scores of few or many values."""
    arrays: list[Array] = []
    for k, x in enumerate(b.inputs):
        values = b.rng.normal(0, 3, x.shape) if k % 2 == 0 else b.rng.random(x.shape)
        if k % 2 and b.rng.random() < 0.6:
            values = np.round(values * 4) / 4
        arrays.append(values.astype(np.float32))
    return arrays


def check(b: GraphBuilder, heads: list[tuple[tuple[Tensor, ...], int]], cases: list[list[Array]]) -> None:
    """`heads`: outputs with the classes told of each box (0: regular)."""
    outputs = [tensor for head, _ in heads for tensor in head]
    model = b.model(outputs)
    expected = run_oracle(model, cases)
    run = load(compile_model(model))
    found = 0
    for arrays, wanted in zip(cases, expected, strict=True):
        got = run(*arrays)
        for n, (_, per_box) in enumerate(heads):
            ours, theirs = got[4 * n : 4 * n + 4], wanted[4 * n : 4 * n + 4]
            count = int(theirs[3].reshape(-1)[0])
            assert ours[3].reshape(-1)[0] == count
            found += count
            written = np.ones(ours[1].size, bool)
            if per_box:  # the reference leaves the rest as it was
                written = np.zeros(ours[1].size, bool)
                written[[per_box * k + k % per_box for k in range(count)]] = True
            for a, z in zip(ours[:3], theirs[:3], strict=True):
                rows = a.reshape(written.size, -1)
                np.testing.assert_array_equal(rows[written], z.reshape(rows.shape)[written])
                assert not rows[~written].any()
    assert found


def test_fast(b: GraphBuilder, full: bool) -> None:
    heads = []
    for _ in range(30 if full else 10):
        classes = int(b.rng.integers(1, 8))
        per_box = int(b.rng.choice([1, 1, 2, 3, 9]))
        most, told = int(b.rng.integers(1, 12)), min(per_box, classes)
        head = detection(
            b, int(b.rng.integers(1, 60)), code_size=int(b.rng.choice([4, 7])), background=int(b.rng.integers(0, 2)),
            slots=most * told * told, num_classes=classes, max_classes_per_detection=per_box, max_detections=most,
            nms_iou_threshold=float(b.rng.choice([0.1, 0.5, 1.0])), nms_score_threshold=float(b.rng.choice([0, 0.4])),
        )  # fmt: skip
        heads.append((head, told))
    check(b, heads, [case(b) for _ in range(12)])


def test_regular(b: GraphBuilder, full: bool) -> None:
    heads = []
    for k in range(30 if full else 10):
        head = detection(
            b, int(b.rng.integers(1, 60)), background=int(b.rng.integers(0, 2)), use_regular_nms=True,
            num_classes=int(b.rng.integers(1, 8)), max_detections=int(b.rng.integers(1, 12)),
            detections_per_class=int(b.rng.choice([1, 2, 100])) if k % 3 else 5,
            nms_iou_threshold=float(b.rng.choice([0.1, 0.5, 1.0])), nms_score_threshold=float(b.rng.choice([0, 0.4])),
        )  # fmt: skip
        heads.append((head, 0))
    check(b, heads, [case(b) for _ in range(12)])


def test_options_that_may_be_missing_or_integers(b: GraphBuilder) -> None:
    short = {key: value for key, value in OPTIONS.items() if key not in ("detections_per_class", "use_regular_nms")}
    head = detection(b, 20)
    op = b.operators.pop()
    custom(b, "TFLite_Detection_PostProcess", op.inputs, head, **{**short, "y_scale": 10, "nms_score_threshold": 0})
    check(b, [(head, 1)], [case(b) for _ in range(4)])


def test_boxes_without_area_find_nothing(b: GraphBuilder) -> None:
    """tflite-micro ends with an error there."""
    head = detection(b, 5)
    values = case(b)
    values[0][0, 2, 2] = -1e4  # exp(-2000) is 0
    run = load(compile_model(b.model(head)))
    assert not any(out.any() for out in run(*values))


def test_refusals(b: GraphBuilder) -> None:
    def said(**options: object) -> str:
        return refusal(b, detection(b, 5, **options)[0])  # type: ignore[arg-type]

    assert "Found: nms_iou_threshold 1.5" in said(nms_iou_threshold=1.5)
    assert "Found: y_scale 0.0" in said(y_scale=0.0)
    assert "0 of a box" in said(max_classes_per_detection=0)
    assert "0 of a class" in said(use_regular_nms=True, detections_per_class=0)
    assert "k * k times as many" in said(max_classes_per_detection=2, slots=8)
    assert "num_classes scores or one more" in said(background=2)
    assert "max_detections 0" in said(max_detections=0, slots=3)
