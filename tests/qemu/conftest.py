"""What tests in the emulator share."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def kernels_by_time_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every operator has the kernel that is fastest for it, so that a graph of many operators runs many kernels.

    Tests of which kernels are worth their code are in tests/planning."""
    monkeypatch.setattr("codegen.api.without_costly_code", lambda _graph, target: target)
