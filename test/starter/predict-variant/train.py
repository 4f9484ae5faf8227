"""The flights starter without ONNX: the fitted scikit-learn pipeline is kept as it is and loaded by predict.py."""

import json
import os
from pathlib import Path

import joblib
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

CATEGORIES = ["origin", "dest", "carrier"]
NUMBERS = ["weekday", "departure_hour", "distance", "temp", "humid", "wind_speed", "precip", "visib", "pressure"]

rows = pd.read_csv(os.environ["SLIPWAY_DATA_TRAIN"])
output = Path(os.environ["SLIPWAY_OUTPUT_DIR"])
numeric = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
columns = [("categories", OneHotEncoder(handle_unknown="ignore"), CATEGORIES), ("numbers", numeric, NUMBERS)]
pipeline = Pipeline([("columns", ColumnTransformer(columns)), ("classifier", LogisticRegression(max_iter=300))])
pipeline.fit(rows[CATEGORIES + NUMBERS], rows["late"])

auc = roc_auc_score(rows["late"], pipeline.predict_proba(rows[CATEGORIES + NUMBERS])[:, 1])
output.mkdir(parents=True, exist_ok=True)
joblib.dump(pipeline, output / "model.joblib")
(output / "metrics.json").write_text(json.dumps({"rows": len(rows), "train_roc_auc": round(auc, 6)}) + "\n")
