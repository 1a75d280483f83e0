"""The process in which `oracle` runs interpreters; it knows nothing of this package. Started by its path.

A request is (oracle, model bytes, cases, feedback) and a reply (outputs, "") or (None, what went wrong), each pickled
behind its length. Requests come on standard input; replies leave on what was standard output, which libraries can no
longer reach. An interpreter that aborts takes this process with it: the caller starts another.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
from collections.abc import Sequence
from typing import IO, Any

import numpy as np

ARENA_BYTES = (16 << 20, 256 << 20, 1 << 30)
"""Tried in turn: memory that an interpreter does not touch costs nothing."""

LENGTH = struct.Struct("<Q")
Outputs = list[tuple[Any, ...]]
Feedback = Sequence[tuple[int, int]]
"""(output, input) pairs: the input's value is, but for the first case, what the output was in the case before."""


def run_tflite_micro(model: bytes, cases: Sequence[Sequence[Any]], feedback: Feedback = ()) -> Outputs:
    """Run `cases` in order on a fresh interpreter of tflite-micro."""
    from tflite_micro.python.tflite_micro import runtime

    for arena in ARENA_BYTES:
        try:
            interpreter = runtime.Interpreter.from_bytes(model, arena_size=arena)
            break
        except RuntimeError as error:
            if arena == ARENA_BYTES[-1] or "allocate" not in str(error):
                raise
    inputs, results = _interface_sizes(model)
    outputs: Outputs = []
    for case in cases:
        _check_count(inputs, len(case))
        for k, value in enumerate(_fed(case, outputs, feedback)):
            interpreter.set_input(value, k)
        interpreter.invoke()
        outputs.append(tuple(np.array(interpreter.get_output(k)) for k in range(results)))
    return outputs


def _fed(case: Sequence[Any], outputs: Outputs, feedback: Feedback) -> list[Any]:
    """`case` with the last outputs in place of the inputs that they are fed back to."""
    values = list(case)
    for output, k in feedback if outputs else ():
        values[k] = outputs[-1][output]
    return values


def run_litert(model: bytes, cases: Sequence[Sequence[Any]], feedback: Feedback = ()) -> Outputs:
    """Run `cases` in order on a fresh LiteRT interpreter with the reference kernels, without delegates."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    interpreter = Interpreter(
        model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF, num_threads=1
    )
    interpreter.allocate_tensors()
    inputs, results = interpreter.get_input_details(), interpreter.get_output_details()
    outputs: Outputs = []
    for case in cases:
        _check_count(len(inputs), len(case))
        for detail, value in zip(inputs, _fed(case, outputs, feedback), strict=True):
            interpreter.set_tensor(detail["index"], value)
        interpreter.invoke()
        outputs.append(tuple(np.array(interpreter.get_tensor(detail["index"])) for detail in results))
    return outputs


def _interface_sizes(model: bytes) -> tuple[int, int]:
    """Numbers of inputs and outputs of subgraph 0, which tflite-micro's interpreter does not tell."""
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    main = schema.Model.GetRootAs(model, 0).Subgraphs(0)
    return int(main.InputsLength()), int(main.OutputsLength())


def _check_count(wanted: int, given: int) -> None:
    if wanted != given:
        raise ValueError(f"the model has {wanted} inputs, but a case has {given}")


RUNNERS = {"tflite-micro": run_tflite_micro, "litert": run_litert}


def read_message(stream: IO[bytes]) -> Any:  # noqa: ANN401 - whatever was sent
    """The next object on `stream`. Raises EOFError where it has ended."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        raise EOFError
    (size,) = LENGTH.unpack(head)
    body = stream.read(size)
    if len(body) < size:
        raise EOFError
    return pickle.loads(body)  # noqa: S301 - both ends are this program


def write_message(stream: IO[bytes], message: Any) -> None:  # noqa: ANN401 - anything that pickles
    body = pickle.dumps(message, protocol=5)
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


def serve() -> None:
    """Answer requests until standard input closes."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            oracle, model, cases, feedback = read_message(sys.stdin.buffer)
        except EOFError:
            return
        try:
            reply: tuple[Outputs | None, str] = (RUNNERS[oracle](model, cases, feedback), "")
        except Exception as error:  # noqa: BLE001 - whatever an interpreter raises is the answer
            reply = (None, f"{type(error).__name__}: {error}")
        sys.stderr.flush()
        write_message(replies, reply)


if __name__ == "__main__":
    serve()
