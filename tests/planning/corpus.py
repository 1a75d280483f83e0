"""Generated graphs as networks are: chains, residual blocks, inception cells, U-Nets and random DAGs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from codegen.graph import Graph, Tensor
from tests.planning.models import Net

SAID = 0.8
"""The part of the kernels that say in which order they read and write."""


def _conv(net: Net, rng: random.Random, x: Tensor, channels: int, *, stride: int = 1) -> Tensor:
    """A convolution with the scratch of an im2col now and then."""
    _, h, w, c = x.shape
    scratch = rng.choice((0, 0, 2 * 2 * 9 * c))
    if rng.random() < SAID:
        return net.slide(x, channels, stride, rng.choice((1, 3, 3, 5)), scratch)
    if stride == 1:
        return net.window(x, channels, scratch=scratch)
    return net.whole(x, shape=(1, -(-h // 2), -(-w // 2), channels), scratch=scratch)


def _start(net: Net, rng: random.Random) -> Tensor:
    side = rng.choice((8, 16, 24, 48, 96))
    return net.input((1, side, rng.choice((side, side + 1, side // 2)), rng.choice((1, 3, 8))))


def _end(net: Net, rng: random.Random, x: Tensor) -> Graph:
    x = net.whole(x, shape=(1, 1, 1, x.shape[3]), scratch=rng.choice((0, 4 * x.shape[3])))
    x = net.view(x, (1, x.shape[3]))
    return net.build(net.whole(net.whole(x, shape=(1, 10)), shape=(1, 10)))


def chain(rng: random.Random) -> Graph:
    net = Net()
    x = _start(net, rng)
    for _ in range(rng.randint(2, 40)):
        wider = rng.random() < 0.25
        x = _conv(net, rng, x, min(x.shape[3] * 2, 256) if wider else x.shape[3], stride=2 if wider else 1)
    return _end(net, rng, x)


def residual(rng: random.Random) -> Graph:
    net = Net()
    x = _conv(net, rng, _start(net, rng), rng.choice((8, 16, 24)))
    for _ in range(rng.randint(2, 16)):
        stride = 2 if rng.random() < 0.3 else 1
        wide = x.shape[3] * stride
        y = _conv(net, rng, _conv(net, rng, x, wide * rng.choice((1, 1, 4)), stride=stride), wide)
        skip = _conv(net, rng, x, wide, stride=2) if stride == 2 else x
        x = net.sum(skip, y) if rng.random() < SAID else net.whole(skip, y, shape=y.shape)
    return _end(net, rng, x)


def inception(rng: random.Random) -> Graph:
    net = Net()
    x = _conv(net, rng, _start(net, rng), 16, stride=2)
    for _ in range(rng.randint(1, 8)):
        branches = []
        for _ in range(rng.randint(2, 5)):
            y = x
            for _ in range(rng.randint(1, 3)):
                y = _conv(net, rng, y, rng.choice((4, 8, 12, 16, 24)))
            branches.append(y)
        x = net.whole(*branches, shape=(*x.shape[:3], sum(y.shape[3] for y in branches)))
        x = _conv(net, rng, x, 16, stride=rng.choice((1, 2)))
    return _end(net, rng, x)


def u_net(rng: random.Random) -> Graph:
    net = Net()
    x = _conv(net, rng, net.input((1, 32, rng.choice((32, 48)), 3)), rng.choice((4, 8)))
    skips = []
    for _ in range(rng.randint(1, 4)):
        x = _conv(net, rng, x, x.shape[3])
        skips.append(x)
        x = _conv(net, rng, x, x.shape[3] * 2, stride=2)
    for skip in reversed(skips):
        up = net.whole(x, shape=(*skip.shape[:3], x.shape[3]))
        x = net.whole(up, skip, shape=(*skip.shape[:3], up.shape[3] + skip.shape[3]))
        x = _conv(net, rng, x, skip.shape[3])
    return net.build(_conv(net, rng, x, 1))


def dag(rng: random.Random) -> Graph:
    """5 to 200 tensors; most read what was made just before, some reach far back."""
    net = Net()
    pool = [net.input((rng.randint(1, 64), 32)) for _ in range(rng.randint(1, 3))]
    for _ in range(rng.randint(5, 200) - len(pool)):
        near = [pool[-rng.randint(1, min(4, len(pool)))] for _ in range(rng.randint(1, 2))]
        far = [rng.choice(pool)] if rng.random() < 0.1 else []
        size = rng.choice((rng.randint(1, 64), 2 ** rng.randint(0, 6)))
        pool.append(net.whole(*near, *far, shape=(size, 32), scratch=rng.choice((0, 0, 0, 256))))
    return net.build(*pool[-rng.randint(1, 3) :])


SHAPES: tuple[Callable[[random.Random], Graph], ...] = (chain, residual, inception, u_net, dag)


def graphs(seed: int, count: int) -> Iterator[tuple[str, Graph]]:
    """`count` graphs, the shapes in turn."""
    for number in range(count):
        make = SHAPES[number % len(SHAPES)]
        yield f"{make.__name__} {number}", make(random.Random(f"{seed} {number}"))
