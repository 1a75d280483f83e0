"""The short requantization is the reference's: compared in C over generated sums, and per channel at every step."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from codegen.arithmetic import MultiplierShift
from codegen.operators._dsp.requantize import Step, computed, reference, requantization, same_steps, sum_bounds
from codegen.resources import data_dir

CASES = Path(__file__).with_name("requantize_cases.c")


def test_generated_sums(rng: np.random.Generator, full: bool, tmp_path: Path) -> None:
    """10^9 sums when full; the program has both forms in C."""
    program = tmp_path / "cases"
    include = data_dir("runtime_c") / "include"
    subprocess.run(["gcc", "-O2", f"-I{include}", str(CASES), "-o", str(program)], check=True)
    count, seed = (10**9 if full else 10**7), int(rng.integers(1 << 31))
    made = subprocess.run([str(program), str(count), str(seed)], check=True, capture_output=True, text=True)
    compared, wrong = map(int, made.stdout.split())
    assert compared >= count
    assert wrong == 0, f"{wrong} of {compared} differ: {count} {seed}"


def _random_channel(rng: np.random.Generator) -> tuple[int, int, MultiplierShift]:
    low, high = sorted(int(x) for x in rng.integers(-(1 << 23) + 1, 1 << 23, 2) >> int(rng.integers(0, 20)))
    return low, high, MultiplierShift(int(rng.integers(1 << 30, 1 << 31)), int(rng.integers(-31, 3)))


@pytest.mark.parametrize("prescale", [8, 2])
def test_every_step(prescale: int, rng: np.random.Generator, full: bool) -> None:
    """Whatever channel is taken, small factors too: equal at and beside every step, and at the ends."""
    taken = 0
    for _ in range(5000 if full else 300):
        low, high, factor = _random_channel(rng)
        zero_point = int(rng.choice((-128, 127, 0, int(rng.integers(-128, 128)))))
        clamp = ((-128, 127), (zero_point, 127), (zero_point, min(zero_point + 60, 127)))[int(rng.integers(3))]
        made = requantization((np.array([low]), np.array([high])), [factor], zero_point, clamp, prescale)
        if made is None:
            continue
        taken += 1
        (step,) = made.steps
        ends = low, high
        wanted = [reference(x, factor, zero_point, clamp) for x in ends]
        found = [computed(x, step, linear=made.linear, clamp=clamp, prescale=prescale) for x in ends]
        assert wanted == found, (ends, factor, clamp)
        assert same_steps(
            lambda x, f=factor, z=zero_point, c=clamp: reference(x, f, z, c),  # type: ignore[misc]
            lambda x, s=step, m=made, c=clamp: computed(  # type: ignore[misc]
                x, s, linear=m.linear, clamp=c, prescale=prescale
            ),
            low,
            high,
        ), (ends, factor, zero_point, clamp)
    assert taken > 100


def test_small_factors_are_taken_or_refused(rng: np.random.Generator) -> None:
    """Factors below 2^-17 have no proof but their steps: those taken are is equal on its whole interval."""
    taken = 0
    for _ in range(60):
        factor = MultiplierShift(int(rng.integers(1 << 30, 1 << 31)), -int(rng.integers(17, 21)))
        made = requantization((np.array([-300_000]), np.array([300_000])), [factor], 5, (-128, 127))
        if made is None:
            continue
        taken += 1
        xs = np.arange(-300_000, 300_001, 97)
        for x in xs.tolist():
            assert reference(x, factor, 5, (-128, 127)) == computed(x, made.steps[0], linear=True, clamp=(-128, 127)), (
                x,
                factor,
            )
    assert taken > 10


def test_same_steps_sees_a_difference() -> None:
    factor = MultiplierShift(1_500_000_000, -8)
    right = Step(factor.multiplier, (1 << 6) + (1 << 14), 15)
    wrong = Step(factor.multiplier + 4096, (1 << 6) + (1 << 14), 15)
    for step, same in ((right, True), (wrong, False)):
        found = same_steps(
            lambda x: reference(x, factor, 0, (-128, 127)),
            lambda x, s=step: computed(x, s, linear=True, clamp=(-128, 127)),  # type: ignore[misc]
            -100_000,
            100_000,
        )
        assert found is same


def test_wrapping_sums_are_refused() -> None:
    """Sums beyond 23 bits, and those that the reference shifts out of 32 bits, are for the general kernels."""
    half = MultiplierShift(1 << 30, 0)
    wide = np.array([-(1 << 23)]), np.array([1 << 10])
    assert requantization(wide, [MultiplierShift(1 << 30, -8)], 0, (-128, 127)) is None
    assert requantization((np.array([-(1 << 30)]), np.array([1])), [half._replace(shift=2)], 0, (-128, 127)) is None


def test_bounds_are_reached() -> None:
    weights = np.array([[3, -5], [127, 127]])
    low, high = sum_bounds(weights, np.array([10, -10]), -128)
    assert low.tolist() == [10 - 5 * 255, -10]
    assert high.tolist() == [10 + 3 * 255, -10 + 254 * 255]
