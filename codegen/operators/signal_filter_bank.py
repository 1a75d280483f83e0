"""SignalFilterBank: energies gathered into overlapping channels. Arithmetic: FilterbankAccumulateChannels of TFLite
Micro."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..graph import read_only
from ._flexbuffers import integer, integers_in
from ._rules import after
from ._signal import HINT, SignalKernel, ranks, sizes, tensors
from .family import Address, Call, Family, Table, native_call, struct

if TYPE_CHECKING:
    from ..graph import Array, Operator

_types = tensors("uint32/int16/int16/int16/int16/int16 to uint64")
_ranks = ranks(_types, (1, 1, 1, 1, 1, 1), (1,))
_options = integers_in(_types, num_channels=(1, 32766))


def fits(op: Operator) -> bool:
    channels = integer(op, "num_channels")
    return op.output.size == channels and all(op.input(k).size >= channels + 1 for k in (3, 4, 5))


_sizes = sizes("There are num_channels outputs, and one start and width more.", fits, _ranks, _options)


def layout(op: Operator) -> tuple[Array, Array, Array] | None:
    """Frequency starts, weight starts and widths of num_channels + 1 channels; 0, 0, 0 for those without
    frequencies. None where they are computed."""
    found = [op.input(k).data for k in (3, 4, 5)]
    tables = [data[: integer(op, "num_channels") + 1].astype(np.int32) for data in found if data is not None]
    if len(tables) < 3:
        return None
    empty = tables[2] <= 0
    frequencies, weights, widths = (np.where(empty, 0, table) for table in tables)
    return frequencies, weights, widths


@after(_sizes)
def inside(op: Operator) -> str | None:
    """Starts and widths are constant and stay inside the energies and weights."""
    tables = layout(op)
    if tables is None:
        return "computed ones"
    frequencies, weights, widths = tables
    ends = int((frequencies + widths).max()), int((weights + widths).max())
    limits = op.input().size, min(op.input(1).size, op.input(2).size)
    if min(frequencies.min(), weights.min()) < 0:
        return "a negative start"
    well = ends[0] <= limits[0] and ends[1] <= limits[1]
    return None if well else f"{ends[0]} of {limits[0]} energies, {ends[1]} of {limits[1]} weights"


def call(op: Operator, name: str) -> Call:
    tables = layout(op)
    assert tables is not None
    frequencies, weights, widths = (read_only(table.astype(np.int16)) for table in tables)
    params = struct(
        "cg_signal_filter_bank_params",
        channels=op.output.size,
        weights=Address(op.input(1)),
        unweights=Address(op.input(2)),
        frequency_starts=Table("frequency_starts", frequencies),
        weight_starts=Table("weight_starts", weights),
        widths=Table("widths", widths),
    )
    return native_call(name, params=params, input=Address(op.input()), output=Address(op.output, writable=True))


def macs(op: Operator) -> int:
    tables = layout(op)
    return 0 if tables is None else 2 * int(tables[2].sum())


FAMILY = Family(
    names=("SignalFilterBank",),
    constraints=(_types, _ranks, _options, _sizes, inside),
    kernels=(SignalKernel("cg_signal_filter_bank", call),),
    macs=macs,
    is_custom=True,
    hint=HINT,
)
