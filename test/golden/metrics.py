"""Golden values of metrics: scikit-learn in float64 on inputs that both sides can draw exactly.

Inputs come from the minimal standard generator s <- 48271 s mod (2^31 - 1), u = s / (2^31 - 1), which is exact in
doubles; test/golden/draw.ts draws the same. Run: .venv/bin/python test/golden/metrics.py
"""

import json
import math
import pathlib
import warnings

import numpy as np
from sklearn import metrics as m

warnings.filterwarnings("ignore")
OUT = pathlib.Path(__file__).parent / "data" / "metrics.json"


class Draw:
    def __init__(self, seed):
        self.state = seed

    def uniform(self, n):
        out = np.empty(n)
        for i in range(n):
            self.state = self.state * 48271 % 2147483647
            out[i] = self.state / 2147483647
        return out


def binary(seed, n, share, grid, weighted):
    d = Draw(seed)
    y = (d.uniform(n) < share).astype(int)
    score = (d.uniform(n) * 0.6 + y * 0.4 * d.uniform(n))
    if grid:
        score = np.floor(score * grid) / grid
    w = np.floor(d.uniform(n) * 8) / 4 if weighted else None
    return y, score, w


def values_binary(y, score, w):
    pred = (score >= 0.5).astype(int)
    s = {"sample_weight": w}
    out = {
        "accuracy": m.accuracy_score(y, pred, **s),
        "balanced_accuracy": m.balanced_accuracy_score(y, pred, **s),
        "mcc": m.matthews_corrcoef(y, pred, **s),
        "log_loss": m.log_loss(y, score, labels=[0, 1], **s),
        "brier": m.brier_score_loss(y, score, pos_label=1, labels=[0, 1], **s),
        "precision@t=0.3": m.precision_score(y, (score >= 0.3).astype(int), zero_division=0, **s),
        "recall@t=0.3": m.recall_score(y, (score >= 0.3).astype(int), zero_division=0, **s),
        "recall[0]": m.recall_score(y, pred, pos_label=0, zero_division=0, **s),
    }
    for kind, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        out[kind] = f(y, pred, zero_division=0, **s)
        for average in ("macro", "micro", "weighted"):
            out[f"{kind}_{average}"] = f(y, pred, average=average, zero_division=0, **s)
    if 0 < y.sum() < len(y):
        out["roc_auc"] = m.roc_auc_score(y, score, **s)
        out["average_precision"] = m.average_precision_score(y, score, **s)
        fpr, tpr, _ = m.roc_curve(y, score, drop_intermediate=False, **s)
        for limit in (1, 5, 20):
            out[f"recall@fpr<={limit}%"] = tpr[fpr <= limit / 100 * (1 + 1e-12)][-1]
    else:
        out["roc_auc"] = None
        out["average_precision"] = None if y.sum() == 0 else m.average_precision_score(y, score, **s)
    return out


def multiclass(seed, n, shares, grid, weighted):
    d = Draw(seed)
    k = len(shares)
    y = np.searchsorted(np.cumsum(shares)[:-1], d.uniform(n), side="right")
    raw = np.stack([d.uniform(n) + (y == c) * 0.5 * d.uniform(n) for c in range(k)], axis=1)
    if grid:
        raw = np.floor(raw * grid) / grid + 1 / 64
    p = raw / raw.sum(axis=1, keepdims=True)
    w = np.floor(d.uniform(n) * 8) / 4 + 0.25 if weighted else None
    return y, p, w


def values_multiclass(y, p, w):
    pred = np.argmax(p, axis=1)
    k = p.shape[1]
    s = {"sample_weight": w}
    out = {
        "accuracy": m.accuracy_score(y, pred, **s),
        "balanced_accuracy": m.balanced_accuracy_score(y, pred, **s),
        "mcc": m.matthews_corrcoef(y, pred, **s),
        "log_loss": m.log_loss(y, p, labels=list(range(k)), **s),
        "brier": m.brier_score_loss(y, p, labels=list(range(k)), **s),
    }
    for kind, f in (("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)):
        for average in ("macro", "micro", "weighted"):
            out[f"{kind}_{average}"] = f(y, pred, average=average, zero_division=0, **s)
        out[f"{kind}[c1]"] = f(y, pred, labels=[1], average="macro", zero_division=0, **s)
    if len(np.unique(y)) == k:
        out["roc_auc_ovr"] = m.roc_auc_score(y, p, multi_class="ovr", **s)
        out["roc_auc_ovr_weighted"] = m.roc_auc_score(y, p, multi_class="ovr", average="weighted", **s)
        out["average_precision"] = m.average_precision_score(y, p, **s)
        out["roc_auc[c1]"] = m.roc_auc_score(y == 1, p[:, 1], **s)
        if w is None:
            out["roc_auc_ovo"] = m.roc_auc_score(y, p, multi_class="ovo")
            out["roc_auc_ovo_weighted"] = m.roc_auc_score(y, p, multi_class="ovo", average="weighted")
    else:
        out["roc_auc_ovr"] = None
    return out


def regression(seed, n, kind, weighted):
    d = Draw(seed)
    y = d.uniform(n) * 10 + 0.5
    if kind == "constant":
        y = np.full(n, 3.7)
    if kind == "lognormal":
        y = np.exp(4 * d.uniform(n))
    if kind == "grid":
        y = np.floor(y)
    prediction = y + (d.uniform(n) - 0.45)
    if kind == "grid":
        prediction = np.floor(prediction * 2) / 2
    w = np.floor(d.uniform(n) * 8) / 4 if weighted else None
    return y, prediction, w


def values_regression(y, p, w):
    s = {"sample_weight": w}
    return {
        "mae": m.mean_absolute_error(y, p, **s),
        "mse": m.mean_squared_error(y, p, **s),
        "rmse": m.root_mean_squared_error(y, p, **s),
        "r2": m.r2_score(y, p, **s) if np.ptp(y) > 0 else 0.0,
        "mape": None if (y == 0).any() else m.mean_absolute_percentage_error(y, p, **s),
        "medae": m.median_absolute_error(y, p, **s),
        "pinball@0.9": m.mean_pinball_loss(y, p, alpha=0.9, **s),
        "pinball@0.1": m.mean_pinball_loss(y, p, alpha=0.1, **s),
    }


def cases():
    for seed, n, share, grid, weighted in [
        (11, 60, 0.5, 0, False), (12, 60, 0.5, 4, False), (13, 500, 0.05, 0, False), (14, 500, 0.3, 10, True),
        (15, 5000, 0.001, 0, False), (16, 20000, 0.001, 100, True), (17, 60, 0.0, 0, False), (18, 60, 1.0, 0, False),
        (19, 200, 0.5, 1, False), (20, 5000, 0.4, 0, True), (21, 100000, 0.2, 0, False),
    ]:
        args = {"seed": seed, "n": n, "share": share, "grid": grid, "weighted": weighted}
        yield {"task": "binary", **args, "values": values_binary(*binary(**args))}
    for seed, n, shares, grid, weighted in [
        (31, 60, [0.4, 0.3, 0.3], 0, False), (32, 300, [0.7, 0.2, 0.1], 4, False), (33, 3000, [0.9, 0.05, 0.04, 0.01], 0, True),
        (34, 500, [0.5, 0.5, 0.0], 0, False), (35, 20000, [0.2] * 5, 16, False),
    ]:
        args = {"seed": seed, "n": n, "shares": shares, "grid": grid, "weighted": weighted}
        yield {"task": "multiclass", **args, "values": values_multiclass(*multiclass(**args))}
    for seed, n, kind, weighted in [
        (51, 60, "plain", False), (52, 61, "plain", True), (53, 1000, "lognormal", False), (54, 1000, "lognormal", True),
        (55, 60, "constant", False), (56, 400, "grid", False), (57, 400, "grid", True), (58, 100000, "plain", False),
    ]:
        args = {"seed": seed, "n": n, "kind": kind, "weighted": weighted}
        yield {"task": "regression", **args, "values": values_regression(*regression(**args))}


def clean(value):
    if value is None or math.isnan(value):
        return None
    return float(value)


if __name__ == "__main__":
    rows = [{**case, "values": {k: clean(v) for k, v in case["values"].items()}} for case in cases()]
    OUT.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
