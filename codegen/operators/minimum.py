"""MINIMUM of two tensors: the smaller element, broadcast to each other where their shapes differ."""

from __future__ import annotations

from ._extremum import extremum_family

FAMILY = extremum_family("MINIMUM")
