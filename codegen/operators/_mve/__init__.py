"""Our kernels for Armv8.1-M with the vector extension MVE (Cortex-M55, M85)."""
