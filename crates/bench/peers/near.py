"""With our server at port 18499: near.py KEPT writes the assets that we know as CSV (id, cost, step_free, verified_on);
near.py ADDRESSES ANSWERS says whether PostgreSQL and we answer alike, where ANSWERS has PostgreSQL's answer to each address as
JSON, a line each. What is asked in words is not compared: trigrams find other things than stems, synonyms and slips do."""

import csv
import io
import json
import sys
import urllib.request

SERVER = "http://127.0.0.1:18499"
PAGE = 1000
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def own(address):
    with urllib.request.urlopen(SERVER + address) as answer:
        found = json.load(answer)
    counts = found["facets"]
    return {
        "total": found["total"],
        "results": [result["id"] for result in found["results"]],
        "free": counts["free"],
        "step_free": counts["step_free"],
        "week": counts["open"]["week"],
        "kind": counts["kind"],
        "need": counts["need"],
        "day": {day: count for day, count in counts["day"].items() if count},
        "removed": {removed["parameter"]: removed["listings"] for removed in found["removed"]},
    }


def theirs(line):
    found = json.loads(line)
    counts = found["facets"]
    return {
        "total": found["total"],
        "results": [result["id"] for result in found["results"]],
        "free": counts["free"],
        "step_free": counts["step_free"],
        "week": counts["open"]["week"],
        "kind": counts["kind"] or {},
        "need": counts["need"] or {},
        "day": {DAYS[int(day)]: count for day, count in (counts["day"] or {}).items()},
        "removed": {name: count for name, count in found["removed"].items() if count},
    }


def keep(path):
    offset = 0
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        while True:
            items = f"{SERVER}/ogc/collections/assets/items?f=csv&limit={PAGE}&offset={offset}"
            with urllib.request.urlopen(items) as answer:
                rows = list(csv.DictReader(io.TextIOWrapper(answer, encoding="utf-8-sig")))
            out.writerows([row[name] for name in ("id", "cost", "step_free", "verified_on")] for row in rows)
            offset += len(rows)
            if len(rows) < PAGE:
                return


def compare():
    with open(sys.argv[1]) as addresses, open(sys.argv[2]) as answers:
        asked = [(a.strip(), b) for a, b in zip(addresses, answers, strict=True) if "q=" not in a]
    alike = 0
    for address, line in asked:
        mine, other = own(address), theirs(line)
        differ = [name for name in mine if mine[name] != other[name]]
        alike += not differ
        for name in differ:
            print(f"  {address}: {name} is {mine[name]}, by PostgreSQL {other[name]}", file=sys.stderr)
    print(
        f"the same twenty in the same order, total, counts and reasons of exclusion: {alike} of {len(asked)} questions"
    )
    if alike < 0.99 * len(asked):
        raise SystemExit("these are not the same questions")


if len(sys.argv) == 2:
    keep(sys.argv[1])
else:
    compare()
