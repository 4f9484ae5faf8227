"""Golden values of special functions and tests: scipy, and closed forms in exact rational arithmetic.

Run: .venv/bin/python test/golden/statistics.py
"""

import json
import pathlib
from fractions import Fraction
from math import comb

import numpy as np
from scipy import special, stats

OUT = pathlib.Path(__file__).parent / "data" / "statistics.json"


def delong(y, a, b):
    """DeLong's covariance by the definition: every pair of a positive and a negative, O(m n)."""
    y, a, b = map(np.asarray, (y, a, b))
    psi = lambda s: (s[y == 1][:, None] > s[y == 0]) + 0.5 * (s[y == 1][:, None] == s[y == 0])
    pa, pb = psi(a), psi(b)
    v10 = np.cov(np.stack([pa.mean(1), pb.mean(1)]))
    v01 = np.cov(np.stack([pa.mean(0), pb.mean(0)]))
    cov = v10 / (y == 1).sum() + v01 / (y == 0).sum()
    z = (pa.mean() - pb.mean()) / np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    return {"auc": [pa.mean(), pb.mean()], "cov": cov.tolist(), "z": z, "p": 2 * stats.norm.sf(abs(z))}


def uniform(seed, n):
    out, s = [], seed
    for _ in range(n):
        s = s * 48271 % 2147483647
        out.append(s / 2147483647)
    return np.array(out)


def mcnemar(b, c):
    n, k = b + c, min(b, c)
    tail = Fraction(sum(comb(n, i) for i in range(k + 1)), 2**n)
    pmf = Fraction(comb(n, k), 2**n)
    return float(min(1, 2 * tail)), float(min(1, 2 * tail - pmf))


def delong_cases():
    for seed, n, share, grid in [(3, 60, 0.5, 0), (4, 400, 0.1, 20), (5, 2000, 0.3, 0), (6, 3000, 0.02, 50)]:
        y = (uniform(seed, n) < share).astype(int)
        noise = uniform(seed + 100, n)
        a = noise * 0.7 + 0.2 * y + 0.3 * uniform(seed + 200, n)
        b = noise * 0.7 + 0.1 * y + 0.3 * uniform(seed + 300, n)
        if grid:
            a, b = np.floor(a * grid), np.floor(b * grid)
        yield {"seed": seed, "n": n, "share": share, "grid": grid, **delong(y, a, b)}


xs = [0.0, 1e-8, 0.1, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0, 26.0]
dfs = [0.5, 1, 1.7, 2, 3.3, 6, 8.3, 9, 29.9, 100, 1234.5, 1e6]
ps = [1e-10, 1e-4, 0.005, 0.025, 0.2, 0.4999, 0.7, 0.975, 0.9995]
gold = {
    "erfc": [[s * x, special.erfc(s * x)] for x in xs for s in (1, -1)],
    "normalQuantile": [[p, stats.norm.ppf(p)] for p in [1e-300, 1e-20, *ps, 1 - 1e-12]],
    "logGamma": [[x, special.gammaln(x)] for x in [1e-5, 0.1, 0.5, 0.99, 1.5, 2.5, 7.7, 14.9, 15.1, 100, 1e5, 1e10]],
    "lowerGamma": [[a, x, special.gammainc(a, x)] for a in (0.3, 1, 5.5, 60) for x in (0.01, 0.9, 4, 70)],
    "upperGamma": [[a, x, special.gammaincc(a, x)] for a in (0.3, 1, 5.5, 60) for x in (0.01, 0.9, 4, 70)],
    "incompleteBeta": [
        [a, b, x, special.betainc(a, b, x)]
        for a in (0.5, 1, 3.3, 40, 5000) for b in (0.5, 2, 17.5, 3000) for x in (0.001, 0.2, 0.5, 0.63, 0.97)
    ],
    "tCdf": [[t, df, stats.t.cdf(t, df)] for df in dfs for t in (-30, -4, -1, 0.3, 2.5)],
    "tQuantile": [[p, df, stats.t.ppf(p, df)] for df in dfs for p in ps],
    "binomialCdf": [[k, n, p, stats.binom.cdf(k, n, p)] for n in (1, 10, 1000, 10**6) for p in (0.02, 0.5) for k in (0, n // 100, n // 50, n // 2)],
    "binomialPmf": [[k, n, p, stats.binom.pmf(k, n, p)] for n in (1, 10, 1000, 10**6) for p in (0.02, 0.5) for k in (0, n // 50, n // 2)],
    "chiSquaredSf": [[x, df, stats.chi2.sf(x, df)] for df in (1, 2.5, 30) for x in (0.1, 3.84, 21.35556, 200)],
    "mcnemar": [[b, c, *mcnemar(b, c)] for b, c in [(8, 2), (70, 59), (30, 60), (10, 10), (121, 59), (0, 5), (1, 0)]],
    "midranks": [[list(v), stats.rankdata(v).tolist()] for v in ([3.0, 1.0, 3.0, 2.0, 3.0], [0.0, -0.0, 1.0, -5.0])],
    "delong": list(delong_cases()),
}

if __name__ == "__main__":
    OUT.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in gold.items()) + "\n}\n")
