"""What is claimed of operators, and the record of tests that proves it: see `recorder` and `results`."""
