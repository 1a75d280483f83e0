"""Runs a model's inference block by block in Unicorn, to count how often each basic block is executed."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import capstone
import unicorn
from elftools.elf.elffile import ELFFile
from unicorn import arm_const

from codegen.target import Board

from .timings import Instruction

_RETURN = 0x7000_0000
_PAGE = 0x1000
_MODEL_WORDS = 10
_INIT, _INVOKE, _INPUT = 5, 6, 8
"""Words of cg_model (cg_harness.h)."""
CPUS = {"cortex-m4f": arm_const.UC_CPU_ARM_CORTEX_M4, "cortex-m0plus": arm_const.UC_CPU_ARM_CORTEX_M0}

Block = tuple[int, int]
"""Address and bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """How often each block was executed, and how often it ended in a jump elsewhere than behind it."""

    executed: Counter[Block]
    jumped: Counter[Block]
    functions: tuple[tuple[int, str], ...]
    code: Callable[[Block], tuple[Instruction, ...]]

    def function(self, address: int) -> str:
        """The name of the function that `address` lies in."""
        return max((entry for entry in self.functions if entry[0] <= address), default=(0, "?"))[1]


class Image:
    """An image of `codegen.device.image.build_image` in an emulated core."""

    def __init__(self, elf: Path, board: Board, inputs: Sequence[bytes]) -> None:
        self._emulator = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
        self._emulator.ctl_set_cpu_model(CPUS[board.core.name])
        for region in board.regions:
            start = region.address & ~(_PAGE - 1)
            self._emulator.mem_map(start, (region.address + region.bytes - start + _PAGE - 1) & ~(_PAGE - 1))
        self._emulator.mem_map(_RETURN & ~(_PAGE - 1), _PAGE)
        with elf.open("rb") as stream:
            file = ELFFile(stream)
            for segment in file.iter_segments("PT_LOAD"):
                self._emulator.mem_write(segment["p_vaddr"], segment.data())
            symbols = list(file.get_section_by_name(".symtab").iter_symbols())
        self._functions = tuple(
            sorted({(s["st_value"] & ~1, s.name) for s in symbols if s["st_info"]["type"] == "STT_FUNC"})
        )
        model = next(s["st_value"] for s in symbols if s.name == "cg_model_under_test")
        self._model = struct.unpack(f"<{_MODEL_WORDS}I", self._emulator.mem_read(model, 4 * _MODEL_WORDS))
        self._stack = board.main_ram.address + board.main_ram.bytes - 8
        if board.core.isa.fpu != "none":
            self._emulator.reg_write(arm_const.UC_ARM_REG_C1_C0_2, 0xF << 20)
            self._emulator.reg_write(arm_const.UC_ARM_REG_FPEXC, 1 << 30)
        self._call(self._model[_INIT])
        for index, data in enumerate(inputs):
            self._emulator.mem_write(self._call(self._model[_INPUT], index), data)

    def _call(self, function: int, argument: int = 0) -> int:
        emulator = self._emulator
        emulator.reg_write(arm_const.UC_ARM_REG_SP, self._stack)
        emulator.reg_write(arm_const.UC_ARM_REG_LR, _RETURN | 1)
        emulator.reg_write(arm_const.UC_ARM_REG_R0, argument)
        emulator.emu_start(function | 1, _RETURN)
        return int(emulator.reg_read(arm_const.UC_ARM_REG_R0))

    def profile(self) -> Profile:
        """One inference."""
        executed: Counter[Block] = Counter()
        jumped: Counter[Block] = Counter()
        last: list[Block] = [(0, 0)]

        def block(_emulator: Any, address: int, size: int, _user: Any) -> None:  # noqa: ANN401 - Unicorn's types
            if address != last[0][0] + last[0][1]:
                jumped[last[0]] += 1
            last[0] = (address, size)
            executed[last[0]] += 1

        hook = self._emulator.hook_add(unicorn.UC_HOOK_BLOCK, block)
        status = self._call(self._model[_INVOKE])
        self._emulator.hook_del(hook)
        if status != 0:
            msg = f"the model failed with status {status}"
            raise RuntimeError(msg)
        jumped[last[0]] += 1
        return Profile(executed, jumped, self._functions, self._instructions())

    def _instructions(self) -> Callable[[Block], tuple[Instruction, ...]]:
        disassembler = capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)
        disassembler.detail = True

        def code(block: Block) -> tuple[Instruction, ...]:
            data = bytes(self._emulator.mem_read(*block))
            return tuple(_instruction(one) for one in disassembler.disasm(data, block[0]))

        return code


def _instruction(one: Any) -> Instruction:  # noqa: ANN401 - Capstone's type
    registers = [o.reg for o in one.operands if o.type == capstone.arm.ARM_OP_REG]
    memory = [o.mem for o in one.operands if o.type == capstone.arm.ARM_OP_MEM]
    name = one.mnemonic
    moved = len(registers) - (name.startswith(("ldm", "stm", "vldm", "vstm")))
    bases = tuple(one.reg_name(r) for m in memory for r in (m.base, m.index) if r)
    loads = one.reg_name(registers[0]) if registers and name.startswith("ldr") else ""
    return Instruction(name, max(moved, 1), capstone.arm.ARM_REG_PC in registers, loads, bases)
