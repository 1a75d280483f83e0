"""MemoryPlan to CModule: the emitted files as text, with the interface that the host build is made from."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from ..errors import CodegenError
from ..placement import ConstantPlace, check_constants, check_program_memory
from ..planning.model import Buffer, MemoryPlan
from ..target import Region
from . import report
from .entries import make_interface
from .functions import comment_text
from .interface import Interface
from .memory_map import memory_map
from .naming import Names, identifier, module_identifier
from .printer import CallPrinter, ConstantPool, array_text, operator_id
from .runtime import Runtime, runtime_files
from .text import arena_map, buffer_enumerators, initial_values, make_program


@dataclass(frozen=True, slots=True, eq=False)
class CModule:
    """A compiled model. `files` maps relative paths to text; `plan` is `<name>.json` as a value.

    `interface` lists the public C functions and tensors: header and cffi declarations are printed from it.
    `runtime` says which of the files are kernels, and which of them upstream CMSIS-NN replaces.
    """

    name: str
    files: Mapping[str, str]
    plan: Mapping[str, object]
    memory: MemoryPlan
    interface: Interface
    runtime: Runtime

    @property
    def arena_bytes(self) -> int:
        """Bytes of all arenas together."""
        return sum(arena.bytes for arena in self.memory.arenas)

    @property
    def weight_bytes(self) -> int:
        """Bytes of all constants."""
        flash: Any = self.plan["flash"]
        return int(flash["weights"])

    @property
    def sources(self) -> tuple[str, ...]:
        """The C files, the portable CMSIS-NN functions included."""
        return tuple(path for path in self.files if path.endswith(".c"))

    def calling(self, signature: str) -> CModule:
        """The module for runners, which call the first entry point: that of `signature`. Raises CodegenError."""
        entry = self.interface.entry(signature)
        others = [other for other in self.interface.entries if other is not entry]
        return replace(self, interface=replace(self.interface, entries=(entry, *others)))

    def write(self, directory: str | os.PathLike[str]) -> Path:
        """Writes all files into `directory`, which then has just these: all or nothing.

        The files are written beside it and moved at the end. A directory that holds anything else than an earlier
        output of codegen is not touched: CodegenError.
        """
        target = Path(directory)
        _refuse_foreign(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            for name, text in self.files.items():
                path = staging / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            staging.chmod(0o755)
            if target.exists():
                old = staging.with_name(f"{staging.name}-old")
                target.rename(old)
                staging.rename(target)
                shutil.rmtree(old)
            else:
                staging.rename(target)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        return target


def _refuse_foreign(directory: Path) -> None:
    """An output directory is new, empty, or one that codegen wrote and nobody added to."""
    if not directory.exists():
        return
    if not directory.is_dir():
        raise CodegenError.say(f"{directory} is not a directory", "choose another one with -o")
    present = {p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file()}
    if not present:
        return
    for name in sorted(present):
        if "/" not in name and name.endswith(".json"):
            try:
                plan = json.loads((directory / name).read_text(encoding="utf-8"))
                ours = set(plan["files"]) if str(plan["provenance"]["generator"]).startswith("codegen") else set()
            except (ValueError, KeyError, TypeError, OSError):
                continue
            if present <= ours:
                return
    strange = min(present)
    raise CodegenError.say(
        f"{directory} holds files that codegen did not write (such as {strange})",
        "choose another directory with -o, or empty this one",
    )


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("codegen.emission"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - C, not HTML
    )
    environment.filters["comment"] = comment_text
    environment.filters["definition"] = lambda prototype: prototype.removesuffix(";")
    return environment


def render(template: str, context: Mapping[str, object]) -> str:
    """The text of one of the templates."""
    return _templates().get_template(template).render(context)


def _buffer_name(buffer: Buffer, plan: MemoryPlan) -> str:
    """Tensors by their own name, scratch by the operator that needs it."""
    if buffer.tensor is not None:
        return identifier(buffer.tensor.name)
    step = plan.schedule.calls[buffer.live[0].first]
    return f"{operator_id(step.operator, step.subgraph)}_scratch"


def _needs_math(texts: Iterable[str]) -> bool:
    """Whether C text has the constants that are no numbers: math.h defines them."""
    return any("INFINITY" in text or "NAN" in text for text in texts)


def emit(plan: MemoryPlan, name: str | None = None, constants_in: Region | None = None) -> CModule:
    """The module called `name` (default: from the model's file name), its constants in the region `constants_in`
    (default: where the board's file has them). Same plan and version, same bytes."""
    graph = plan.schedule.graph
    module_name = module_identifier(name or Path(graph.file).stem)
    if name is not None and module_name != name:
        raise CodegenError.say(f"{name!r} is not a lower-case C identifier", f"use --name {module_name}")
    interface = make_interface(plan, module_name)
    pool = ConstantPool(module_name)
    names = Names()
    offset_names = {buffer: names.unique(f"AT_{_buffer_name(buffer, plan)}".upper()) for buffer in plan.buffers}
    printer = CallPrinter(plan, pool, offset_names, interface.arena_fields)
    program = make_program(plan, printer, module_name)
    addresses = {bound.port: bound.expression for bound in interface.bind(printer)}
    calls = [step.call for step in plan.schedule.calls]
    user = {name: text for step in plan.schedule.calls for name, text in step.kernel.files.items()}
    runtime = runtime_files(calls, user)
    initial = initial_values(plan, pool, offset_names)  # its tables are constants too
    place = ConstantPlace.of(plan.schedule.target.board, module_name, constants_in)
    check_constants(
        place,
        plan.schedule.target.board,
        sum(constant.data.nbytes for constant in pool.constants),
        sum(arena.bytes for arena in plan.arenas if arena.region == place.region),
    )
    check_program_memory(place, plan.schedule)
    document = report.plan_document(plan, interface, pool, runtime, place)
    constants = [(constant, array_text(constant.data)) for constant in pool.constants]
    context = {
        "id": module_name,
        "ID": module_name.upper(),
        "interface": interface,
        "state_bytes": plan.state_bytes,
        "push": program.push,
        "addresses": addresses,
        "facts": report.facts(plan, pool),
        "functions": program.functions,
        "invocations": list(zip(interface.entries, program.invocations, strict=True)),
        "initial": initial,
        "enumerators": buffer_enumerators(plan, offset_names),
        "arena_map": arena_map(plan),
        "headers": sorted({call.header for call in calls}),
        "guards": report.guards(plan),
        "constants": constants,
        "place": place,
        "constants_need_math": _needs_math(text for _, text in constants),
        "functions_need_math": _needs_math(function.text for function in program.functions),
        "runtime": runtime,
    }
    files = {
        f"{module_name}.h": "module.h.jinja",
        f"{module_name}.c": "module.c.jinja",
        f"{module_name}_data.h": "data.h.jinja",
        f"{module_name}_data.c": "data.c.jinja",
        "CMakeLists.txt": "CMakeLists.txt.jinja",
    }
    taken = sorted({*files, "LICENSE-runtime.txt", f"{module_name}.json", f"{module_name}.svg"} & user.keys())
    if taken:
        found = f"{taken[0]} of a custom operator has the name of a file of the module"
        raise CodegenError.say(found, "choose another module name with --name, or rename the file")
    text = {path: render(template, context) for path, template in files.items()}
    text[f"{module_name}.svg"] = memory_map(plan, module_name)
    text |= runtime.texts
    text["LICENSE-runtime.txt"] = runtime.licence
    document["files"] = [*text, f"{module_name}.json"]
    text[f"{module_name}.json"] = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    return CModule(module_name, text, document, plan, interface, runtime)
