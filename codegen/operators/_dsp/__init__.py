"""Kernels for Armv7E-M and Armv8-M with the DSP extension: two products an instruction, tables made ahead of time."""
