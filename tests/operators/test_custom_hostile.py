"""The rules of custom operators never raise, whatever the operator is; where all hold, the module is built and runs."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from flatbuffers import flexbuffers

from codegen.graph import Operator, Quantization, Tensor, read_only
from codegen.operators import families, rule

CUSTOM = sorted(name for name, family in families().items() if family.is_custom)
DTYPES = ("int16", "uint32", "int32", "float32", "int8", "uint64", "bool", "uint8")
KEYS = (
    "shift", "start_index", "end_index", "num_channels", "input_correction_bits", "output_scale", "snr_shift", "T",
    "fft_length", "frame_size", "frame_step", "prefill", "delay_length", "stacker_left_context", "stacker_step",
    "stacker_right_context", "cycles_max", "smoothing", "max_detections", "num_classes", "max_classes_per_detection",
    "use_regular_nms", "detections_per_class", "nms_iou_threshold", "nms_score_threshold", "y_scale", "h_scale",
)  # fmt: skip
VALUES: tuple[Any, ...] = (0, 1, 2, 3, 7, 16, -1, 1 << 31, -(1 << 63), 0.5, float("nan"), float("inf"), True, "x", None)


def random_tensor(rng: np.random.Generator, dtype: str) -> Tensor:
    shape = tuple(int(n) for n in rng.integers(1, 20, rng.integers(0, 5)))
    data = read_only(rng.integers(0, 3, shape).astype(dtype)) if rng.random() < 0.4 else None
    quantization = Quantization((0.5,), (1,)) if rng.random() < 0.2 else None
    return Tensor(0, "t", shape, dtype, quantization, data, is_variable=data is None and bool(rng.random() < 0.2))


def random_options(rng: np.random.Generator) -> bytes | None:
    if rng.random() < 0.05:
        return None
    chosen = {key: VALUES[rng.integers(0, len(VALUES))] for key in KEYS if rng.random() < 0.9}
    data = bytearray(flexbuffers.Dumps(chosen))
    if rng.random() < 0.2:
        data[int(rng.integers(0, len(data)))] = int(rng.integers(0, 256))
    return bytes(data[: int(rng.integers(0, len(data)))] if rng.random() < 0.05 else data)


@pytest.mark.parametrize("name", CUSTOM)
def test_rules_never_raise(name: str, rng: np.random.Generator, full: bool) -> None:
    family = families()[name]
    for _ in range(3000 if full else 200):
        dtype = str(rng.choice(DTYPES))  # most operators begin with tensors of one type

        def one(dtype: str = dtype) -> Tensor:
            return random_tensor(rng, dtype if rng.random() < 0.7 else str(rng.choice(DTYPES)))

        inputs = tuple(None if rng.random() < 0.05 else one() for _ in range(rng.integers(0, 7)))
        outputs = tuple(one() for _ in range(rng.integers(0, 5)))
        options = MappingProxyType({"custom_options": random_options(rng)})
        op = Operator(0, name, inputs, outputs, options, is_custom=True)
        for constraint in family.constraints:
            said = constraint(op)
            assert said is None or said, f"{rule(constraint)} {said!r}"
