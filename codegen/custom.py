"""Operators that the user supplies: a C function in a header, and what the compiler must know of it.

The C contract is in `runtime_c/include/cg_custom.h` and docs/custom-operators.md: the header `median_filter.h` declares
`int32_t median_filter(const cg_custom_input *input_0, ..., const cg_custom_output *output_0, ..., const uint8_t
*options, int32_t options_bytes, void *scratch)`, which returns 0.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .emission.naming import RESERVED
from .emission.runtime import INCLUDE, is_runtime_file
from .errors import CodegenError, Location, Refusal
from .frontend import schema
from .graph import Graph, Operator, Subgraph, Tensor
from .operators._custom import Reference, UserFunction, custom_family
from .transforms._rewrite import substituted

Shapes = Sequence[Sequence[int]]

_DESCRIBES = "a Python file says OPERATOR = codegen.CustomOperator(name, header, ...); see docs/custom-operators.md"
_NAMES = "write --custom NAME=header.h, NAME as the model has it"


@dataclass(frozen=True, slots=True, eq=False)
class CustomOperator:
    """A custom operator of the model and the C function that computes it: that of the header's name.

    `header` is copied beside the module, with the C file of its name and what both include from their folder.
    `shape` gives the shapes of the outputs where the file does not know them (converters write [] then), and proves
    them where it does. `scratch_bytes` is memory that the function may use during the call, 16-byte aligned.
    `check` says what is wrong with an operator that the function cannot compute, else None.
    `reference` computes the operator with numpy: inputs (None: left out) to outputs of the outputs' types. `verify`
    asks it where no interpreter knows the operator.
    """

    name: str
    header: str | Path
    shape: Callable[[Operator], Shapes] | None = None
    scratch_bytes: Callable[[Operator], int] | None = None
    check: Callable[[Operator], str | None] | None = None
    reference: Reference | None = None

    @property
    def function(self) -> str:
        """The C function: what the header is called."""
        return Path(self.header).stem


def load_custom(text: str) -> CustomOperator:
    """The operator of `--custom NAME=header.h`, or of NAME=description.py. Raises CodegenError for anything else."""
    name, equals, place = text.partition("=")
    if not equals or not name or not place:
        raise CodegenError.say(f"--custom {text} is not understood", _NAMES)
    path = Path(place)
    if path.suffix != ".py":
        return CustomOperator(name, path)
    if not path.is_file():
        raise CodegenError.say(f"{path}, which is to describe the operator {name}, is no file", "check the path")
    try:
        found = runpy.run_path(str(path)).get("OPERATOR")
    except Exception as error:
        raise CodegenError.say(f"{path} fails: {type(error).__name__}: {error}", _DESCRIBES) from error
    if not isinstance(found, CustomOperator):
        raise CodegenError.say(f"{path} describes no operator", _DESCRIBES)
    if found.name != name:
        raise CodegenError.say(f"{path} describes the operator {found.name}, not {name}", _NAMES)
    return replace(found, header=path.parent / found.header)


def with_custom(graph: Graph, operators: Sequence[CustomOperator]) -> Graph:
    """`graph`, whose custom operators of these names have the user's family, and outputs of the shapes that it says.

    Raises CodegenError for names that no custom operator has, headers that cannot be used, and wrong shapes.
    """
    if not operators:
        return graph
    files = _checked(graph, operators)
    by_name = {custom.name: custom for custom in operators}
    family = {
        c.name: custom_family(
            c.name, UserFunction(c.function, files[c.name], c.scratch_bytes, c.reference), c.scratch_bytes, c.check
        )
        for c in operators
    }
    refusals: list[Refusal] = []
    new: dict[Tensor, Tensor] = {}

    def bound(subgraph: Subgraph, op: Operator) -> Operator:
        if not op.is_custom or op.type not in by_name:
            return op
        custom = by_name[op.type]
        where = Location(graph.file, subgraph.index, op.index, op.type, op.name)
        shapes, found = _shapes(custom, op)
        if found:
            refusals.append(Refusal(where, found, f"check `shape` of the operator {custom.name}"))
        for tensor, shape in zip(op.outputs, shapes, strict=False):
            if shape != tensor.shape:
                new[tensor] = replace(tensor, shape=shape)
        return replace(op, family=family[op.type])

    subgraphs = tuple(
        replace(subgraph, operators=tuple(bound(subgraph, op) for op in subgraph.operators))
        for subgraph in graph.subgraphs
    )
    if refusals:
        raise CodegenError(*refusals)
    return substituted(replace(graph, subgraphs=subgraphs), new)


def _checked(graph: Graph, operators: Sequence[CustomOperator]) -> dict[str, dict[str, str]]:
    """The C files of each operator, by its name; the model has each of them, and no two bring different files."""
    present = {op.type: op.is_custom for _, op in graph.operators()}
    files: dict[str, dict[str, str]] = {}
    texts: dict[str, str] = {}
    for custom in operators:
        if custom.name in files:
            raise CodegenError.say(f"the custom operator {custom.name} is given twice", "give each --custom NAME once")
        if not present.get(custom.name, False):
            raise _unknown(graph, custom.name, present)
        files[custom.name] = _files(custom)
        for name, text in files[custom.name].items():
            if texts.setdefault(name, text) != text:
                raise CodegenError.say(f"two custom operators bring different files {name}", "rename one of them")
    return files


def _unknown(graph: Graph, name: str, present: Mapping[str, bool]) -> CodegenError:
    customs = sorted(kind for kind, is_custom in present.items() if is_custom)
    hint = f"its custom operators are: {', '.join(customs)}" if customs else "it has no custom operators"
    if name in schema.enum_values("BuiltinOperator"):
        return CodegenError.at(Location(graph.file), f"--custom {name}: this is a builtin operator of TFLite", hint)
    return CodegenError.at(Location(graph.file), f"--custom {name}: the model has no such custom operator", hint)


def _shapes(custom: CustomOperator, op: Operator) -> tuple[tuple[tuple[int, ...], ...], str]:
    """(shapes of the outputs, what is wrong with them). A file without shape says [], which is also a scalar's."""
    if custom.shape is None:
        return tuple(tensor.shape for tensor in op.outputs), ""
    try:
        shapes = tuple(tuple(int(extent) for extent in shape) for shape in custom.shape(op))
    except Exception as error:  # noqa: BLE001 - the user's own code
        return (), f"`shape` of the operator {custom.name} fails: {type(error).__name__}: {error}"
    if len(shapes) != len(op.outputs):
        return (), f"`shape` gives {len(shapes)} shapes for {len(op.outputs)} outputs"
    for k, (tensor, shape) in enumerate(zip(op.outputs, shapes, strict=True)):
        if min(shape, default=1) < 1 or (tensor.shape and tensor.shape != shape):
            return (), f"`shape` gives {list(shape)} for output {k}, which is {list(tensor.shape)} in the file"
    return shapes, ""


# ------------------------------------------------------------------------------------------------------- C files
def _files(custom: CustomOperator) -> dict[str, str]:
    """The header, the C file of its name, and what they include from the same folder: name to text."""
    header, function = Path(custom.header), custom.function
    if header.suffix not in (".h", ".hpp"):
        raise CodegenError.say(f"--custom {custom.name}={header}: a C header is wanted", _NAMES)
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", function) or function in RESERVED:
        wrong = f"{header.name} cannot name a C function"
        raise CodegenError.say(wrong, "rename it: the function has the name of its header")
    todo, found = [header, *([c] if (c := header.with_suffix(".c")).is_file() else [])], dict[str, str]()
    while todo:
        path = todo.pop(0)
        if path.name in found:
            continue
        if is_runtime_file(path.name):
            raise CodegenError.say(f"{path.name} is the name of a file of the runtime", "rename it")
        found[path.name] = text = _text(custom, path)
        beside = [path.parent / name for name in INCLUDE.findall(text) if not is_runtime_file(name)]
        todo += [other for other in beside if other.is_file() and other.parent == path.parent]
    if not re.search(rf"\b{function}\s*\(", found[header.name]):
        hint = "it has the name of the header; see docs/custom-operators.md for its parameters"
        raise CodegenError.say(f"{header} declares no function {function}", hint)
    return found


def _text(custom: CustomOperator, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CodegenError.say(f"--custom {custom.name}={path}: there is no such file", "check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CodegenError.say(f"{path} cannot be read: {error}", "it must be a text file in UTF-8") from None
