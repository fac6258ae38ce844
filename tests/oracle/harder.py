"""The made-up town made harder: counts that are withheld, months that lack, two systems, districts that cut across
neighbourhoods, lists that do not say where they look, streets that end where people live."""

import csv
import json
import shutil


def rewrite(source, target, change):
    with open(source, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = [row for old in rows for row in change(old)]
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(made[0]))
        writer.writeheader()
        writer.writerows(made)


def referrals(row):
    """By the area's number: small counts withheld, a need's quarter unknown, a month lacking, needs unnamed, no news at all."""
    area, count = int(row["area_code"].split("-")[1]), int(row["referrals"])
    row["source_system"] = "one" if area % 3 else "another"
    if area % 6 == 0 and 0 < count < 5:
        row.update(referrals="<5", no_match="")
    if area % 6 == 1 and row["need"] == "social-connection" and row["quarter"] == "2026-Q1":
        row.update(referrals="*", no_match="")
    if area in (4, 10) and row["need"] in ("food", "housing"):
        row.update(referrals="*", no_match="")
    if area == 9 and row["need"] == "food" or area == 15 and row["quarter"] == "2026-Q2":
        return []
    if area == 20 and row["quarter"] == "2026-Q3":
        return [dict(row, quarter=f"2026-0{month}", referrals=count // 2, no_match=0) for month in (7, 8)]
    if area == 22 and row["need"] == "money-debt":
        row.update(referrals="20+", no_match="")
    if area == 23 and row["need"] == "housing" and row["quarter"] == "2026-Q1":
        row.update(referrals="20+", no_match="")
    return [row]


def western(streets):
    """Streets end in the middle of the town, and people live beyond."""
    return dict(
        streets, features=[f for f in streets["features"] if max(p[0] for p in f["geometry"]["coordinates"]) < 2.3]
    )


def listings(part):
    def change(row):
        number = int(row["id"][1:])
        if number % 7 == 0:
            row["verified_on"] = ""
        if number % 31 == 0:
            row["places"] = "0"
        return [row] if number % 3 == part else []

    return change


DISTRICTS = """
[[import]]
kind = "neighbourhoods"
files = ["districts.geojson"]
[import.map]
source = "districts"
geography = "district"
fields = { code = "area_code", name = "area_name" }
"""


def districts(columns=3, rows=2):
    """Boxes over the town that cut across its neighbourhoods: a coarser geography to report on."""
    west, south, width, height = 2.25, 54.69, 0.1 / columns, 0.062 / rows
    features = []
    for n in range(columns * rows):
        x, y = west + n % columns * width, south + n // columns * height
        ring = [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]
        ring = [[round(a, 6), round(b, 6)] for a, b in ring]
        properties = {"area_code": f"DISTRICT-{n + 1}", "area_name": f"District {n + 1}"}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    return {"type": "FeatureCollection", "features": features}


LISTS = """
[[import]]
kind = "assets"
files = ["assets-{part}.csv"]
[import.map]
source = "list-{part}"
{says}
fields = {{ id = "id", kind = "kind", needs = "needs", places = "places" }}
"""
SAYS = (
    'covers = ["MADEUP-01", "MADEUP-02", "MADEUP-03", "MADEUP-07"]\ncomplete = ["food-bank", "advice-centre"]',
    'retrieved = "2025-02-03"',
    'covers = "nation"\ncomplete = ["library"]',
)


def make(town, made):
    shutil.copytree(town, made, dirs_exist_ok=True)
    rewrite(town / "demand.csv", made / "demand.csv", referrals)
    streets = json.loads((town / "streets.geojson").read_text(encoding="utf-8"))
    (made / "streets.geojson").write_text(json.dumps(western(streets)), encoding="utf-8")
    for part in range(len(SAYS)):
        rewrite(town / "assets.csv", made / f"assets-{part}.csv", listings(part))
    imports = (town / "place.toml").read_text(encoding="utf-8").split("\n[[import]]")
    kept = [i for i in imports if '"assets.csv"' not in i]
    (made / "districts.geojson").write_text(json.dumps(districts()), encoding="utf-8")
    place = (
        "\n[[import]]".join(kept) + DISTRICTS + "".join(LISTS.format(part=n, says=says) for n, says in enumerate(SAYS))
    )
    (made / "place.toml").write_text(place, encoding="utf-8")
