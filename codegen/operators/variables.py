"""VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE: copies from and to variables that outlive an invocation.

The transform `resources` puts the variable itself in the place of its handle: READ_VARIABLE has it as its input,
ASSIGN_VARIABLE as its output. After a reset a variable has the zero point of the first value that is assigned to it,
as in TFLite Micro.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._copy import NativeCopy
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator


def known_variable(op: Operator) -> str | None:
    """The handle comes from a VAR_HANDLE of the same subgraph, and every use of the variable has one type and size."""
    source, target = op.optional_input(0), op.outputs[0] if op.outputs else None
    if op.type == "VAR_HANDLE" or source is None or target is None:
        return "a handle that nothing reads or assigns here"
    if not (source.is_variable or target.is_variable):
        return f"a handle from elsewhere, {source.name!r}"
    same = source.dtype == target.dtype and source.bytes == target.bytes
    return None if same else f"{source.dtype} {list(source.shape)} and {target.dtype} {list(target.shape)}"


FAMILY = Family(
    names=("VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE"),
    constraints=(known_variable,),
    kernels=(NativeCopy(),),
    hint="export the model with its variables used in the subgraph that makes their handles",
)
