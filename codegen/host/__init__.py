"""CModule to a library on this machine, called with numpy arrays."""
