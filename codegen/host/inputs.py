"""What a build of a written module is made from, for the host and for images alike."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from ..emission.module import CModule


def build_inputs(
    module: CModule, root: Path, cmsis_nn_root: str | os.PathLike[str] | None = None
) -> tuple[list[Path], list[Path], Mapping[str, str]]:
    """(C sources, include directories, macros) of `module`, written to `root`.

    With `cmsis_nn_root` the sources of that upstream tree take the place of the portable CMSIS-NN functions.
    """
    runtime = module.runtime
    own = (f"{module.name}.c", f"{module.name}_data.c", *runtime.user, *runtime.native)
    sources = [root / path for path in own]
    includes = [root, root / "runtime/include", root / "runtime/kernels"]
    defines: dict[str, str] = {}
    if cmsis_nn_root is None or not runtime.twin:
        sources += [root / path for path in (*runtime.twin, *runtime.twin_native)]
        includes.append(root / "runtime/cmsis_nn")
    else:
        upstream = Path(cmsis_nn_root)
        # All of them: which ones call which differs between releases, and the linker drops the rest. The float ones
        # of later trees need a compiler with float16 and are not called.
        every = sorted((upstream / "Source").rglob("*.c"))
        sources += [path for path in every if not re.search(r"_f(16|32)", path.name)]
        includes.append(upstream / "Include")
        defines["CG_CMSIS_NN_RELEASE"] = str(module.memory.schedule.target.cmsis_nn.number)
    return sources, [path for path in includes if path.is_dir()], defines
