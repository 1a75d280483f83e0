"""Bars on standard error for what takes a while; nothing where that is no terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from .console import console


class Steps:
    """A bar on standard error: a step at a time, cases within it. Nothing where that is no terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._bytes: TaskID | None = None

    def step(self, text: str, total: int | None = None) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(text, total=total)

    def transferred(self, size: int) -> None:
        """Bytes that went over a line: counted in a row of their own, for tensors that take long."""
        if self._bytes is None:
            self._bytes = self._progress.add_task("bytes over the line", total=None)
        self._progress.advance(self._bytes, size)

    def advance(self) -> None:
        if self._task is not None:
            self._progress.advance(self._task)


@contextmanager
def running() -> Iterator[Steps]:
    """The bar of a command."""
    target = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=target, transient=True, disable=not target.is_terminal) as progress:
        yield Steps(progress)
