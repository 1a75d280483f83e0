"""Kernels for cores with a multiplier of 32 bits and few registers (Armv6-M): five sums at a time."""
