"""Convolutions and fully connected layers in little code by packed weights: clustered ones as indices of 4 bits, sparse
ones without their blocks of zeros."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .._dsp.pairs import QUAD, channel_factors
from ..family import Table
from .conv import SmallS8, filled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...graph import Array, Operator
    from ...target import Target
    from .._convolution import Convolution
    from .._dsp.pairs import Channels
    from ..family import Band, Value
    from .conv import FactorsOf

CLUSTERS = 16
"""Different weights that an index of 4 bits can name."""
_PAIRS_BYTES = 4 * CLUSTERS * CLUSTERS
"""Scratch for all pairs of weights as int16."""
_MOST_LEFT_OUT = 255
"""Blocks before one that is there."""
_MOST_BLOCKS = 0xFFFF


@lru_cache(maxsize=256)
def _clusters(channels: Channels) -> Array:
    """The different weights, in ascending order."""
    return np.flatnonzero(np.bincount(channels.weights.reshape(-1) + 128)) - 128


def indices(channels: Channels) -> Array:
    """[channels, products / 2]: a byte has the index of the first and the third weight of a quad, the next one those of
    the second and the fourth. What fills a filter up has the index of any weight."""
    found = np.searchsorted(_clusters(channels), channels.weights)
    quads = np.pad(found, ((0, 0), (0, -found.shape[1] % QUAD))).reshape(len(found), -1, QUAD)
    packed = quads[:, :, :2] | quads[:, :, 2:] << 4
    return packed.reshape(len(found), -1).astype(np.uint8)


class ClusteredS8(SmallS8):
    """cg_conv_2d_clustered_s8: at most 16 different weights, where flash is what the user wants least of."""

    name = "cg_conv_2d_clustered_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not super().takes(op, target):
            return False
        channels = self.channels(op)
        return channels is not None and len(_clusters(channels)) <= CLUSTERS

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:
        pairs = _PAIRS_BYTES if target.isa.dsp and not target.isa.mve else 0
        return pairs + super().scratch_bytes(op, target, band)

    def remark(self, op: Operator) -> str:
        channels = self.channels(op)
        return "" if channels is None else f"{len(_clusters(channels))} different weights"

    def weights(self, conv: Convolution, channels: Channels) -> dict[str, Value]:  # noqa: ARG002
        table = np.zeros(CLUSTERS, np.int8)
        table[: len(_clusters(channels))] = _clusters(channels)
        return {"weights": Table("indices", indices(channels)), "table": Table("clusters", table)}


def _are_needed(channels: Channels) -> Array:
    """[channels, quads]: the blocks that are not 0."""
    return np.asarray(filled(channels).reshape(len(channels.weights), -1, QUAD).any(axis=2))


@lru_cache(maxsize=256)
def _kept(channels: Channels) -> Array:
    """[channels, quads]: the blocks that are not 0, and those without which the way to the next one is too long."""
    blocks = _are_needed(channels)
    for row in blocks:
        last = -1
        for at in np.flatnonzero(row).tolist():
            row[last + _MOST_LEFT_OUT + 1 : at : _MOST_LEFT_OUT + 1] = True
            last = at
    return blocks


def blocks_stream(channels: Channels) -> Array:
    """For each channel the number of its blocks, then how many are left out before each, and its weights."""
    quads = filled(channels).reshape(len(channels.weights), -1, QUAD)
    parts = []
    for weights, kept in zip(quads, _kept(channels), strict=True):
        places = np.flatnonzero(kept)
        before = np.diff(places, prepend=-1) - 1
        parts += [np.array([len(places) & 0xFF, len(places) >> 8])]
        parts += [np.concatenate([before[:, None], weights[places]], axis=1).reshape(-1)]
    return np.concatenate(parts).astype(np.uint8).view(np.int8)


class SparseS8(SmallS8):
    """cg_conv_2d_sparse_s8: blocks of four weights in a row of which at least half are 0 are left out."""

    name = "cg_conv_2d_sparse_s8"

    def takes(self, op: Operator, target: Target) -> bool:
        if not super().takes(op, target):
            return False
        channels = self.channels(op)
        if channels is None:
            return False
        needed = _are_needed(channels)
        if 2 * needed.sum() > needed.size:
            return False  # most layers: without a look at what lies between
        kept = _kept(channels)
        return bool(2 * kept.sum() <= kept.size and kept.sum(axis=1).max(initial=0) <= _MOST_BLOCKS)

    def work(self, op: Operator, target: Target, band: Band | None) -> Mapping[str, float]:
        """Of the channels of the model, blocks that are there in place of quads."""
        work = dict(super().work(op, target, band))
        channels = self.channels(op)
        assert channels is not None, op.name
        del work["quads"]
        return work | {"blocks": work["tiles"] * float(_kept(channels).sum())}

    def remark(self, op: Operator) -> str:
        channels = self.channels(op)
        kept = None if channels is None else _kept(channels)
        return "" if kept is None else f"{int(kept.sum())} of {kept.size} blocks of four weights"

    def weights(self, conv: Convolution, channels: Channels) -> dict[str, Value]:  # noqa: ARG002
        return {"weights": Table("blocks", blocks_stream(channels))}


def small_kernels(
    conv_of: Callable[[Operator], Convolution], factors_of: FactorsOf = channel_factors
) -> tuple[SmallS8, ...]:
    """A kernel for every form of the weights."""
    return SmallS8(conv_of, factors_of), ClusteredS8(conv_of, factors_of), SparseS8(conv_of, factors_of)
