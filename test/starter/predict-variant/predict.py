"""Rows without target → id and the probability of a late arrival, under names of this script's own choice."""

import argparse
import sys

import joblib
import pandas as pd

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--input", required=True)
parser.add_argument("--output", required=True)
arguments = parser.parse_args()

rows = pd.read_csv(arguments.input)
if "late" in rows.columns:
    sys.exit("predict.py: the rows hold the answer")
pipeline = joblib.load(arguments.model)
probability = pipeline.predict_proba(rows[pipeline.feature_names_in_])[:, 1]
pd.DataFrame({"flight": rows["id"], "proba": probability}).to_csv(arguments.output, index=False)
