"""One call for many bands: what is affine in the rows is found, what is not stays apart, nothing is guessed."""

from __future__ import annotations

import pytest

from codegen.operators.family import Address, Affine, Band, Call, Kernel, Provider, Value, native_call
from codegen.planning.bands import MisfitError, bands_of, call_variants
from tests.planning.models import FakeKernel, Net, target

BANDS = bands_of(7, 2)


class Given(FakeKernel):
    """A kernel whose call has the value that `make` gives for a band."""

    def __init__(self, make: object, provider: Provider = "cmsis-nn") -> None:
        self.make = make
        self.provider = provider  # type: ignore[misc]

    def call(self, op: object, target: object, band: Band | None) -> Call:  # type: ignore[override]
        assert callable(self.make)
        return native_call("fake", value=self.make(band))


def variants(kernel: Kernel) -> list[tuple[Band, Value]]:
    net = Net()
    op = net.op("WINDOW", [net.input((1, 7, 2, 2))], [net.tensor((1, 7, 2, 2))])
    return [(band, call.arguments[0][1]) for band, call in call_variants(kernel, op, target(), tuple(BANDS))]


def test_the_last_band_may_be_shorter() -> None:
    assert [(band.first, band.last) for band in BANDS] == [(0, 2), (2, 4), (4, 6), (6, 7)]


@pytest.mark.parametrize("affine", [Affine(1, 0, 0), Affine(3, 0, -5), Affine(0, 1, 0), Affine(-4, 4, 1)])
@pytest.mark.parametrize("provider", ["native", "cmsis-nn"])
def test_affine_integers_are_one_call(affine: Affine, provider: Provider) -> None:
    ((band, value),) = variants(Given(affine.at, provider))
    assert (band, value) == (Band(0, 7), affine)


def test_padding_above_and_below_has_calls_of_its_own() -> None:
    def rows(band: Band) -> int:
        return min(band.last + 1, 7) - max(band.first - 1, 0)

    found = variants(Given(rows))
    assert [(band.first, band.last) for band, _ in found] == [(0, 2), (2, 7)]
    assert [value for _, value in found] == [3, Affine(-2, 2, 0)]


def test_rows_of_addresses_are_found() -> None:
    net = Net()
    tensor = net.input((1, 7, 2, 2))
    ((_, value),) = variants(Given(lambda band: Address(tensor, row=2 * band.first)))
    assert isinstance(value, Address)
    assert value.row == Affine(2, 0, 0)


def test_a_native_kernel_whose_calls_are_not_affine_is_refused() -> None:
    with pytest.raises(MisfitError):
        variants(Given(lambda band: band.first * band.first, "native"))
