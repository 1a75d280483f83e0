"""What a file is when it is not a TFLite model, said in a sentence with the way to one."""

from __future__ import annotations

import re
import struct

from ..errors import CodegenError, Location
from .schema import FILE_IDENTIFIER

_CONVERT = "convert it to .tflite first"
_KERAS = "convert it with tf.lite.TFLiteConverter.from_keras_model, with full integer quantization"
_MAGICS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89HDF\r\n\x1a\n", "a Keras model in HDF5 format", _KERAS),
    (b"GGUF", "a GGUF language model", "language models do not fit microcontrollers; only .tflite files are read"),
    (b"\x80", "a Python pickle (PyTorch's older format)", "convert it with litert-torch to .tflite"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first (gunzip, tar xzf)"),
    (b"\x93NUMPY", "a numpy array", "give the .tflite model; arrays go to --inputs"),
    (b"\x7fELF", "an ELF binary", "give the .tflite model that the firmware was built from"),
    (b"\x89PNG", "a picture", "give the .tflite model"),
    (b"ARTF", "a LiteRT or MediaPipe bundle", "unpack the .tflite model from it"),
    (b"version https://git-lfs", "a Git LFS pointer, not the file itself", "fetch the content with git lfs pull"),
)
_ZIPS: tuple[tuple[bytes, str, str], ...] = (
    (b"config.json", "a .keras archive", _KERAS),
    (b"data.pkl", "a PyTorch zip archive", "convert it with litert-torch to .tflite"),
    (b".npy", "a numpy .npz archive", "give the .tflite model; arrays go to --inputs"),
)
_C_ARRAY = re.compile(rb"\bchar\s+\w+\s*\[|0x[0-9a-fA-F]{2}\s*,\s*0x[0-9a-fA-F]{2}|#\s*(include|ifndef|pragma)")
_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]+")


def refuse_other_formats(data: bytes, name: str) -> None:
    """Raise CodegenError unless `data` carries the identifier of a TFLite flatbuffer."""
    if data[4:8] == FILE_IDENTIFIER:
        if len(data) < 32:
            raise _refusal(name, f"the file is truncated: {len(data)} bytes cannot hold a model", "copy it again")
        return
    raise _refusal(name, *_guess(data))


def _refusal(name: str, found: str, hint: str) -> CodegenError:
    return CodegenError.at(Location(name), found, hint)


def _guess(data: bytes) -> tuple[str, str]:
    if not data:
        return "the file is empty", "export the model again"
    for magic, what, hint in _MAGICS:
        if data.startswith(magic):
            return f"this is {what}, not a TFLite model", hint
    if data.startswith(b"PK\x03\x04"):
        names = data[: 1 << 12] + data[-(1 << 16) :]  # the first entries and the directory at the end
        for part, what, hint in _ZIPS:
            if part in names:
                return f"this is {what}, not a TFLite model", hint
        return "this is a zip archive, not a TFLite model", "unpack the .tflite model from it"
    if _TEXT.fullmatch(data[:4096]):
        if _C_ARRAY.search(data[: 1 << 16]):
            return (
                "this is C source (a model as an array), not a TFLite model",
                "turn the array back with xxd -r -p, or give the .tflite file it was made from",
            )
        return "this is a text file, not a TFLite model", "give the .tflite file"
    if len(data) < 8:
        return f"the file is truncated: {len(data)} bytes cannot hold a model", "copy or export it again"
    if _looks_like_flatbuffer(data):
        return (
            "this is a flatbuffer without the identifier TFL3 at byte 4",
            "another program's flatbuffer, or a damaged file: export the model again with a current converter",
        )
    if data[0] == 0x08 and data[1] < 0x20:  # field 1, varint: ir_version of an ONNX ModelProto
        return "this looks like an ONNX model (protobuf), not a TFLite model", f"{_CONVERT}, with onnx2tf"
    if data[0] == 0x0A:  # field 1, message: a frozen TensorFlow graph or a SavedModel's inside
        return "this looks like a TensorFlow graph (protobuf), not a TFLite model", f"{_CONVERT}, with tf.lite"
    return "this is not a TFLite model: the identifier TFL3 is missing at byte 4", "give a .tflite file"


def _looks_like_flatbuffer(data: bytes) -> bool:
    """Whether the root offset leads to a table whose vtable has plausible sizes."""
    (root,) = struct.unpack_from("<I", data)
    if not 4 <= root <= len(data) - 4:
        return False
    (back,) = struct.unpack_from("<i", data, root)
    vtable = root - back
    if not 4 <= vtable <= len(data) - 4:
        return False
    size, table = struct.unpack_from("<HH", data, vtable)
    return bool(size >= 4 and size % 2 == 0 and vtable + size <= len(data) and table >= 4)
