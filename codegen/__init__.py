"""Compiles quantized .tflite models to standalone C for microcontrollers."""

from .api import Options, compile_model
from .custom import CustomOperator
from .emission.module import CModule
from .errors import CodegenError

__all__ = ["CModule", "CodegenError", "CustomOperator", "Options", "compile_model"]
