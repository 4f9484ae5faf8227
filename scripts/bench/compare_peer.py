"""The peer of the comparison benchmark: what a careful person writes with pandas, scikit-learn and numpy.

Reads two predictions files, aligns them by id, computes five metrics of both models with scikit-learn, bootstraps their
paired differences (B resamples of rows) and the difference in roc_auc of every level of every slice column (the same
resamples), all with 95 % percentile intervals.

The bootstrap is not the naive one that calls scikit-learn B times (it would take hours): a resample is a vector of row
counts, scores are sorted once, and every metric is computed from counts by cumulative sums in numpy. Slices share the
counts; each slice's order of scores is prepared once.

usage: compare_peer.py CANDIDATE BASELINE RESAMPLES
Prints JSON: {"fixed_ms", "bootstrap_ms", "resamples", "metrics", "slices"}
"""

import json
import sys
import time

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, brier_score_loss, f1_score, log_loss, roc_auc_score

METRICS = ["roc_auc", "average_precision", "log_loss", "brier", "f1"]


def read(file: str) -> pd.DataFrame:
    return pd.read_csv(file)


def with_sklearn(y: np.ndarray, score: np.ndarray) -> list[float]:
    return [
        roc_auc_score(y, score),
        average_precision_score(y, score),
        log_loss(y, score),
        brier_score_loss(y, score),
        f1_score(y, score >= 0.5),
    ]


class Ranking:
    """Rows of one model sorted by descending score, with the ends of its ties, prepared once for all resamples."""

    def __init__(self, y: np.ndarray, score: np.ndarray, rows: np.ndarray | None = None):
        some = np.arange(len(y)) if rows is None else rows
        order = np.argsort(-score[some], kind="stable")
        self.order = some[order]
        self.y = y[self.order].astype(bool)
        ends = np.flatnonzero(np.diff(score[self.order], append=np.nan))
        self.ends = ends if len(ends) < len(some) else None  # None: no ties

    def curve(self, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weighted true and false positives at each threshold."""
        weight = counts[self.order]
        true = np.cumsum(np.where(self.y, weight, 0), dtype=np.int64)
        both = np.cumsum(weight, dtype=np.int64)
        if self.ends is not None:
            true, both = true[self.ends], both[self.ends]
        return true, both - true

    def roc_auc(self, curve: tuple[np.ndarray, np.ndarray]) -> float:
        true, false = curve
        area = np.dot(np.diff(false, prepend=0), true + np.concatenate(([0], true[:-1]))) / 2
        return area / (float(true[-1]) * float(false[-1]))

    def average_precision(self, curve: tuple[np.ndarray, np.ndarray]) -> float:
        true, false = curve
        precision = true / np.maximum(true + false, 1)
        return float(np.dot(np.diff(true, prepend=0), precision) / true[-1])


class Losses:
    """What the sums need, per row."""

    def __init__(self, y: np.ndarray, score: np.ndarray):
        clipped = np.clip(score, 1e-15, 1 - 1e-15)
        self.log = -np.where(y == 1, np.log(clipped), np.log1p(-clipped))
        self.square = (score - y) ** 2
        flagged = score >= 0.5
        self.flagged, self.hit = flagged.astype(float), (flagged & (y == 1)).astype(float)
        self.y = y.astype(float)

    def metrics(self, counts: np.ndarray) -> list[float]:
        n = counts.sum()
        f1 = 2 * (counts @ self.hit) / (counts @ self.flagged + counts @ self.y)
        return [counts @ self.log / n, counts @ self.square / n, f1]


def main() -> None:
    resamples = int(sys.argv[3])
    started = time.perf_counter()
    candidate, baseline = read(sys.argv[1]), read(sys.argv[2])
    if not candidate["id"].equals(baseline["id"]):
        baseline = baseline.set_index("id").loc[candidate["id"]].reset_index()
    if not candidate["target"].equals(baseline["target"]):
        sys.exit("the targets differ")
    y = candidate["target"].to_numpy()
    scores = [candidate["score"].to_numpy(), baseline["score"].to_numpy()]
    values = [with_sklearn(y, score) for score in scores]

    rankings = [Ranking(y, score) for score in scores]
    losses = [Losses(y, score) for score in scores]
    columns = [name for name in candidate.columns if name.startswith("s") and name != "score"]
    slices = {
        f"{name}={level}": [Ranking(y, score, np.asarray(rows)) for score in scores]
        for name in columns
        for level, rows in candidate.groupby(name).indices.items()
    }
    fixed = time.perf_counter() - started

    started = time.perf_counter()
    rng = np.random.default_rng(1)
    drawn = np.empty((resamples, len(METRICS)))
    drawn_slices = np.empty((resamples, len(slices)))
    n = len(y)
    for b in range(resamples):
        counts = np.bincount(rng.integers(0, n, n, dtype=np.int32), minlength=n)
        as_float = counts.astype(float)
        both = []
        for ranking, loss in zip(rankings, losses):
            curve = ranking.curve(counts)
            both.append([ranking.roc_auc(curve), ranking.average_precision(curve), *loss.metrics(as_float)])
        drawn[b] = np.subtract(*both)
        for k, (ours, theirs) in enumerate(slices.values()):
            drawn_slices[b, k] = ours.roc_auc(ours.curve(counts)) - theirs.roc_auc(theirs.curve(counts))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    slice_low, slice_high = np.percentile(drawn_slices, [2.5, 97.5], axis=0)
    bootstrap = time.perf_counter() - started

    metrics = {
        name: {"candidate": values[0][k], "baseline": values[1][k], "low": low[k], "high": high[k]}
        for k, name in enumerate(METRICS)
    }
    answer = {
        "fixed_ms": fixed * 1000,
        "bootstrap_ms": bootstrap * 1000,
        "resamples": resamples,
        "metrics": metrics,
        "slices": {name: [slice_low[k], slice_high[k]] for k, name in enumerate(slices)},
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
