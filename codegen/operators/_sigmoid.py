"""The table of runtime_c/include/cg_sigmoid.h: the logistic function of i / 24 as Q0.16, for LOGISTIC, TANH and LSTM.

Source: sigmoid_table_uint16 of TFLite Micro, which exceeds the nearest integer by 1 in some places.
"""

from __future__ import annotations

from math import exp

import numpy as np

from ..graph import read_only
from .family import Table

_EXCEEDED = frozenset(
    (4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41, 43, 44, 45, 46, 49,
     50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255)
)  # fmt: skip


def sigmoid_table() -> Table:
    """256 values of uint16.

    >>> sigmoid_table().data[[0, 4, 254, 255]].tolist()
    [32768, 35493, 65534, 65535]
    """
    values = [round(65536 / (1 + exp(-i / 24))) + (i in _EXCEEDED) for i in range(256)]
    return Table("sigmoid", read_only(np.array(values, np.uint16)))
