"""One model with every operator that is supported, each in a few forms, and models of control flow."""

from __future__ import annotations

from functools import cache

from codegen.frontend.writer import write_model
from codegen.graph import Quantization, Tensor
from tests.builders import GraphBuilder
from tests.operators.elementwise import operand, reduction, result
from tests.operators.signals import custom, plain, plain_input
from tests.operators.test_add_n import add_n
from tests.operators.test_arg_max import arg
from tests.operators.test_batch_matmul import random_matmul
from tests.operators.test_binary import DTYPES, binary
from tests.operators.test_circular_buffer import slots
from tests.operators.test_comparison import TYPES, comparison
from tests.operators.test_control_flow import branches, counter, loop
from tests.operators.test_cumsum import cumsum
from tests.operators.test_detection_post_process import detection
from tests.operators.test_gather import one_hot
from tests.operators.test_hybrid import dense as hybrid_dense
from tests.operators.test_hybrid import windowed as hybrid_window
from tests.operators.test_moves_hostile import GENERATED, SMALL, valid
from tests.operators.test_prelu import prelu
from tests.operators.test_select_v2 import select
from tests.operators.test_signal_stateful import front_end
from tests.operators.test_signal_stateless import fft
from tests.operators.test_svdf import float_svdf, int_svdf
from tests.operators.test_tflm_decode import decode, lut_of
from tests.operators.test_transpose_conv import transpose_conv
from tests.operators.test_unidirectional_sequence_lstm import hybrid as hybrid_lstm
from tests.operators.test_unidirectional_sequence_lstm import lstm
from tests.operators.unary import every_unary


@cache
def zoo() -> bytes:
    """Every operator that is supported, each in a few forms."""
    b = GraphBuilder(seed=5, name="zoo")
    x = b.input((1, 8, 8, 4))
    a = b.conv_2d(x, 8, (3, 3), stride=(2, 2), activation="RELU6")
    c = b.conv_2d(a, 8, (1, 1))
    d = b.depthwise_conv_2d(c, (3, 3), activation="RELU")
    e = b.depthwise_conv_2d(b.input((1, 5, 5, 3)), (3, 3), multiplier=2, dilation=(2, 2))
    f = b.conv_2d(b.input((1, 1, 20, 4)), 4, (1, 4), padding="VALID", bias=False)
    dilated = b.conv_2d(x, 4, (3, 3), dilation=(2, 2), per_channel=False)
    total = b.add(c, d, "RELU")
    broad = b.add(total, b.input((1, 1, 1, 8)))
    pooled = b.pool(broad, "AVERAGE_POOL_2D", (2, 2))
    most = b.pool(broad, "MAX_POOL_2D", (3, 3), stride=(1, 1), padding="SAME")
    upper = [
        transpose_conv(b, source, 3, (3, 3), (4, 4), stride=(2, 2))
        for source in (pooled, b.input((1, 2, 2, 17)), *(b.input((1, 2, 2, 3), kind) for kind in ("int16", "float32")))
    ]
    padded = b.pad(pooled, [(0, 0), (1, 1), (1, 0), (0, 0)])
    valued = b.pad(pooled, [(0, 0), (1, 0), (0, 1), (0, 0)], value=3)
    mean = b.mean(most, (1, 2))
    joined = b.concatenation([pooled, pooled], axis=1)
    flat = b.reshape(pooled, (1, 32))
    dense = b.fully_connected(flat, 10)
    channels = b.fully_connected(flat, 6, per_channel=True, activation="RELU")
    real = b.unary("DEQUANTIZE", b.softmax(dense), dtype="float32")
    requantized = b.unary("QUANTIZE", dense)
    whole = b.one("QUANTIZE", [b.input((1, 6), "float32")], (1, 6), dense.quantization)
    shapes = [b.unary(kind, channels) for kind in ("RELU", "RELU6")]
    outputs = [
        e,
        f,
        dilated,
        *upper,
        padded,
        valued,
        mean,
        joined,
        real,
        requantized,
        whole,
        b.logistic(dense),
        *shapes,
    ]
    moves = [y for type in (*GENERATED, *SMALL) for y in valid(type, b).outputs]
    products = [random_matmul(b, k, dtype) for dtype in ("int8", "int16", "float32") for k in range(4)]
    recurrent = [int_svdf(b, state, 1, 6, 3, 2, 4) for state in ("int8", "int16")] + [float_svdf(b, 1, 6, 3, 2, 4)]
    layers = [lstm(b, dtype, 2, 3, 4, 5) for dtype in ("int8", "int16", "float32")]
    states = [one.append(b) for one in (*recurrent, *layers, hybrid_lstm(b, 2, 3, 4, 5))]
    real_weights = [hybrid_dense(b, 1), hybrid_window(b, 0), hybrid_window(b, 1)]
    packed = [b.conv_2d(x, 5, weights_dtype="int4"), b.depthwise_conv_2d(x, weights_dtype="int4")]
    packed.append(b.fully_connected(flat, 7, weights_dtype="int4"))
    return b.model(
        [
            *outputs,
            *moves,
            *products,
            *every_unary(b),
            *states,
            *real_weights,
            *packed,
            *_pairs(b),
            *_reductions(b),
            *_customs(b),
        ]
    )


def control_flow() -> list[bytes]:
    """IF, WHILE, CALL_ONCE and variables."""
    return [write_model(graph) for graph in (counter(5), branches(), loop())]


def _pairs(b: GraphBuilder) -> list[Tensor]:
    """Operators of two tensors, of equal shapes and broadcast."""
    shapes = ([2, 1, 3], [2, 4, 3]), ([5], [5])
    outputs = [binary(b, type, dtype, both) for type, dtypes in DTYPES.items() for dtype in dtypes for both in shapes]
    numbers = (
        ("FLOOR_DIV", "float32"),
        ("FLOOR_MOD", "float32"),
        ("DIV", "float32"),
        ("DIV", "int32"),
        ("POW", "float32"),
    )
    outputs += [
        result(b, type, [operand(b, shape, dtype) for shape in both], dtype)
        for type, dtype in numbers
        for both in shapes
    ]
    outputs += [comparison(b, type, dtype, shapes[0]) for type in TYPES for dtype in ("int8", "int32", "float32")]
    flags = [operand(b, shape, "bool") for shape in shapes[0]]
    outputs += [result(b, type, flags, "bool") for type in ("LOGICAL_AND", "LOGICAL_OR")]
    outputs.append(b.one("LOGICAL_NOT", [flags[0]], flags[0].shape, dtype="bool"))
    outputs.append(one_hot(b, operand(b, [3], "int32"), 4, -1, "int8"))
    outputs += [select(b, dtype, [[3], [2, 3], [1]]) for dtype in ("int8", "int16", "float32")]
    outputs += [prelu(b, dtype, [[2, 3, 4], [4]]) for dtype in ("int8", "int16", "float32")]
    return [*outputs, *(add_n(b, dtype, 3, 1) for dtype in ("int8", "float32"))]


def _reductions(b: GraphBuilder) -> list[Tensor]:
    kinds = {"REDUCE_MAX": "int8", "REDUCE_MIN": "float32", "REDUCE_ALL": "bool", "REDUCE_PROD": "float32"}
    outputs = [reduction(b, type, operand(b, [2, 3, 4], dtype), [1]) for type, dtype in kinds.items()]
    x = operand(b, [3, 4], "int8")
    outputs += [arg(b, type, x, 1) for type in ("ARG_MAX", "ARG_MIN")]
    return [*outputs, cumsum(b, x, 0, 1, Quantization((0.5,), (3,))), cumsum(b, operand(b, [3], "float32"), 0, 2, None)]


def _customs(b: GraphBuilder) -> list[Tensor]:
    """Signal operators, a circular buffer, a detector's end, compressed weights."""
    outputs = front_end(b, 80, 120, 128, 10)
    outputs += [
        fft(b, kind, dtype, 16) for kind in ("SignalRfft", "SignalIrfft") for dtype in ("int16", "int32", "float32")
    ]
    for dtype, code in (("int16", 7), ("float32", 0)):
        frames = plain_input(b, dtype, 2, 8)
        outputs.append(custom(b, "SignalOverlapAdd", [frames], [plain(b, dtype, 8)], T=code, frame_step=4))
    samples = plain_input(b, "int16", 6)
    outputs.append(custom(b, "SignalDelay", [samples], [plain(b, "int16", 6)], delay_length=3))
    outputs.append(slots(b, b.input((1, 1, 2, 3)), 4, cycles_max=1))
    outputs += detection(b, 12)
    packed = lut_of(b, b.tensor((4, 20), "int8", Quantization((0.1,) * 4, (0,) * 4, 0)))
    (weights,) = decode(b, [packed])
    x = b.input((1, 20), scale=0.1, zero_point=0)
    outputs.append(
        b.one("FULLY_CONNECTED", [x, weights, None], (1, 4), Quantization((0.3,), (2,)), keep_num_dims=False)
    )
    return outputs
