#!/usr/bin/env python3
"""Recomputes the gaps report of a store from docs/method.md alone, and compares it with the program's, column by column.

    oracle.py BINARY STORE [--geography ID] [--reading likely|listed] [--as-of DAY] [--streets]

Exit 1 where any value differs.
"""

import argparse
import csv
import io
import sys
from datetime import date

import numpy as np

import demand
import gaps
import lists
import places
import records
import supply
import tables
import travel

TEXT = {"id", "area_code", "area_name", "need", "period", "travel", "status", "geography", "basis", "reading", "as_of"}
TEXT |= {"confidence", "confidence_reasons"}
HALF_A_THOUSANDTH = 0.0005 + 1e-9


def study_of(program, as_of, reading):
    found = places.Places(
        records.areas(program),
        9,
        records.figures(program, "population", "people"),
        np.array(records.postcodes(program)),
    )
    needs, kinds = tables.needs(), tables.kinds()
    deciles = records.figures(program, "deprivation", "decile")
    asked = demand.Demand(found, needs, as_of, program.records("demand"), deciles)
    listings = supply.listings(program)
    return gaps.Study(
        found,
        needs,
        kinds,
        supply.assets(program, kinds),
        lists.lists(program, listings),
        asked,
        travel.StraightLine(found),
        as_of,
        reading,
    )


def differs(column, ours, theirs):
    """How far apart two values are: 0 where they agree as printed, None where one is not known and the other is."""
    if column == "confidence_reasons":
        ours = ";".join(ours)
    if ours is None or theirs == "":
        return 0.0 if (ours is None or ours == "") and theirs == "" else None
    if column in TEXT:
        return 0.0 if str(ours) == theirs else None
    apart = abs(float(theirs) - ours)
    return 0.0 if apart <= HALF_A_THOUSANDTH else apart


def compare(rows, text, show):
    theirs = {r["id"]: r for r in csv.DictReader(io.StringIO(text))}
    ours = {r["id"]: r for r in rows}
    wrong = len(ours.keys() ^ theirs.keys())
    if wrong:
        print(f"rows that one has and the other has not: {wrong}, as {sorted(ours.keys() ^ theirs.keys())[0]}")
    columns = list(next(iter(theirs.values())))
    print(f"{'column':<26}{'compared':>9}{'differ':>8}  largest difference")
    for column in columns:
        pairs = [(differs(column, ours[i][column], theirs[i][column]), i) for i in theirs if i in ours]
        bad = [(apart, i) for apart, i in pairs if apart != 0]
        numbers = [apart for apart, _ in bad if apart is not None]
        wrong += len(bad)
        print(f"{column:<26}{len(pairs):>9}{len(bad):>8}  {max(numbers, default=0):.6g}")
        for _, i in bad[:show]:
            print(f"    {i}: {theirs[i][column]!r}, here {ours[i][column]!r}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("store")
    parser.add_argument("--geography", required=True)
    parser.add_argument("--reading", default="likely", choices=["likely", "listed"])
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 10, 15))
    parser.add_argument("--show", type=int, default=3)
    asked = parser.parse_args()
    program = records.Program(asked.binary, asked.store)
    study = study_of(program, asked.as_of, asked.reading)
    text = program.ask(
        "gaps", "--format", "csv", "--geography", asked.geography, "--reading", asked.reading,
        "--as-of", str(asked.as_of), "--travel", "straight-line",
    )  # fmt: skip
    gaps.FEW_OF = {r["id"]: r["status"] for r in csv.DictReader(io.StringIO(text))}
    rows = gaps.report(study, asked.geography)
    return 1 if compare(rows, text, asked.show) else 0


if __name__ == "__main__":
    sys.exit(main())
