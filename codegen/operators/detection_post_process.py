"""TFLite_Detection_PostProcess: boxes from their encodings, and the best ones of those that overlap.

Source: detection_postprocess.cc of TFLite Micro, in float32 with boxes decoded in double. Outputs that it leaves
unwritten are 0 here; where it ends with an error because a box has no area, nothing is found.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ._flexbuffers import integer, integers_in, number
from ._rules import after
from ._signal import LIMIT, sizes, tensors
from ._whole import WholeKernel
from .family import Address, Call, Family, Scratch, native_call, struct

if TYPE_CHECKING:
    from ..graph import Operator
    from ..target import Target
    from .family import Band

SCALES = ("y_scale", "x_scale", "h_scale", "w_scale")
DETECTIONS_PER_CLASS = 100
"""Where the file does not say it."""

_types = tensors("float32/float32/float32 to float32/float32/float32/float32")
_options = integers_in(_types, max_detections=(1, LIMIT), max_classes_per_detection=(0, LIMIT), num_classes=(1, LIMIT))


def is_regular(op: Operator) -> bool:
    return bool(number(op, "use_regular_nms"))


def per_class(op: Operator) -> int:
    found = number(op, "detections_per_class")
    return DETECTIONS_PER_CLASS if found is None else int(found)


def per_box(op: Operator) -> int:
    return min(integer(op, "max_classes_per_detection"), integer(op, "num_classes"))


@after(_options)
def counts(op: Operator) -> str | None:
    """Regular suppression chooses 1 or more boxes of a class, fast suppression tells 1 or more classes of a box."""
    if is_regular(op):
        found = number(op, "detections_per_class")
        return None if found is None or (isinstance(found, int) and 1 <= found <= LIMIT) else f"{found} of a class"
    return None if per_box(op) >= 1 else f"{per_box(op)} of a box"


def real(op: Operator, key: str) -> float:
    return float(number(op, key) or 0.0)


@after(_types)
def numbers(op: Operator) -> str | None:
    """The options hold finite scales that are not 0, a finite nms_score_threshold, an nms_iou_threshold in (0, 1]."""
    wrong = [key for key in SCALES if not 1e-30 < abs(real(op, key)) < 1e30]
    wrong += [] if math.isfinite(real(op, "nms_score_threshold")) else ["nms_score_threshold"]
    wrong += [] if 1e-30 < real(op, "nms_iou_threshold") <= 1 else ["nms_iou_threshold"]
    return ", ".join(f"{key} {number(op, key)}" for key in wrong) or None


def inputs_fit(op: Operator) -> bool:
    codes, scores, anchors = (op.input(k).shape for k in range(3))
    well = codes[0] == scores[0] == 1 and codes[1] == scores[1] and codes[2] >= 4 and anchors == (codes[1], 4)
    return well and 0 <= scores[2] - integer(op, "num_classes") <= 1


@after(_types)
def input_ranks(op: Operator) -> str | None:
    """Encodings and scores have 3 dimensions, anchors 2."""
    found = [len(op.input(k).shape) for k in range(3)]
    return None if found == [3, 3, 2] else ", ".join(map(str, found))


_inputs = sizes(
    "There are 4 numbers or more of each box, num_classes scores or one more, an anchor of 4, and one image.",
    inputs_fit,
    input_ranks,
    _options,
)


def slots(op: Operator) -> int:
    """Detections that the outputs hold."""
    return min(op.outputs[0].size // 4, op.outputs[1].size, op.outputs[2].size)


def outputs_fit(op: Operator) -> bool:
    most = integer(op, "max_detections") * (1 if is_regular(op) else per_box(op) ** 2)
    return slots(op) >= most


_outputs = sizes(
    "The outputs hold max_detections; with k classes of a box, k * k times as many, for the reference leaves gaps.",
    outputs_fit,
    _options,
    counts,
)


class Detection(WholeKernel):
    """cg_detection_fast, cg_detection_regular."""

    provider = "native"

    def __init__(self, name: str, *, regular: bool) -> None:
        self.name = name
        self.regular = regular

    def fits(self, op: Operator) -> bool:
        return is_regular(op) == self.regular

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """Corners, a score and a flag of every box."""
        return 21 * op.input().shape[1]

    def whole(self, op: Operator) -> Call:
        codes, classes = op.input().shape, integer(op, "num_classes")
        params = struct(
            "cg_detection_params",
            boxes=codes[1],
            code_size=codes[2],
            classes=classes,
            background=op.input(1).shape[2] - classes,
            max_detections=integer(op, "max_detections"),
            per_box=per_box(op),
            per_class=per_class(op),
            **{key: real(op, key) for key in SCALES},
            score_threshold=real(op, "nms_score_threshold"),
            overlap_threshold=real(op, "nms_iou_threshold"),
        )
        outputs = [Address(tensor, writable=True) for tensor in op.outputs]
        return native_call(
            self.name,
            params=params,
            encodings=Address(op.input()),
            scores=Address(op.input(1)),
            anchors=Address(op.input(2)),
            scratch=Scratch(),
            slots=slots(op),
            boxes=outputs[0],
            classes=outputs[1],
            detection_scores=outputs[2],
            count=outputs[3],
        )


FAMILY = Family(
    names=("TFLite_Detection_PostProcess",),
    constraints=(_types, _options, counts, numbers, input_ranks, _inputs, _outputs),
    kernels=(Detection("cg_detection_fast", regular=False), Detection("cg_detection_regular", regular=True)),
    is_custom=True,
    hint="export the model again with its detection head in float32 and fixed shapes",
)
