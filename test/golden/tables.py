"""Writes small tables with the real peers (pandas, pyarrow), and what they hold as Python reads it.

    .venv/bin/python test/golden/tables.py

Each file of data/tables/ has an entry in expected.json: column -> [kind, cells], a cell being null, a number (its repr, so
that infinities fit), a text, or a time in milliseconds. The tests read the files and compare cell for cell.
"""

import datetime as dt
import decimal
import gzip
import json
import math
import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.json as pajson
import pyarrow.parquet as pq

OUT = pathlib.Path(__file__).parent / "data" / "tables"
ROWS = 40

rng = np.random.default_rng(7)
EPOCH = pd.Timestamp("1970-01-01", tz="UTC")


def frame() -> pd.DataFrame:
    score = rng.random(ROWS)
    score[3] = np.nan
    return pd.DataFrame(
        {
            "id": np.arange(1, ROWS + 1),
            "big": np.arange(ROWS) + 9_007_199_254_740_993,
            "score": score,
            "tiny": rng.random(ROWS) * 10.0 ** rng.integers(-300, 300, ROWS),
            "amount": rng.normal(100, 20, ROWS).round(2),
            "region": pd.Categorical(rng.choice(["NE", "SW", "N, W"], ROWS)),
            "note": [None if i % 7 == 0 else f'line {i}\n"quoted", ünïcødé 日本 {i % 5}' for i in range(ROWS)],
            "ok": rng.integers(0, 2, ROWS).astype(bool),
            "at": pd.date_range("2013-01-01T05:00:00.250", periods=ROWS, freq="7h"),
            "day": [dt.date(2013, 1, 1) + dt.timedelta(days=i) for i in range(ROWS)],
        }
    )


def milliseconds(value) -> int:
    stamp = pd.Timestamp(value)
    stamp = stamp.tz_localize("UTC") if stamp.tz is None else stamp.tz_convert("UTC")
    return (stamp - EPOCH) // pd.Timedelta(milliseconds=1)


def cells(values, kind):
    out = []
    for value in values:
        if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            out.append(None)
        elif kind == "number":
            out.append(repr(float(value)))
        elif kind == "time":
            out.append(milliseconds(value))
        elif isinstance(value, (bool, np.bool_)):
            out.append("true" if value else "false")
        else:
            out.append(str(value))
    return [kind, out]


KINDS = {
    "id": "number",
    "big": "text",
    "score": "number",
    "tiny": "number",
    "amount": "number",
    "region": "text",
    "note": "text",
    "ok": "text",
    "at": "time",
    "day": "time",
}


def expected(table: pd.DataFrame, kinds=KINDS) -> dict:
    return {name: cells(table[name].tolist(), kinds[name]) for name in table.columns}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    table = frame()
    truth: dict = {}

    def add(name: str, write, of: pd.DataFrame = table, kinds=KINDS) -> None:
        write(OUT / name)
        truth[name] = expected(of, kinds)

    add("pandas.csv", lambda f: table.to_csv(f, index=False))
    add("pandas.csv.gz", lambda f: f.write_bytes(gzip.compress(table.to_csv(index=False).encode(), mtime=0)))
    add("pandas-crlf-semicolon.csv", lambda f: table.to_csv(f, index=False, sep=";", lineterminator="\r\n", encoding="utf-8-sig"))
    add("pandas.tsv", lambda f: table.to_csv(f, index=False, sep="\t", na_rep="NA"), table.assign(note=table["note"].fillna("NA")))
    add("pandas-quoted.csv", lambda f: table.to_csv(f, index=False, quoting=1))
    with_index = table.copy()
    with_index.insert(0, "Unnamed: 0", np.arange(ROWS))
    add("pandas-index.csv", lambda f: table.to_csv(f), with_index, {**KINDS, "Unnamed: 0": "number"})
    add("pandas.jsonl", lambda f: table.assign(at=table["at"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f"), day=table["day"].astype(str)).to_json(f, orient="records", lines=True, double_precision=15), table.assign(score=[None if math.isnan(v) else float(f"{v:.15g}") for v in table["score"]]).drop(columns=["score", "tiny"]))
    add("pandas.parquet", lambda f: table.to_parquet(f, index=False))
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    add("snappy.parquet", lambda f: pq.write_table(arrow, f, compression="snappy", row_group_size=16))
    add("gzip-v1.parquet", lambda f: pq.write_table(arrow, f, compression="gzip", version="1.0", use_dictionary=False))
    add("pandas.feather", lambda f: table.to_feather(f))
    add("lz4.arrow", lambda f: feather.write_feather(arrow, f, compression="lz4", chunksize=16))
    add("zstd.arrow", lambda f: feather.write_feather(arrow, f, compression="zstd"))
    add("plain.arrow", lambda f: feather.write_feather(arrow, f, compression="uncompressed"))

    def stream(f: pathlib.Path) -> None:
        with pa.OSFile(str(f), "wb") as sink, pa.ipc.new_stream(sink, arrow.schema) as writer:
            writer.write_table(arrow, max_chunksize=16)

    add("stream.ipc", stream)

    types = pd.DataFrame(
        {
            "i8": np.arange(ROWS) % 100,
            "u64": np.arange(ROWS, dtype=np.uint64) + 18_000_000_000_000_000_000,
            "f32": (rng.random(ROWS).astype(np.float32)).astype(float),
            "price": [decimal.Decimal(i * 7919 - 50_000).scaleb(-2) for i in range(ROWS)],
            "ns": pd.date_range("1969-12-31T23:59:59.999999999", periods=ROWS, freq="1001ms"),
            "zoned": pd.date_range("2013-06-01T12:00", periods=ROWS, freq="1D", tz="America/New_York"),
            "large": [f"text number {i % 9}" for i in range(ROWS)],
            "nothing": [None] * ROWS,
        }
    )
    kinds = {"i8": "number", "u64": "text", "f32": "number", "price": "number", "ns": "time", "zoned": "time", "large": "text", "nothing": "number"}
    typed = pa.Table.from_arrays(
        [
            pa.array(types["i8"], pa.int8()),
            pa.array(types["u64"], pa.uint64()),
            pa.array(types["f32"], pa.float32()),
            pa.array(types["price"], pa.decimal128(12, 2)),
            pa.array(types["ns"], pa.timestamp("ns")),
            pa.array(types["zoned"], pa.timestamp("us", tz="America/New_York")),
            pa.array(types["large"], pa.large_string()),
            pa.nulls(ROWS),
        ],
        names=list(types.columns),
    )
    add("types.arrow", lambda f: feather.write_feather(typed, f), types, kinds)
    add("types.parquet", lambda f: pq.write_table(typed, f), types, kinds)

    text = json.dumps(truth, ensure_ascii=False, separators=(",", ":"))
    (OUT / "expected.json").write_text(text + "\n")
    print(f"{len(truth)} files, {sum(f.stat().st_size for f in OUT.iterdir()) // 1024} kB in {OUT}")


if __name__ == "__main__":
    main()
