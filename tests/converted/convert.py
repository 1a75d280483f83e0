"""A process that converts one network of `networks.py`: convert.py NETWORK FOLDER KIND...

Writes FOLDER/KIND.tflite, or where the converter refuses FOLDER/KIND.txt with what it said. It may crash: start it
again with the same folder, and it goes on with the next kind.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}

import networks
import numpy as np
import tensorflow as tf

CASES = 16
"""Of the representative data set."""


def shake(variables: list[tf.Variable]) -> None:
    """Weights, biases and statistics that are not the 0 and 1 of an untrained network."""
    rng = np.random.default_rng(1)
    for variable in variables:
        kind = variable.path.split("/")[-1] if hasattr(variable, "path") else ""
        if kind in ("beta", "bias", "moving_mean"):
            variable.assign(rng.normal(0, 0.1, variable.shape))
        elif kind in ("gamma", "moving_variance"):
            variable.assign(rng.uniform(0.7, 1.4, variable.shape))


def converter_of(model: tf.keras.Model | tf.Module, folder: str) -> tf.lite.TFLiteConverter:
    """The converter. Variables that a module assigns stay variables: only saved models can tell those."""
    if not isinstance(model, networks.DsCnn):
        shake(model.weights)
        return tf.lite.TFLiteConverter.from_keras_model(model)
    model(tf.zeros(model.__call__.input_signature[0].shape))
    tf.saved_model.save(model, folder)
    converter = tf.lite.TFLiteConverter.from_saved_model(folder)
    converter.experimental_enable_resource_variables = True
    return converter


def converted(name: str, kind: str, folder: str) -> bytes:
    """The .tflite file of network `name`; `folder` is for files that nobody needs."""
    tf.keras.utils.set_random_seed(1)
    model = networks.NETWORKS[name]()
    is_module = isinstance(model, networks.DsCnn)
    shapes = {x.name: x.shape for x in (model.__call__.input_signature if is_module else model.inputs)}
    converter = converter_of(model, folder)

    def data() -> Iterator[dict[str, np.ndarray] | list[np.ndarray]]:
        rng = np.random.default_rng(2)
        for _ in range(CASES):
            case = {name: rng.normal(0, 0.5, x).clip(-1, 1).astype(np.float32) for name, x in shapes.items()}
            yield case if len(case) > 1 else list(case.values())  # the converter sorts several by their names

    if kind != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind.startswith("int"):
        sets = tf.lite.OpsSet
        wide = sets.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        converter.representative_dataset = data
        converter.target_spec.supported_ops = [sets.TFLITE_BUILTINS_INT8 if kind == "int8" else wide]
        converter.inference_input_type = converter.inference_output_type = tf.int8 if kind == "int8" else tf.int16
    return converter.convert()


def main(name: str, folder: Path, kinds: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        model, said = folder / f"{kind}.tflite", folder / f"{kind}.txt"
        if model.exists() or said.exists():
            continue
        said.write_text("the converter crashed\n", encoding="utf-8")
        try:
            with tempfile.TemporaryDirectory() as temporary:
                model.write_bytes(converted(name, kind, temporary))
            said.unlink()
        except Exception as error:  # noqa: BLE001 - whatever the converter raises is the answer
            said.write_text(f"{type(error).__name__}: {error}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
