"""Bars are there on terminals, count cases and bytes, and are gone at the end."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.qemu
def test_bytes_over_the_line_are_shown_on_a_terminal(small: Path, golden: Path) -> None:
    far, near = pty.openpty()
    command = [sys.executable, "-m", "codegen", "verify", str(small), "--inputs", str(golden)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [*command, "--on", "qemu", "--board", "stm32f405"], stdout=subprocess.PIPE, stderr=near, env=environment
    ) as process:
        os.close(near)
        seen = b""
        while True:
            try:
                piece = os.read(far, 4096)
            except OSError:
                break
            if not piece:
                break
            seen += piece
        assert process.stdout is not None
        assert process.stdout.read().startswith(b"equal")
    os.close(far)
    assert b"running on qemu" in seen
    assert b"bytes over the line" in seen
