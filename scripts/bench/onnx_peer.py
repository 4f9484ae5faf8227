"""The peer of the ONNX benchmark: onnxruntime in Python on the same rows in equal batches.

usage: onnx_peer.py models FOLDER               train and write the models, once
       onnx_peer.py predict MODEL ROWS BATCH   prints JSON: {"ms": float, "cpuMs": float, "some": [...]}

Rows are made by a formula that the other side uses too. Timed: loading the runtime, opening the session and predicting
all rows, from a table of columns in memory (a DataFrame as pandas reads it: float64 and text) to labels and scores in
memory, which is what the other side reads too. Not timed: starting Python, importing numpy and pandas.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

WIDE = 50
NUMBERS, TEXTS, LEVELS = 8, 4, 20


def number(rows: int, column: int) -> np.ndarray:
    i = np.arange(rows, dtype=np.int64)
    return ((i * (31 + 2 * column) + 17 * column) % 1009 / 1009)


def text(rows: int, column: int) -> np.ndarray:
    i = np.arange(rows, dtype=np.int64)
    levels = np.array([f"level {k}" for k in range(LEVELS)], dtype=object)
    return levels[(i * (7 + column) + column) % LEVELS]


def models(folder: Path) -> None:
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import GradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    rows = 20_000
    wide = np.stack([number(rows, k) for k in range(WIDE)], axis=1).astype(np.float32)
    y = wide[:, 0] + wide[:, 1] * wide[:, 2] > 0.8
    boosting = GradientBoostingClassifier(n_estimators=100, max_depth=5, subsample=0.3, max_features=0.2, random_state=1)
    boosting.fit(wide, y)
    options = {"zipmap": False}
    tensor = to_onnx(boosting, initial_types=[("x", FloatTensorType([None, WIDE]))], options=options, target_opset=18)
    (folder / "tensor.onnx").write_bytes(tensor.SerializeToString())

    numbers, texts = [f"n{k}" for k in range(NUMBERS)], [f"t{k}" for k in range(TEXTS)]
    table = pd.DataFrame({name: number(rows, k).astype(np.float32) for k, name in enumerate(numbers)})
    for k, name in enumerate(texts):
        table[name] = text(rows, k)
    encode = make_column_transformer((OneHotEncoder(sparse_output=False), texts), remainder="passthrough")
    boosting = GradientBoostingClassifier(n_estimators=80, max_depth=3, subsample=0.25, random_state=1)
    pipeline = make_pipeline(encode, boosting).fit(table[numbers + texts], table["n0"] + table["n1"] > 1)
    inputs = [(name, FloatTensorType([None, 1])) for name in numbers]
    inputs += [(name, StringTensorType([None, 1])) for name in texts]
    columns = to_onnx(pipeline, initial_types=inputs, options=options, target_opset=18)
    (folder / "columns.onnx").write_bytes(columns.SerializeToString())


def predict(model: str, rows: int, batch: int) -> None:
    one_tensor = Path(model).stem == "tensor"
    table = pd.DataFrame({f"n{k}": number(rows, k) for k in range(WIDE if one_tensor else NUMBERS)})
    if not one_tensor:
        for k in range(TEXTS):
            table[f"t{k}"] = text(rows, k)

    started, cpu = time.perf_counter(), time.process_time()
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs = [output.name for output in session.get_outputs()]
    if one_tensor:
        features = {"x": table.to_numpy(dtype=np.float32)}
    else:
        features = {
            name: table[[name]].to_numpy(dtype=np.float32 if name.startswith("n") else object) for name in table.columns
        }
    labels, parts = [], []
    for start in range(0, rows, batch):
        feed = {name: values[start : start + batch] for name, values in features.items()}
        label, score = session.run(outputs, feed)
        labels.append(label)
        parts.append(score[:, 1])
    scores, labels = np.concatenate(parts).astype(np.float64), np.concatenate(labels)
    ms, cpu_ms = (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000

    some = scores[:: max(1, rows // 100)]
    print(json.dumps({"ms": ms, "cpuMs": cpu_ms, "some": some.tolist()}))


if __name__ == "__main__":
    if sys.argv[1] == "models":
        models(Path(sys.argv[2]))
    else:
        predict(sys.argv[2], *map(int, sys.argv[3:5]))
