"""Kernels in little code: one loop for everything, where flash is what the user wants least of.

They say nothing of what they take: where nobody measured them they come last.
"""
