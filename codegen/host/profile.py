"""Time of a module's functions on this computer, by the counters that boards have too."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..device.about import profiled_source
from ..device.image import COUNTED
from ..device.timed import COUNTERS, REPEATS_LEAST, REPEATS_MOST, timed_glue, timing_of
from ..device.timing import Timing
from ..emission.module import CModule
from ..errors import CodegenError
from ..graph import Array
from ..resources import data_dir
from .build import SUFFIX, build_library, host_compiler
from .inputs import build_inputs

_SECONDS = 0.4


def host_timing(module: CModule, case: Sequence[Array]) -> Timing:
    """Nanoseconds of one inference on `case`: the least of many runs.

    The total is without counters. Here a counter takes as long as a small operator, so that the functions' times are
    their shares of a run with counters, less what those take, of that total.
    """
    try:
        import cffi  # noqa: PLC0415 - an extra: needed only here
    except ImportError:
        raise CodegenError.say("running C on the host needs cffi", "pip install codegen[host]") from None
    with tempfile.TemporaryDirectory(prefix="codegen-", ignore_cleanup_errors=True) as folder:
        library = _library(module, Path(folder))
        ffi = cffi.FFI()
        ffi.cdef(
            f"{module.interface.cdef}\n"
            f"uint64_t cg_host_time({module.name}_t *, const void *const *, uint32_t);\n"
            f"uint32_t cg_host_profile({module.name}_t *, const void *const *, uint32_t, uint64_t *);\n"
            "uint32_t cg_host_hooks(uint64_t *);"
        )
        lib: Any = ffi.dlopen(str(library))
        try:
            return _measured(module, case, ffi, lib)
        finally:
            ffi.dlclose(lib)


def _measured(module: CModule, case: Sequence[Array], ffi: Any, lib: Any) -> Timing:  # noqa: ANN401 - cffi's
    interface = module.interface
    arenas = [ffi.new("uint8_t[]", field.arena.bytes + 15) for field in interface.arenas]
    aligned = [arena + (-int(ffi.cast("uintptr_t", arena))) % 16 for arena in arenas]
    arguments = [x for field, base in zip(interface.arenas, aligned, strict=True) for x in (base, field.arena.bytes)]
    model = ffi.new(f"{module.name}_t *")
    status = getattr(lib, f"{module.name}_init")(model, *arguments)
    if status:
        raise CodegenError.say(f"{module.name}_init gave {status}")
    own = [x.tobytes() for port, x in zip(interface.inputs, case, strict=True) if not port.is_fed_back]
    buffers = [ffi.from_buffer(data) for data in own]
    inputs = ffi.new("const void *[]", [ffi.cast("const void *", b) for b in buffers] or [ffi.NULL])
    once = lib.cg_host_time(model, inputs, 2)
    repeats = max(REPEATS_LEAST, min(REPEATS_MOST, round(_SECONDS * 1e9 / max(1, once))))
    total = lib.cg_host_time(model, inputs, repeats)
    rows = ffi.new("uint64_t[]", 3 * COUNTERS)
    count = lib.cg_host_hooks(rows)
    hooks = [tuple(rows[3 * k : 3 * k + 3]) for k in range(count)]
    count = lib.cg_host_profile(model, inputs, max(REPEATS_LEAST, repeats // 2), rows)
    return timing_of(module, total, repeats, hooks, [tuple(rows[3 * k : 3 * k + 3]) for k in range(count)])


def _library(module: CModule, folder: Path) -> Path:
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root)
    port = data_dir("runtime_c") / "port"
    counted, glue = folder / "cg_profiled.c", folder / "cg_host_glue.c"
    counted.write_text(profiled_source(module), encoding="utf-8")
    glue.write_text(timed_glue(module), encoding="utf-8")
    # Clang cannot leave files out: there the inline functions of the runtime's headers are counted by themselves.
    is_clang = "clang" in host_compiler().resolve().name
    return build_library(
        [*sources, glue, port / "cg_counters.c"],
        [*includes, port],
        folder / f"libprofile{SUFFIX}",
        flags=[f"-D{k}={v}" for k, v in defines.items()],
        instrumented=([counted, port / "cg_counted_calls.c"], COUNTED[:1] if is_clang else COUNTED),
    )
