"""Writes small model files by the libraries that people save theirs with, for the tests of src/formats.

    python -m venv build/peers
    build/peers/bin/pip install xgboost-cpu==3.2.0 lightgbm==4.7.0 catboost==1.2.10 safetensors==0.8.0 onnx==1.23.2
    build/peers/bin/python test/golden/model_files.py

Files go to test/golden/data/model-files. Everything is seeded, but CatBoost writes the time and a random id.
"""

import pickle
from pathlib import Path

import lightgbm
import numpy as np
import onnx
import pandas as pd
import xgboost
from catboost import CatBoostClassifier
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

FOLDER = Path(__file__).parent / "data" / "model-files"
NAMES = ["age", "fee", "rows"]
draw = np.random.default_rng(7)
X = draw.normal(size=(60, 3)).astype("float32")
y = (X[:, 0] + X[:, 1] > 0).astype(int)


def trees():
    rows = xgboost.DMatrix(X, label=y, feature_names=NAMES)
    booster = xgboost.train({"max_depth": 2, "objective": "binary:logistic", "nthread": 1}, rows, 2)
    booster.save_model(FOLDER / "xgboost.json")
    booster.save_model(FOLDER / "xgboost.ubj")
    (FOLDER / "xgboost.pkl").write_bytes(pickle.dumps(booster))

    settings = {"objective": "binary", "num_leaves": 3, "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1}
    model = lightgbm.train(settings, lightgbm.Dataset(X, y, feature_name=NAMES), 2)
    model.save_model(FOLDER / "lightgbm.txt")

    # With a column of categories, whose tables both formats hold.
    table = pd.DataFrame({"age": X[:, 0], "plan": [f"plan {i % 5}" for i in range(len(X))]})
    by_plan = [int(i % 5 > 2) for i in range(len(X))]
    options = {"iterations": 1, "depth": 1, "random_seed": 1, "thread_count": 1, "verbose": False}
    cats = CatBoostClassifier(**options, one_hot_max_size=2, allow_writing_files=False)
    cats.fit(table, by_plan, cat_features=["plan"])
    cats.save_model(str(FOLDER / "catboost.cbm"))
    cats.save_model(str(FOLDER / "catboost.json"), format="json")
    plain = CatBoostClassifier(**options, allow_writing_files=False).fit(X, y)
    plain.save_model(str(FOLDER / "catboost.onnx"), format="onnx")


def linear():
    """y = x · w + b; the weights are large enough to be put into a file beside the model."""
    values = {"w": draw.normal(size=(3, 200)).astype("float32"), "b": np.zeros(200, "float32")}
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("Add", ["h", "b"], ["y"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 200])],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def tensors():
    save_file(
        {"w": X[:4], "b": np.arange(3, dtype="int64"), "empty": np.zeros((0, 2), "float16")},
        FOLDER / "tensors.safetensors",
        metadata={"format": "np", "note": "né"},
    )
    onnx.save(linear(), FOLDER / "linear.onnx")
    beside = {"save_as_external_data": True, "location": "external.weights", "size_threshold": 100}
    (FOLDER / "external.weights").unlink(missing_ok=True)
    onnx.save(linear(), FOLDER / "external.onnx", **beside)


FOLDER.mkdir(parents=True, exist_ok=True)
trees()
tensors()
