"""Compiles quantized .tflite models to standalone C for microcontrollers."""

from .api import Options, compile_model
from .emission.module import CModule
from .errors import CodegenError

__all__ = ["CModule", "CodegenError", "Options", "compile_model"]
