"""The one exception type that a user can meet, and the exit codes of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

EXIT_OK = 0
EXIT_MISMATCH = 1
"""`verify` found an output that differs from the reference."""
EXIT_REFUSED = 2
"""The input, the options or the environment were refused; nothing was written."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where in a model a refusal happened. Everything that is not known is None.

    `operator_index` is the index in the source file's subgraph, `operator_type` the schema's name
    (`CONV_2D`, or a custom operator's name), `operator_name` the name of its first output tensor.
    """

    file: str | None = None
    subgraph: int | None = None
    operator_index: int | None = None
    operator_type: str | None = None
    operator_name: str | None = None

    def __str__(self) -> str:
        parts = [self.file] if self.file else []
        if self.subgraph:
            parts.append(f"subgraph {self.subgraph}")
        if self.operator_index is not None:
            name = f' "{self.operator_name}"' if self.operator_name else ""
            parts.append(f"operator {self.operator_index} {self.operator_type or '?'}{name}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is wrong: where, what was found (with the rule), and what the user can do."""

    location: Location
    found: str
    hint: str = ""

    def __str__(self) -> str:
        where = str(self.location)
        text = f"{where}: {self.found}" if where else self.found
        return f"{text}\n  hint: {self.hint}" if self.hint else text


class CodegenError(Exception):
    """The input cannot be compiled, run or compared. Carries one or more `Refusal`s.

    >>> print(CodegenError.at(Location("m.tflite"), "file is empty", "export the model again"))
    m.tflite: file is empty
      hint: export the model again
    """

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(*refusals)
        self.refusals: tuple[Refusal, ...] = refusals

    @classmethod
    def at(cls, location: Location, found: str, hint: str = "") -> Self:
        return cls(Refusal(location, found, hint))

    @classmethod
    def say(cls, found: str, hint: str = "") -> Self:
        """A refusal that no place in a model belongs to: an option, a board, a missing tool."""
        return cls(Refusal(Location(), found, hint))

    def __str__(self) -> str:
        return "\n".join(str(refusal) for refusal in self.refusals)


class InternalError(Exception):
    """The compiler contradicts itself: a bug in codegen, never the user's fault.

    >>> print(InternalError("buffers 1 and 2 overlap"))
    buffers 1 and 2 overlap; this is a bug in codegen, please report it with the model
    """

    def __str__(self) -> str:
        return f"{super().__str__()}; this is a bug in codegen, please report it with the model"
