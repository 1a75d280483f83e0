"""The reference interpreters behind one function; every result names its oracle.

tflite-micro is the oracle. LiteRT, always with its reference kernels, stands in where no wheel of tflite-micro
exists; the two differ on real models. Interpreters run in a process of their own, kept for the next call, since a
model can abort them.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Literal

from .errors import CodegenError
from .frontend.reader import read_model
from .frontend.writer import write_model
from .graph import Array
from .oracle_worker import read_message, write_message

OracleKind = Literal["tflite-micro", "litert"]


class OracleRefusalError(CodegenError):
    """An interpreter is there, and does not run the model."""


_INSTALL = "pip install codegen[reference]"
_NEWER = re.compile(r"Didn't find op for builtin opcode '(?P<type>\w+)' version '(?P<version>\d+)'")
"""LiteRT's reference kernels register TILE, and others, of an older version, and compute what came later too."""
_ELSEWHERE = (
    f"{_INSTALL}. Wheels of tflite-micro exist for Linux on x86-64 only: elsewhere put the expected outputs "
    "(output_0, ...) into the npz of --inputs, or use --oracle litert"
)


@dataclass(frozen=True, slots=True)
class Oracle:
    """A reference interpreter: its option name, and the package and module that have it."""

    kind: OracleKind
    package: str
    module: str
    advice: str
    kernels: str = ""

    @property
    def name(self) -> str:
        """What reports say of it, with the version of the package: "tflite-micro 0.1", "litert 1.0, ..."."""
        try:
            return f"{self.kind} {importlib.metadata.version(self.package)}{self.kernels}"
        except importlib.metadata.PackageNotFoundError:
            return f"{self.kind} (not installed)"

    @property
    def is_installed(self) -> bool:
        return importlib.util.find_spec(self.module) is not None


ORACLES: Mapping[str, Oracle] = MappingProxyType(
    {
        "tflite-micro": Oracle("tflite-micro", "tflite-micro", "tflite_micro", _ELSEWHERE),
        "litert": Oracle("litert", "ai-edge-litert", "ai_edge_litert", _INSTALL, ", reference kernels"),
    }
)


def find_oracle(oracle: str = "tflite-micro") -> Oracle:
    """The oracle of that name. Raises CodegenError where it is unknown or not installed, with what to do."""
    if oracle not in ORACLES:
        raise CodegenError.say(f"there is no oracle {oracle!r}", f"choose one of: {', '.join(ORACLES)}")
    found = ORACLES[oracle]
    if not found.is_installed:
        raise CodegenError.say(f"the reference interpreter {oracle} is not installed", found.advice)
    return found


def run_oracle(
    model: bytes,
    inputs: Sequence[Sequence[Array]],
    oracle: str = "tflite-micro",
    *,
    feedback: Sequence[tuple[int, int]] = (),
    timeout: float = 600.0,
) -> list[tuple[Array, ...]]:
    """The outputs of `model` for each case of `inputs` (cases x inputs of subgraph 0, each of the tensor's shape).

    The cases are one sequence on a fresh interpreter: a stateful model starts from its initial state.
    `feedback` has (output, input) pairs: after the first case the input is what the output was before. Raises
    CodegenError where the interpreter is missing, and OracleRefusalError, with what it said, where it refuses the model
    or the inputs, crashes, or takes more than `timeout` seconds.
    """
    found = find_oracle(oracle)
    with _LOCK:
        outputs, error = _WORKER.ask(
            (found.kind, bytes(model), [list(case) for case in inputs], list(feedback)), timeout
        )
    if outputs is None:
        known = _NEWER.search(error)
        if known and (version := int(known["version"])) > 1:
            older = _with_version(model, known["type"], version - 1)
            return run_oracle(older, inputs, oracle, feedback=feedback, timeout=timeout)
        hint = "the model, an operator's types or an input's shape may be outside what this interpreter supports"
        hint += "; --oracle litert knows more" if found.kind == "tflite-micro" else ""
        raise OracleRefusalError.say(f"{found.name} could not run the model: {error}", hint)
    result: list[tuple[Array, ...]] = outputs
    return result


def _with_version(model: bytes, type: str, version: int) -> bytes:
    """`model`, its operators of that type of at most that version."""
    graph = read_model(model)
    older = tuple(
        replace(
            subgraph,
            operators=tuple(
                replace(op, version=min(op.version, version)) if op.type == type else op for op in subgraph.operators
            ),
        )
        for subgraph in graph.subgraphs
    )
    return write_model(replace(graph, subgraphs=older))


class _Worker:
    """The process that runs interpreters; started when first needed and again after a crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker

    def ask(self, request: Any, timeout: float) -> tuple[list[tuple[Array, ...]] | None, str]:  # noqa: ANN401
        """(outputs, "") or (None, what went wrong)."""
        process = self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        self._log.seek(0)
        self._log.truncate()
        try:
            with _kill_after(process, timeout) as expired:
                write_message(process.stdin, request)
                outputs, error = read_message(process.stdout)
        except (EOFError, BrokenPipeError):
            code = process.wait()
            self.stop()
            if expired.is_set():
                return None, f"it took more than {timeout:g} seconds"
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            return None, self._said(f"it crashed ({how})")
        except BaseException:  # an interrupted exchange would leave its reply for the next request
            self.stop()
            raise
        return outputs, self._said(error) if outputs is None else ""

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            path = Path(__file__).with_name("oracle_worker.py")
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log
            )
        return self._process

    def _said(self, error: str) -> str:
        """`error` with the last lines that the interpreter printed, without its greetings."""
        self._log.seek(0)
        lines = [line.strip() for line in self._log.read().decode(errors="replace").splitlines()]
        said = [line for line in dict.fromkeys(lines) if line and not re.match(r"INFO|WARNING|[WI]\d{4} ", line)]
        return "; ".join([error, *said[-4:]])

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        self._process.kill()
        self._process.wait()
        self._process = None


@contextlib.contextmanager
def _kill_after(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """End `process` when the block takes longer than `seconds`; the event then says so."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        process.kill()

    timer = threading.Timer(seconds, expire)
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


_LOCK = threading.Lock()
_WORKER = _Worker()
atexit.register(_WORKER.stop)
