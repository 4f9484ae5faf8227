"""Train the late-flight classifier of params.yaml and write it as ONNX: one input per column, preprocessing inside.

Under Slipway the variables below say where things are; without them the script runs by itself on data/flights.csv,
trains on the rows before 1 April and writes to model/.

SLIPWAY_DATA_TRAIN   training rows (CSV or Parquet)
SLIPWAY_PARAMS       parameters (YAML or JSON)
SLIPWAY_OUTPUT_DIR   where model.onnx and metrics.json go
SLIPWAY_SEED         seed of everything random
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import yaml
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TARGET = "late"
STANDALONE_UNTIL = "2013-04-01"
CHECKED_ROWS = 2000
LARGEST_DIFFERENCE = 1e-4  # between scikit-learn (float64) and its ONNX form (float32)


def load_params() -> dict:
    file = Path(os.environ.get("SLIPWAY_PARAMS", "params.yaml"))
    return yaml.safe_load(file.read_text())


def load_rows() -> pd.DataFrame:
    """The training rows: all that Slipway hands over, or January to March of the prepared file."""
    given = os.environ.get("SLIPWAY_DATA_TRAIN")
    file = Path(given or "data/flights.csv")
    if not file.exists():
        sys.exit(f"train.py: {file} does not exist; run: python prepare.py")
    rows = pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file)
    return rows if given else rows[rows["ts"] < STANDALONE_UNTIL]


def build(params: dict, categories: list[str], numbers: list[str], seed: int) -> Pipeline:
    """Preprocessing and classifier as one pipeline, so that one file holds all a prediction needs."""
    kind = params["model"]
    numeric = make_pipeline(SimpleImputer(strategy="median"))
    if kind == "logistic_regression":
        numeric.steps.append(("scale", StandardScaler()))
        classifier = LogisticRegression(**params[kind])
    elif kind == "gradient_boosting":
        # HistGradientBoostingClassifier would be faster, but skl2onnx cannot convert it. Trees see unscaled numbers:
        # a scaled value can round to the other side of a split when ONNX computes it in float32.
        classifier = GradientBoostingClassifier(**params[kind], random_state=seed)
    else:
        sys.exit(f'train.py: params.yaml: model is "{kind}"; expected logistic_regression or gradient_boosting')
    one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    preprocessing = ColumnTransformer([("categories", one_hot, categories), ("numbers", numeric, numbers)])
    return Pipeline([("preprocessing", preprocessing), ("classifier", classifier)])


def convert(pipeline: Pipeline, categories: list[str], numbers: list[str], zipmap: bool) -> bytes:
    """The pipeline as ONNX with one [rows, 1] input per column: text for categories, float for numbers."""
    inputs = [(name, StringTensorType([None, 1])) for name in categories]
    inputs += [(name, FloatTensorType([None, 1])) for name in numbers]
    model = to_onnx(pipeline, initial_types=inputs, options={"zipmap": zipmap}, target_opset=18)
    return model.SerializeToString()


def largest_difference(model: bytes, rows: pd.DataFrame, categories: list[str], expected: np.ndarray) -> float:
    """How far the converted model is from the original on these rows: a conversion is believed only when checked."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    feed = {
        name: rows[[name]].to_numpy(dtype=object if name in categories else np.float32) for name in rows.columns
    }
    scores = session.run(None, feed)[1]
    if isinstance(scores, list):
        scores = np.array([[row[0], row[1]] for row in scores])
    return float(np.abs(scores[:, 1] - expected).max())


def main() -> None:
    params = load_params()
    seed = int(os.environ.get("SLIPWAY_SEED", "1"))
    output = Path(os.environ.get("SLIPWAY_OUTPUT_DIR", "model"))
    categories = params["features"]["categories"]
    numbers = params["features"]["numbers"] + params["features"]["weather"]

    rows = load_rows()
    features = rows[categories + numbers].astype({name: np.float32 for name in numbers})
    print(f"training {params['model']} on {len(rows):,} flights, {len(categories + numbers)} columns, seed {seed}")
    pipeline = build(params, categories, numbers, seed).fit(features, rows[TARGET])

    model = convert(pipeline, categories, numbers, bool(params["onnx"]["zipmap"]))
    some = features.iloc[:CHECKED_ROWS]
    difference = largest_difference(model, some, categories, pipeline.predict_proba(some)[:, 1])
    if not difference <= LARGEST_DIFFERENCE:
        sys.exit(f"train.py: the ONNX model differs from scikit-learn's by {difference:.2g}; not written")

    auc = roc_auc_score(rows[TARGET], pipeline.predict_proba(features)[:, 1])
    output.mkdir(parents=True, exist_ok=True)
    (output / "model.onnx").write_bytes(model)
    metrics = {"rows": len(rows), "train_roc_auc": round(auc, 6), "onnx_difference": difference}
    (output / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    print(f"wrote model.onnx: AUC {auc:.3f} on its own training rows, which says nothing about new ones")


if __name__ == "__main__":
    main()
