"""Finds the programs that build and run images, or says how to install them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ..errors import CodegenError
from ..target import Core

_PACKAGES = {
    "avr-gcc": {"linux": "apt install gcc-avr avr-libc", "darwin": "brew install osx-cross/avr/avr-gcc"},
    "xtensa-esp32-elf-gcc": dict.fromkeys(("linux", "darwin", "win32"), "ESP-IDF brings it: idf_tools.py install"),
    "simavr": {"linux": "apt install simavr", "darwin": "brew install simavr"},
    "aarch64-linux-gnu-gcc": {"linux": "apt install gcc-aarch64-linux-gnu libc6-dev-arm64-cross"},
    "qemu-aarch64": {"linux": "apt install qemu-user"},
    "clang": {"linux": "apt install clang lld wasi-libc libclang-rt-14-dev-wasm32"},
    "node": {"linux": "apt install nodejs", "darwin": "brew install node"},
    "riscv64-unknown-elf-gcc": {"linux": "apt install gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf"},
    "qemu-system-riscv32": {"linux": "apt install qemu-system-misc", "darwin": "brew install qemu"},
    "qemu-system-riscv64": {"linux": "apt install qemu-system-misc", "darwin": "brew install qemu"},
    "arm-none-eabi-gcc": {
        "linux": "apt install gcc-arm-none-eabi libnewlib-arm-none-eabi",
        "darwin": "brew install --cask gcc-arm-embedded",
        "win32": "winget install Arm.GnuArmEmbeddedToolchain",
    },
    "qemu-system-arm": {
        "linux": "apt install qemu-system-arm",
        "darwin": "brew install qemu",
        "win32": "winget install SoftwareFreedomConservancy.QEMU",
    },
}


@dataclass(frozen=True, slots=True)
class Family:
    """What images of a family of cores have in common: files of runtime_c/port and the compiler's C library. Programs
    of hosted cores have none of these."""

    start: str
    counter: str
    """Of images for tests in an emulator; others take that of their board."""
    specs: str
    tool: str = "gcc"
    """The compiler's name after the core's prefix."""


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "cortex-m": Family("cg_start.c", "cg_counter_systick.c", "--specs=nano.specs"),
        "riscv": Family("cg_start_riscv.c", "cg_counter_mcycle.c", "--specs=picolibc.specs"),
        "linux": Family("", "", ""),
        "avr": Family("", "", ""),
        "esp-idf": Family("", "", ""),
        "wasm": Family("", "", "", tool=""),
    }
)


def find_program(name: str) -> Path:
    """The program `name` on the PATH; without it, an error that names the package."""
    found = shutil.which(name)
    if found is None:
        command = _PACKAGES.get(name, {}).get(sys.platform, f"install {name}")
        raise CodegenError.say(f"{name} is not installed, or not on the PATH", command)
    return Path(found)


def compiler_name(core: Core) -> str:
    """The compiler's program, as on the PATH."""
    return f"{core.compiler}{FAMILIES[core.family].tool}"


def compiler_of(core: Core) -> Path:
    """The compiler of a core that is not this computer's."""
    if core.is_host:
        raise CodegenError.say(
            f"core {core.name} is this computer: there is no image to build", "use --on host, or an emulated board"
        )
    return find_program(compiler_name(core))


@cache
def identity_of(compiler: Path) -> str:
    """What tells one compiler from another in a cache key: its path and version."""
    text = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    return f"{compiler} {text.splitlines()[0]}"


def cache_dir() -> Path:
    """The folder of objects that can be built again: `CODEGEN_CACHE_DIR`, or the system's place for such."""
    own = os.environ.get("CODEGEN_CACHE_DIR")
    if own:
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "codegen" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "codegen"
    return Path(os.environ.get("XDG_CACHE_HOME", "") or Path.home() / ".cache") / "codegen"
