"""data/needs.csv and data/kinds.csv."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[2] / "data"
STEPS = ((1 / 3, 1.0), (2 / 3, 0.68), (1.0, 0.22))


@dataclass
class Need:
    id: str
    catchment: float
    decay: str
    adequate: float
    floor: float | None
    floor_metres: float
    floor_counts: float

    def weight(self, minutes):
        """g(t): 1 at the door, falling to the edge of the catchment, 0 beyond."""
        t = np.asarray(minutes) / self.catchment
        if self.decay == "gaussian":
            g = (np.exp(-0.5 * t * t) - np.exp(-0.5)) / (1 - np.exp(-0.5))
        elif self.decay == "linear":
            g = 1 - t
        elif self.decay == "step":
            g = np.select([t <= edge for edge, _ in STEPS], [weight for _, weight in STEPS], 0.0)
        else:
            g = np.ones_like(t)
        return np.where(t <= 1, g, 0.0)


@dataclass
class Kind:
    id: str
    needs: dict
    supply: str
    places: float | None
    places_per_session: float | None
    half_life: float

    def main_needs(self):
        """The needs that most of its places go to; of several that get alike, all."""
        most = max(self.needs.values(), default=0)
        return {need for need, share in self.needs.items() if share == most}


def number(text):
    return float(text) if text else None


def rows(name):
    with open(DATA / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def needs():
    return [
        Need(
            r["id"],
            float(r["catchment_minutes"]),
            r["decay"],
            float(r["adequate_places_per_referral"]),
            number(r["floor_hectares_per_1000"]),
            float(r["floor_within_m"] or 0),
            float(r["floor_counts_for"] or 0),
        )
        for r in rows("needs.csv")
    ]


def kinds():
    found = {}
    for r in rows("kinds.csv"):
        shares = {n: float(s) for n, s in (pair.split(":") for pair in r["needs"].split(";") if pair)}
        found[r["id"]] = Kind(
            r["id"],
            shares,
            r["supply"],
            number(r["default_places_per_quarter"]),
            number(r.get("default_places_per_session")),
            float(r["half_life_months"]),
        )
    return found
