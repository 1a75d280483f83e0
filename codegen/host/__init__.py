"""CModule to a library on this machine, called with numpy arrays."""

from .model import HostModel, load

__all__ = ["HostModel", "load"]
