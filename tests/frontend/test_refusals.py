"""Every refusal of the front end, by the important words of its text."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.frontend.validate import validate
from codegen.graph import Quantization
from tests.builders import GraphBuilder
from tests.frontend.edit import edit, edit_main, schema


def _zip(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, b"content")
    return stream.getvalue()


def _network() -> bytes:
    """Operators: 0 CONV_2D, 1 FULLY_CONNECTED. Tensors: 0 x, 1 filter, 2 bias, 3 conv, 4 weights, 5 bias, 6 output."""
    b = GraphBuilder(1)
    x = b.input((1, 4, 4, 2), name="x")
    return b.model([b.fully_connected(b.conv_2d(x, 3, name="conv"), 5, name="dense")])


NETWORK = _network()


def refusal(data: bytes, **options: Any) -> str:  # noqa: ANN401
    with pytest.raises(CodegenError) as caught:
        read_model(data, file="m.tflite", **options)
    return str(caught.value)


def without_identifier() -> bytes:
    return NETWORK[:4] + b"\0\0\0\0" + NETWORK[8:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "file is empty"),
        (b"\1\2\3", "truncated: 3 bytes"),
        (NETWORK[:20], "truncated: 20 bytes"),
        (NETWORK[: len(NETWORK) // 2], "damaged or truncated"),
        (b"\x08\x08\x12\x07pytorch\x1a\x050.4.1\x80", "ONNX"),
        (b"\x0a\x20\x0a\x05input\xff\x01", "TensorFlow graph"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "Keras model in HDF5"),
        (_zip("config.json"), ".keras archive"),
        (_zip("archive/data.pkl"), "PyTorch"),
        (_zip("input_0.npy"), "npz"),
        (_zip("readme"), "zip archive"),
        (b"\x80\x02\x8a\x0al\xfc\x9c", "pickle"),
        (b"GGUF\3\0\0\0" + bytes(30), "GGUF"),
        (b"alignas(16) const unsigned char model[] = {0x1c, 0x00, 0x00, 0x00,", "C source"),
        (b"Hello, this is a note.\n", "text file"),
        (b"<!DOCTYPE html><html>not found</html>", "text file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "Git LFS"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "gzip"),
        (without_identifier(), "flatbuffer without the identifier TFL3"),
        (b"\xfe\xed\xfa\xce" + b"\x01\x00\x00\x90" * 9, "identifier TFL3 is missing"),
        (edit(NETWORK, lambda m: setattr(m, "version", 2)), "schema version 2, not 3"),
        (edit(NETWORK, lambda m: setattr(m, "subgraphs", [])), "no subgraph"),
    ],
)
def test_other_formats(data: bytes, words: str) -> None:
    text = refusal(data)
    assert text.startswith("m.tflite: ")
    assert words in text
    assert "\n  hint: " in text


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match=r"missing\.tflite: there is no such file"):
        read_model(tmp_path / "missing.tflite")
    with pytest.raises(CodegenError, match="this is a folder(?s:.*)SavedModel"):
        read_model(str(tmp_path))
    with pytest.raises(CodegenError, match="cannot be read"):
        read_model("a\0b")
    with pytest.raises(CodegenError, match="batch of 0"):
        read_model(NETWORK, batch=0)


def _set(kind: str, index: int, **values: Any) -> Callable[..., None]:  # noqa: ANN401
    def change(_main: Any, tensors: Any, operators: Any) -> None:  # noqa: ANN401
        for name, value in values.items():
            item = {"tensor": tensors, "operator": operators}[kind][index]
            if name in ("scale", "zeroPoint", "quantizedDimension"):
                item = item.quantization
            setattr(item, name, value)

    return change


def _sparse(_main: Any, tensors: Any, _operators: Any) -> None:  # noqa: ANN401
    tensors[4].sparsity = schema.SparsityParametersT()


CONV, DENSE = 'm.tflite, operator 0 CONV_2D "conv": ', 'm.tflite, operator 1 FULLY_CONNECTED "dense": '


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (_set("tensor", 3, type=5), CONV, "tensor 3 'conv' has the type string"),
        (_set("tensor", 3, type=77), CONV, "has the type type 77"),
        (_set("tensor", 3, shape=[1, 4, 0, 3]), CONV, "is empty: its shape is [1, 4, 0, 3]"),
        (_set("tensor", 3, shape=[1, -4, 4, 3]), CONV, "dimension 1 is not known"),
        (_set("tensor", 3, shapeSignature=[1, 4, -1, 3]), CONV, "[1, 4, -1, 3]: dimension 2 is not known"),
        (_set("tensor", 3, shape=[1] * 9), CONV, "has 9 dimensions"),
        (_set("tensor", 3, shape=[1, 65536, 65536, 3]), CONV, "has the shape [1, 65536, 65536, 3]: 12884901888 bytes"),
        (_set("tensor", 4, shape=[5, 47]), DENSE, "of shape [5, 47] and type int8 takes 235 bytes"),
        (_set("tensor", 4, buffer=99), DENSE, "names buffer 99 of"),
        (_set("tensor", 4, isVariable=True), DENSE, "variable tensor 4 'tensor_4' has initial values"),
        (_sparse, DENSE, "sparse form"),
        (_set("tensor", 3, scale=[0.0]), CONV, "has the scale 0; scales are above 0"),
        (_set("tensor", 3, scale=[float("nan")]), CONV, "has the scale nan"),
        (_set("tensor", 1, scale=[0.5, -1.0, 0.5]), CONV, "has the scale -1 for channel 1"),
        (_set("tensor", 3, zeroPoint=[128]), CONV, "has the zero point 128, but int8 holds -128 to 127"),
        (_set("tensor", 1, zeroPoint=[0, 0]), CONV, "has 3 scales but 2 zero points"),
        (_set("tensor", 1, quantizedDimension=7), CONV, "is quantized along axis 7 of 4"),
        (_set("tensor", 1, quantizedDimension=3), CONV, "has 3 scales along axis 3, which has 2 entries"),
        (_set("operator", 0, inputs=[0, 1, 99]), CONV, "the inputs name tensor 99, but there are 7 tensors"),
        (_set("operator", 0, inputs=[0, 1, -2]), CONV, "the inputs name tensor -2"),
        (_set("operator", 0, outputs=[99]), "operator 0 CONV_2D: ", "the outputs name tensor 99"),
        (_set("operator", 0, opcodeIndex=9), "operator 0 opcode 9 of 2", "not in the schema"),
        (_set("operator", 0, inputs=[6, 1, 2]), CONV, "reads tensor 6 'dense', which only a later operator makes"),
        (_set("operator", 0, outputs=[0]), "operator 0 CONV_2D", "writes tensor 0 'x', which is an input"),
        (_set("operator", 0, outputs=[1]), "operator 0 CONV_2D", "writes tensor 1 'tensor_1', which is a constant"),
        (_set("operator", 1, outputs=[3]), "operator 1 FULLY", "makes tensor 3 'conv', as operator 0 does"),
        (_set("operator", 1, outputs=[]), "operator 1 FULLY", "has no output"),
        (_set("operator", 1, builtinOptionsType=1), DENSE, "carries Conv2DOptions in place of FullyConnectedOptions"),
        (_set("operator", 1, builtinOptionsType=250), DENSE, "options are of the unknown kind 250"),
        (lambda main, *_: setattr(main, "inputs", [0, 0]), "m.tflite: ", "name one tensor twice"),
        (lambda main, *_: setattr(main, "inputs", [1]), "m.tflite: ", "of the subgraph is a constant"),
        (lambda main, *_: setattr(main, "inputs", []), CONV, "reads tensor 0 'x', which nothing makes"),
        (lambda main, *_: setattr(main, "outputs", [50]), "m.tflite: ", "outputs of the subgraph name tensor 50"),
        (lambda main, _, operators: operators.pop(), "m.tflite: ", "no operator makes output tensor 6 'dense'"),
    ],
)
def test_faults_are_said_where_they_are(change: Callable[..., None], where: str, words: str) -> None:
    text = refusal(edit_main(NETWORK, change))
    line = next((line for line in text.splitlines() if words in line), text)
    assert words in line
    assert where in line


def test_an_enumeration_of_a_newer_schema() -> None:
    def change(_main: Any, _tensors: Any, operators: Any) -> None:  # noqa: ANN401
        operators[0].builtinOptions.padding = 77

    assert "its option padding is 77, which is not one of SAME, VALID" in refusal(edit_main(NETWORK, change))


def test_an_operator_of_a_newer_schema() -> None:
    def change(model: Any) -> None:  # noqa: ANN401
        model.operatorCodes[0].deprecatedBuiltinCode, model.operatorCodes[0].builtinCode = 127, 4000

    text = refusal(edit(NETWORK, change))
    assert 'operator 0 BUILTIN_4000 "conv": the operator is not in the schema' in text
    assert "newer converter" in text


def test_all_faults_come_together_and_unused_tensors_have_none() -> None:
    def change(main: Any, tensors: Any, _operators: Any) -> None:  # noqa: ANN401
        tensors[1].quantization.scale = [0.5, 0.0, 0.5]
        tensors[3].quantization.zeroPoint = [300]
        tensors[4].shape = [5, 47]
        odd = schema.TensorT()
        odd.type, odd.shape, odd.name = 5, [0, -1], "unused"
        main.tensors.append(odd)

    with pytest.raises(CodegenError) as caught:
        read_model(edit_main(NETWORK, change))
    assert len(caught.value.refusals) == 3
    assert "unused" not in str(caught.value)


def test_subgraphs_that_do_not_exist_or_run_each_other() -> None:
    b, body = GraphBuilder(), GraphBuilder()
    x, y = b.input((1,), "bool"), b.tensor((1,), "bool")
    b.operator("IF", [x], y, then_subgraph_index=1, else_subgraph_index=5)
    graph = b.build([y], [(body, [body.input((1,), "bool")])])
    with pytest.raises(CodegenError, match="operator 0 IF .*: it runs subgraph 5, but there are 2"):
        validate(graph)
    inner = body.tensor((1,), "bool")
    body.operator("CALL_ONCE", [], inner, init_subgraph_index=0)
    b.operators[0] = replace(b.operators[0], options={"then_subgraph_index": 1, "else_subgraph_index": 1})
    with pytest.raises(CodegenError, match="subgraphs 0, 1 run each other without end"):
        validate(b.build([y], [(body, [inner])]))


def test_graphs_of_the_compiler_are_proven_too() -> None:
    b = GraphBuilder()
    x = b.input((1, 2))
    w = b.constant(np.zeros((2, 2), np.int16))
    y = b.one("ADD", [x, replace(w, dtype="int8")], (1, 2), Quantization((1.0, 1.0), (0,)))
    with pytest.raises(CodegenError, match="2 scales but 1 zero points(?s:.*)type int8, but its values int16"):
        validate(b.build([y]))


def test_a_fixed_batch_cannot_be_chosen() -> None:
    assert "batch of 4 was asked for, but it is fixed" in refusal(NETWORK, batch=4)
