"""The operators that TensorFlow Lite Micro registers, and the types that its reference kernels take.

Read from tensorflow/tflite-micro at 90b983c2: `micro_mutable_op_resolver.h`, `kernels/*.cc`, `signal/micro/kernels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

REFUSED = "ethos-u"
"""An opaque command stream for one NPU: the only operator that is not compiled."""

SHORT = {"f": "float32", "b": "bool", "r": "resource"} | {
    f"{letter}{bits}": f"{word}{bits}" for letter, word in (("i", "int"), ("u", "uint")) for bits in (4, 8, 16, 32, 64)
}
BY_LITERT = {("GREATER", "int16 → bool"), ("SPACE_TO_BATCH_ND", "int8"), ("SPACE_TO_BATCH_ND", "float32")}
"""Rows for which TensorFlow Lite Micro leaves parameters unset, so that its outputs mean nothing: LiteRT is asked."""

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM",
            "EMBEDDING_LOOKUP")  # fmt: skip
"""Operators for which the type of every input counts, but for int32 of biases, shapes and indices."""

CASTS = " ".join(
    f"{a}>{b}" for a, b in product(("f", "i8", "i16", "i32", "u32", "b"), ("f", "i8", "i16", "i32", "u32"))
)

TABLE = f"""
ABS f i8 i16
ADD f i8 i16 i32
ADD_N f i8
ARG_MAX f>i32 i8>i32
ARG_MIN f>i32 i8>i32
ASSIGN_VARIABLE i8>
AVERAGE_POOL_2D f i8 i16
BATCH_MATMUL f i8 i16
BATCH_TO_SPACE_ND f i8
BROADCAST_ARGS i32 i64
BROADCAST_TO f i8 i16 i32 i64 b
CALL_ONCE -
CAST {CASTS}
CEIL f
CONCATENATION f i8 i16 i32 i64 b
CONV_2D f i8 i8*i4>i8 i16*i8*i32>i16 i16*i8*i64>i16
COS f
CUMSUM f i8
DEPTH_TO_SPACE f i8
DEPTHWISE_CONV_2D f i8 i8*i4>i8 i16*i8*i64>i16
DEQUANTIZE i8>f i16>f u8>f
DIV f i8 i32
DYNAMIC_UPDATE_SLICE f i8 i16 i32
ELU f i8
EMBEDDING_LOOKUP f i8 i8>f
EQUAL b f>b i8>b i32>b i64>b
EXP f
EXPAND_DIMS f i8 i16
FILL f i8 i32
FLOOR f
FLOOR_DIV f
FLOOR_MOD f
FULLY_CONNECTED f i8 i8*i4>i8 i16*i8*i32>i16 i16*i8*i64>i16
GATHER f i8
GATHER_ND f i8
GREATER f>b i8>b i16>b i32>b i64>b
GREATER_EQUAL f>b i8>b i32>b i64>b
HARD_SWISH f i8
IF -
L2_NORMALIZATION f i8
L2_POOL_2D f
LEAKY_RELU f i8 i16
LESS f>b i8>b i32>b i64>b
LESS_EQUAL f>b i8>b i32>b i64>b
LOG f
LOG_SOFTMAX f i8
LOGICAL_AND b
LOGICAL_NOT b
LOGICAL_OR b
LOGISTIC f i8 i16
MAX_POOL_2D f i8 i16
MAXIMUM f i8 i16 i32 i64
MEAN f i8 i16
MINIMUM f i8 i16 i32 i64
MIRROR_PAD f i8
MUL f i8 i16 i32
NEG f
NOT_EQUAL b f>b i8>b i32>b i64>b
PACK f i8 i16 i32 i64
PAD f i8 i16 i32
PADV2 f i8 i16 i32
PRELU f i8 i16
QUANTIZE f>i8 f>i16 i8 i8>i16 i8>i32 i8>u8 i16>i8 i16 i16>i32 i32>i8 i32>i16 u8>i8
READ_VARIABLE >i8
REDUCE_ALL b
REDUCE_MAX f i8
REDUCE_MIN f i8
RELU f i8 i16
RELU6 f i8 i16
RESHAPE f i8 i16 i32
RESIZE_BILINEAR f i8
RESIZE_NEAREST_NEIGHBOR f i8 i16
REVERSE_V2 f i8 u8 i16 i32 i64 b
ROUND f
RSQRT f i8
SELECT_V2 b*f>f b*i8>i8 b*i16>i16
SHAPE f>i32 i8>i32
SIN f
SLICE f i8 i16 i32 b
SOFTMAX f i8 i8>i16 i16
SPACE_TO_BATCH_ND f i8
SPACE_TO_DEPTH f i8
SPLIT f i8 i16 i32
SPLIT_V f i8 i16 i32
SQRT f
SQUARE f
SQUARED_DIFFERENCE f i8 i16 i32
SQUEEZE f i8
STRIDED_SLICE f i8 i16 i32 b
SUB f i8 i16 i32
SUM f i8 i16
SVDF f i8 i8*i16>i8
TANH f i8 i16
TRANSPOSE f i8 i16
TRANSPOSE_CONV f i8 i16*i8>i16 i16*i8*i64>i16
UNIDIRECTIONAL_SEQUENCE_LSTM f i8*i16>i8 i16*i8*i64>i16
UNPACK f i8 i16 i32
VAR_HANDLE >r
WHILE -
ZEROS_LIKE f i8 i32 i64
CIRCULAR_BUFFER i8
TFLM_DECODE >b >f >i8 >i16 >i32 >i64
TFLite_Detection_PostProcess f
SignalDelay i16
SignalEnergy i16>u32
SignalFftAutoScale i16
SignalFilterBank u32>u64
SignalFilterBankLog u32>i16
SignalFilterBankSquareRoot u64>u32
SignalFilterBankSpectralSubtraction u32
SignalFramer i16
SignalIrfft i16 i32 f
SignalOverlapAdd i16 f
SignalPCAN u32
SignalRfft i16 i32 f
SignalStacker i16
SignalWindow i16
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An operator on some types: of inputs (no order), and of its first output (None: any, or no output)."""

    operator: str
    inputs: tuple[str, ...]
    output: str | None

    @property
    def types(self) -> str:
        left = ", ".join(self.inputs)
        if self.output is None:
            return left or "any"
        return left if self.inputs == (self.output,) else f"{left} → {self.output}".strip()

    def takes(self, operator: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> bool:
        """Whether an operator with tensors of these types is one of this row."""
        if operator != self.operator or (self.output is not None and outputs[:1] != (self.output,)):
            return False
        if operator in WEIGHTED:
            return set(self.inputs) in (set(inputs), set(inputs) - {"int32"})
        return set(self.inputs) <= set(inputs)


def _row(operator: str, word: str) -> Row:
    if word == "-":
        return Row(operator, (), None)
    left, arrow, right = word.partition(">")
    inputs = tuple(SHORT[part] for part in left.split("*") if part)
    output = (SHORT[right] if right else None) if arrow else inputs[0]
    return Row(operator, inputs, output)


@cache
def rows() -> tuple[Row, ...]:
    """Every row of the table."""
    lines = [line.split() for line in TABLE.strip().splitlines()]
    return tuple(_row(operator, word) for operator, *words in lines for word in words)
