"""Channels that are one constant for every possible input, and channels that nobody reads, are not computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ..graph import Graph, Operator, Quantization, Subgraph, Tensor, read_only
from ..operators._weighted import constant_data
from ..operators.composed import lookup_of
from ..operators.conv_2d import convolution
from ..operators.depthwise_conv_2d import multiplier_of
from ..operators.fully_connected import sizes
from ._intervals import POOLS, VIEWS, channels_of, intervals, of_int8
from ._rewrite import accepted, results, substituted

if TYPE_CHECKING:
    from ..graph import Array

GRANULE = 4
"""Tensors keep a multiple of so many channels: kernels take a word of int8 at a time."""


def constant_channels(graph: Graph) -> Graph:
    """`graph` without the channels of int8 tensors that every reader can do without.

    A reader can do without a channel of its input
    - CONV_2D and FULLY_CONNECTED: where all its weights for it are 0, or where the channel is a constant v for every
      input and is the zero point or never padded: sum(w * (v - zero point)) over the taps moves into the bias;
    - DEPTHWISE_CONV_2D, pools, views, elementwise functions: where nobody needs the channels of the output that it
      makes of this one.
    The largest set of channels that fulfils this is found by starting from all and taking back what violates it.

    Proof: `intervals` bounds every channel over all inputs (each accumulator between the sums of its least and its
    greatest products, for every pattern of taps on padding; requantization and clamps are monotone), so a channel with
    equal bounds is that constant. A convolution adds (x - zero point) * w for taps inside the image: with x = v this is
    (v - zero point) * w at every output position where no tap is padded, and 0 everywhere where v is the zero point.
    Integer addition is associative, so the accumulator of every other channel is the same number as before.
    Model inputs, outputs, variables and tensors of other operators keep their channels; a bias that would leave 32 bits
    keeps the channel too. What a tensor keeps is in `Tensor.kept`.
    """
    new: dict[Tensor, Tensor] = {}
    changed = []
    for subgraph in graph.subgraphs:
        drops = _Drops(graph, subgraph)
        if not drops.dropped:
            changed.append(subgraph)
            continue
        new |= {tensor: _thinner(tensor, drops.kept(tensor)) for tensor in drops.dropped}
        operators = tuple(drops.without(op) for op in subgraph.operators)
        changed.append(replace(subgraph, operators=operators))
    return substituted(replace(graph, subgraphs=tuple(changed)), new) if new else graph


def _thinner(tensor: Tensor, kept: Array) -> Tensor:
    before = tensor.kept or range(channels_of(tensor))
    return replace(tensor, shape=(*tensor.shape[:-1], len(kept)), kept=tuple(before[k] for k in kept))


@dataclass(frozen=True, slots=True, eq=False)
class _Link:
    """Channels that go together: `groups` of the tensors, [classes, channels of the tensor in a class] each."""

    tensors: tuple[Tensor, ...]
    groups: tuple[Array, ...]


class _Drops:
    """The channels of a subgraph's tensors that are not computed."""

    def __init__(self, graph: Graph, subgraph: Subgraph) -> None:
        self._bounds = intervals(subgraph)
        keep = {*subgraph.inputs, *results(graph, subgraph)}
        free = [t for op in subgraph.operators for t in op.outputs if t in self._bounds and t not in keep]
        self._drop = {t: np.ones(channels_of(t), bool) for t in free if not t.is_variable and t.shape}
        self._links: dict[Operator, _Link | None] = {op: _link(op) for op in subgraph.operators}
        self._sums = {op for op in subgraph.operators if _is_sum(op)}
        self._settle(subgraph)
        while self._rounded():
            self._settle(subgraph)
        self.dropped = tuple(tensor for tensor, drop in self._drop.items() if drop.any())

    def kept(self, tensor: Tensor) -> Array:
        """The channels that stay."""
        return np.flatnonzero(~self._dropped(tensor))

    def _dropped(self, tensor: Tensor) -> Array:
        return self._drop.get(tensor, np.zeros(channels_of(tensor), bool))

    def _settle(self, subgraph: Subgraph) -> None:
        """Takes back channels until every operator can do without the rest."""
        changed = True
        while changed:
            changed = False
            for op in reversed(subgraph.operators):
                changed |= self._restrict(op)

    def _restrict(self, op: Operator) -> bool:
        """Takes back what `op` cannot do without; whether anything changed."""
        link = self._links[op]
        if link is not None:
            return self._together(link)
        is_sum = op in self._sums
        changed = is_sum and self._only(op.input(), self._dispensable(op))
        for tensor in (*op.inputs[1 if is_sum else 0 :], *(() if is_sum else op.outputs)):
            if tensor is not None:
                changed |= self._only(tensor, np.zeros(channels_of(tensor), bool))
        return changed

    def _together(self, link: _Link) -> bool:
        together = np.ones(len(link.groups[0]), bool)
        for tensor, groups in zip(link.tensors, link.groups, strict=True):
            together &= self._dropped(tensor)[groups].all(axis=1)
        changed = False
        for tensor, groups in zip(link.tensors, link.groups, strict=True):
            allowed = np.zeros(channels_of(tensor), bool)
            allowed[groups[together].reshape(-1)] = True
            changed |= self._only(tensor, allowed)
        return changed

    def _only(self, tensor: Tensor, allowed: Array) -> bool:
        """Takes back what is not `allowed`; whether anything changed."""
        if tensor not in self._drop or not (self._drop[tensor] & ~allowed).any():
            return False
        self._drop[tensor] = self._drop[tensor] & allowed
        return True

    def _dispensable(self, op: Operator) -> Array:
        """The channels of the input that a weighted sum can do without."""
        x = op.input()
        if x not in self._drop or not self._drop[x].any():
            return np.zeros(channels_of(x), bool)
        weights = _by_channel(op)
        unread = ~weights[~self._dropped(op.output)].any(axis=(0, 1))
        bounds = self._bounds[x]
        foldable = bounds.is_constant & ((bounds.low == x.zero_point) | (not _is_padded(op)))
        found = np.asarray(unread | foldable)
        return found if _fits(self._bias(op, weights, found & self._drop[x])) else np.asarray(unread)

    def _bias(self, op: Operator, weights: Array, drop: Array) -> Array:
        """The bias with the dropped channels of the input in it, int64 [output channels]."""
        bias, x = op.optional_input(2), op.input()
        start = np.zeros(weights.shape[0], np.int64) if bias is None else constant_data(bias).reshape(-1)
        values = np.where(drop & self._bounds[x].is_constant, self._bounds[x].low - x.zero_point, 0)
        return np.asarray(start.astype(np.int64) + weights.sum(axis=1) @ values)

    def _rounded(self) -> bool:
        """Takes channels back so that every tensor has at least one, and a multiple of GRANULE where it had more."""
        for tensor, drop in self._drop.items():
            kept = int((~drop).sum())
            wanted = min(max(-(-kept // GRANULE), 1) * GRANULE, drop.size)
            if drop.any() and kept < wanted:
                back = np.flatnonzero(drop)[: wanted - kept]
                self._drop[tensor] = drop.copy()
                self._drop[tensor][back] = False
                return True
        return False

    # ------------------------------------------------------------------------------------------------ rewriting
    def without(self, op: Operator) -> Operator:
        """`op` with constants for the channels that stay; its tensors are replaced later."""
        touched = [tensor for tensor in (*op.inputs, *op.outputs) if tensor is not None and self._dropped(tensor).any()]
        if not touched:
            return op
        if op in self._sums:
            return self._thinner_sum(op)
        if op.type == "DEPTHWISE_CONV_2D":
            kept = self.kept(op.output)
            inputs = [op.input(), _sliced(op.input(1), kept, 3)]
            return replace(op, inputs=(*inputs, *(_sliced(bias, kept, 0) if bias else None for bias in op.inputs[2:])))
        if op.type in VIEWS:  # the output's shape counts
            return replace(op, type="RESHAPE", inputs=op.inputs[:1], options=MappingProxyType({}))
        return op

    def _thinner_sum(self, op: Operator) -> Operator:
        x, w, bias = op.input(), op.input(1), op.optional_input(2)
        drop, kept = self._dropped(x), self.kept(op.output)
        folded = self._bias(op, _by_channel(op), drop)
        data = constant_data(w)
        columns = np.tile(~drop, data.shape[-1] // drop.size)
        weights = replace(w, shape=(*w.shape[:-1], int(columns.sum())), data=read_only(data[..., columns].copy()))
        if bias is None and folded.any():
            bias = Tensor(-2000 - op.index, f"{op.name} bias", (folded.size,), "int32", _product(x, w))
        if bias is not None:
            bias = replace(bias, shape=(folded.size,), data=read_only(folded.astype(np.dtype(bias.dtype))))
        sums = (x, _sliced(weights, kept, 0), _sliced(bias, kept, 0) if bias is not None else None)
        return replace(op, inputs=(*sums, *op.inputs[3:]))


def _product(x: Tensor, weights: Tensor) -> Quantization:
    assert weights.quantization is not None
    scales = tuple(x.scale * scale for scale in weights.quantization.scales)
    return Quantization(scales, (0,) * len(scales))


def _sliced(tensor: Tensor, kept: Array, axis: int) -> Tensor:
    """The constant `tensor` with the slices `kept` along `axis` alone, and their scales."""
    data = np.take(constant_data(tensor), kept, axis=axis)
    quantization = tensor.quantization
    if quantization is not None and quantization.is_per_channel:
        scales, zeros = (tuple(values[k] for k in kept) for values in (quantization.scales, quantization.zero_points))
        quantization = replace(quantization, scales=scales, zero_points=zeros)
    return replace(tensor, shape=data.shape, data=read_only(data), quantization=quantization)


def _fits(bias: Array) -> bool:
    return bool((np.abs(bias) < 1 << 31).all())


def _is_sum(op: Operator) -> bool:
    """Whether every output channel of `op` is a sum over all input channels, of int8."""
    if op.type not in ("CONV_2D", "FULLY_CONNECTED") or accepted(op) is None or not of_int8(op):
        return False
    if op.type == "CONV_2D":
        return convolution(op).groups == 1
    return sizes(op).depth % channels_of(op.input()) == 0


def _is_padded(op: Operator) -> bool:
    if op.type != "CONV_2D":
        return False
    window = convolution(op).window
    return window.height.is_padded or window.width.is_padded


def _by_channel(op: Operator) -> Array:
    """The weights of a sum as [output channels, taps, channels of the input] of int64."""
    weights = constant_data(op.input(1))
    return weights.reshape(weights.shape[0], -1, channels_of(op.input())).astype(np.int64)


def _link(op: Operator) -> _Link | None:
    """Which channels of input and output of `op` go together; None where all of them must stay."""
    if len(op.outputs) != 1 or accepted(op) is None or not of_int8(op):
        return None
    x, y = op.input(), op.output
    if not x.shape or not y.shape or any(tensor is not None and not tensor.is_constant for tensor in op.inputs[1:]):
        return None
    times = _times(op, x, y)
    if times is None:
        return None
    inputs = np.arange(channels_of(x))[:, None]
    outputs = np.arange(channels_of(y))
    is_depthwise = op.type == "DEPTHWISE_CONV_2D"
    return _Link((x, y), (inputs, outputs.reshape(-1, times) if is_depthwise else outputs.reshape(times, -1).T))


def _times(op: Operator, x: Tensor, y: Tensor) -> int | None:
    """How many channels of `y` come of one of `x`."""
    if op.type == "DEPTHWISE_CONV_2D":
        return multiplier_of(op)
    if op.type in VIEWS:
        times, rest = divmod(channels_of(y), channels_of(x))
        return None if rest or not times else times
    if op.type in POOLS or _is_function(op, x, y):
        return 1
    return None


def _is_function(op: Operator, x: Tensor, y: Tensor) -> bool:
    family = accepted(op)
    return family is not None and x.shape == y.shape and lookup_of(family, op) is not None
