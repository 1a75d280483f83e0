"""What the emitted C costs, measured: `python -m benchmarks.run`."""
