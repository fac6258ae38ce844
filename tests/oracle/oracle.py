#!/usr/bin/env python3
"""Recomputes the gaps report from docs/method.md alone and compares every column with the program's.

    oracle.py BINARY [--bed FOLDER] [--show N]

Places: the made-up town of `hereabouts demo`; the same made harder (harder.py); Bath, where the test bed is. Each in
straight lines and along its streets. Exit 1 where any value differs as printed.
"""

import argparse
import csv
import io
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

import demand
import gaps
import harder
import lists
import places
import records
import streets
import supply
import tables
import travel

ROOT = Path(__file__).resolve().parents[2]
RESOLUTION = 9
AS_OF = date(2026, 10, 15)
WORDS = {"id", "area_code", "area_name", "need", "period", "travel", "status", "geography", "basis", "reading", "as_of"}
WORDS |= {"confidence"}
AS_PRINTED = 0.0005 + 1e-9
# Where two maps of streets meet, a way may be some millimetres longer or shorter here: of all figures, 3 in 100,000.
ALONG_STREETS = 3e-5


def study_of(program, files):
    """A study of what a store holds; along streets where their files are given."""
    of_areas = records.areas(program), RESOLUTION, records.figures(program, "population", "people")
    found = places.Places(*of_areas, np.array(records.postcodes(program)))
    needs, kinds = tables.needs(), tables.kinds()
    deciles = records.figures(program, "deprivation", "decile")
    asked = demand.Demand(found, needs, AS_OF, program.records("demand"), deciles)
    told = lists.lists(program, program.records("assets"))
    ways = streets.AlongStreets(found, files) if files else travel.StraightLine(found)
    return gaps.Study(found, needs, kinds, supply.assets(program, kinds), told, asked, ways, AS_OF)


def apart(column, ours, theirs, alike):
    """How far apart two values are: 0 where they agree as printed, infinite where they cannot be subtracted."""
    if column == "confidence_reasons":
        ours = ";".join(ours)
    if column in WORDS | {"confidence_reasons"} or ours is None or theirs == "":
        return 0.0 if ("" if ours is None else str(ours)) == theirs else float("inf")
    away = abs(float(theirs) - ours)
    return 0.0 if away <= AS_PRINTED + alike * max(1, abs(ours)) else away


class Comparison:
    """Column by column: how many values were compared, how many differ, and by how much at most."""

    def __init__(self):
        self.columns, self.examples = {}, {}

    def add(self, rows, text, what, alike):
        ours, theirs = ({r["id"]: r for r in table} for table in (rows, csv.DictReader(io.StringIO(text))))
        if ours.keys() != theirs.keys():
            raise SystemExit(f"{what}: rows that only one has: {sorted(ours.keys() ^ theirs.keys())[:3]}")
        for row, their in theirs.items():
            for column, value in their.items():
                away = apart(column, ours[row][column], value, alike)
                compared, differ, most = self.columns.get(column, (0, 0, 0.0))
                self.columns[column] = compared + 1, differ + (away > 0), max(most, away)
                if away:
                    said = f"{row} {what}: {value!r}, by the method {ours[row][column]!r}"
                    self.examples.setdefault(column, []).append(said)

    def tell(self, show):
        print(f"  {'column':<24}{'compared':>9}{'differ':>8}  largest difference")
        for column, (compared, differ, most) in self.columns.items():
            how_much = "" if not differ else "not comparable" if most == float("inf") else f"{most:.6g}"
            print(f"  {column:<24}{compared:>9}{differ:>8}  {how_much}".rstrip())
            for said in self.examples.get(column, [])[:show]:
                print(f"      {said}")
        return sum(differ for _, differ, _ in self.columns.values())


def compare(program, geographies, files, show):
    """One place, in straight lines in both readings and along its streets."""
    found = Comparison()
    for basis, readings, ways in (("straight-line", ("likely", "listed"), []), ("streets", ("likely",), files)):
        study = study_of(program, ways)
        for geography in geographies:
            for reading in readings:
                how = ["--geography", geography, "--reading", reading, "--travel", basis, "--as-of", str(AS_OF)]
                text = program.ask("gaps", "--format", "csv", *how)
                found.add(
                    gaps.report(study, geography, reading),
                    text,
                    f"({geography}, {reading}, {basis})",
                    ALONG_STREETS if ways else 0,
                )
        if not all(study.of_need(need.id).grid_holds() for need in study.needs):
            raise SystemExit(f"the grid of the likely reading is out of its bound ({basis})")
    return found.tell(show)


def build(binary, place, store, *more):
    done = subprocess.run(
        [binary, "build", place, "--store", store, *more], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    return records.Program(binary, str(store))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--bed", type=Path, help="folder of the test bed, which has Bath")
    parser.add_argument("--show", type=int, default=3, help="examples of each column that differs")
    asked = parser.parse_args()
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        town, hard = Path(folder) / "town", Path(folder) / "hard"
        subprocess.run([asked.binary, "demo", "--once", "--keep", town], check=True, capture_output=True)
        harder.make(town, hard)
        for name, at, geographies in (
            ("the made-up town", town, ["doggerby"]),
            ("harder", hard, ["doggerby", "district"]),
        ):
            print(f"{name}:")
            program = build(asked.binary, at / "place.toml", at / "store")
            differ += compare(program, geographies, [at / "streets.geojson"], asked.show)
        if asked.bed and (asked.bed / "bath").is_dir():
            print("Bath:")
            program = build(asked.binary, ROOT / "tests/real/bath.toml", Path(folder) / "bath", "--data", asked.bed)
            roads = [asked.bed / "bath/streets" / name for name in ("os_roads.geojson", "banes_prow_bath.geojson")]
            differ += compare(program, ["msoa11", "lsoa21"], roads, asked.show)
    print("every value agrees" if not differ else f"{differ} values differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
