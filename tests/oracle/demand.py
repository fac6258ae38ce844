"""What is asked for: counts by base area and need in a period, and which areas refer implausibly little (method: Demand)."""

import math
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

COMPARED_QUARTERS = 4
FEWEST_ALIKE = 5


def quarter_number(name):
    return int(name[:4]) * 4 + int(name[-1]) - 1


def quarter_name(number):
    return f"{number // 4}-Q{number % 4 + 1}"


def first_day_after(number):
    return date((number + 1) // 4, (number + 1) % 4 * 3 + 1, 1)


@dataclass
class Count:
    """Counted (low = high), between two numbers, or without an upper end; `months` of three that it covers."""

    low: float = 0.0
    high: float = 0.0
    months: int = 3
    no_match: float | None = None
    basis: str | None = None

    @property
    def told(self):
        return self.months > 0

    def lacks(self, period):
        """Whether something is known of it, and months of it are not."""
        return 0 < self.months < 3 * len(period)


NOTHING = Count(0.0, math.inf, 0)


def read(record):
    """A record of a store; one without an upper end whose months are all there covers none of them: it is unknown."""
    months = record.get("months", 3)
    if months < 3:
        return Count(record["referrals"], math.inf, months, record["no_match"], record["basis"])
    if record.get("unknown"):
        return Count(record["referrals"], math.inf, 0, record["no_match"], record["basis"])
    return Count(
        record["referrals"], record.get("at_most", record["referrals"]), 3, record["no_match"], record["basis"]
    )


@dataclass
class Demand:
    places: object
    needs: list
    as_of: date
    records: list
    deciles: dict
    counts: dict = field(init=False)
    systems: dict = field(init=False)

    def __post_init__(self):
        self.counts, self.systems = {}, {}
        for _, r in self.records:
            key = (r["geography"], r["code"])
            if key not in self.places.index:
                raise SystemExit(f"figures of {key}, which is no base area: not recomputed here")
            quarter = quarter_number(r["quarter"])
            self.counts[key, r["need"], quarter] = read(r)
            self.systems.setdefault(key, set()).update(r.get("source_systems", []))
        self.quarters = sorted({quarter for _, _, quarter in self.counts})
        self.named = {(need, quarter) for _, need, quarter in self.counts if need != "*"}

    def count(self, key, need, quarter):
        """A figure of its own, else 0 where a source says everything of the area and quarter, else nothing known."""
        own = self.counts.get((key, need, quarter))
        return own or self.counts.get((key, "*", quarter)) or NOTHING

    def people_of(self, key, members):
        """The area's own figure, else the sum of its base areas."""
        own = self.places.people.get(key)
        return own if own is not None else float(np.nansum(self.places.population[members]))

    def decile(self, key, members):
        """Its own, else the mean of its base areas by people."""
        if key in self.deciles:
            return self.deciles[key]
        known = [
            (self.deciles[b], p)
            for b, p in ((self.places.base[m], self.places.population[m]) for m in members)
            if b in self.deciles and p > 0
        ]
        people = sum(p for _, p in known)
        return sum(d * p for d, p in known) / people if people else None

    def comparable(self, quarter):
        of_quarter = [r.get("months", 3) == 3 for _, r in self.records if quarter_number(r["quarter"]) == quarter]
        areas = {q: len({k for k, _, at in self.counts if at == q}) for q in self.quarters}
        return (
            first_day_after(quarter) - timedelta(days=1) <= self.as_of
            and 2 * sum(of_quarter) > len(of_quarter)
            and 2 * areas[quarter] >= max(areas.values())
        )

    def latest_year(self):
        good = [q for q in self.quarters if self.comparable(q)]
        if not good:
            return self.quarters[-1:]
        period = good[-1:]
        while len(period) < 4 and period[0] - 1 in good:
            period.insert(0, period[0] - 1)
        return period

    def over(self, key, need, period):
        """The sum over a period; a quarter of which nothing is known is as three months that are missing."""
        parts = [self.count(key, need, q) for q in period]
        said = [p.no_match for p in parts if p.no_match is not None]
        return Count(
            sum(p.low for p in parts),
            sum(p.high for p in parts),
            sum(p.months for p in parts),
            sum(said) if said else None,
            max((p.basis for p in parts if p.basis), key=weakness, default=None),
        )


WEAKEST_LAST = ["unprotected", "synthetic", "released", "pooled", "modelled"]


def weakness(basis):
    return WEAKEST_LAST.index(basis)


def fifth(decile):
    return None if decile is None else (math.floor(decile + 0.5) + 1) // 2


@dataclass
class Recording:
    """What an area refers in all needs over the quarters by which it can be judged, and what is expected of it."""

    people: float
    fifth: int | None
    systems: frozenset
    quarters: int
    low: float
    high: float
    expected: float | None = None

    @property
    def rate(self):
        return self.low / self.people / self.quarters if self.people > 0 and self.quarters else None

    def silent(self, below=0.5, chance=0.001):
        if self.expected is None or not self.high < below * self.expected:
            return False
        return poisson_at_most(self.high, self.expected) < chance


def poisson_at_most(count, mean):
    terms = (-mean + k * math.log(mean) - math.lgamma(k + 1) for k in range(math.floor(count) + 1))
    return sum(map(math.exp, terms))


def judged(demand, members, last):
    """Sums over the needs that any source names in a quarter, over the quarters of the last four that lack no months."""
    quarters, low, high = 0, 0.0, 0.0
    for quarter in range(last - COMPARED_QUARTERS + 1, last + 1):
        named = [n.id for n in demand.needs if (n.id, quarter) in demand.named]
        counts = [[demand.count(demand.places.base[m], need, quarter) for need in named] for m in members]
        people = np.nan_to_num(demand.places.population[members])
        known = sum(p for p, of_area in zip(people, counts) if any(c.told for c in of_area))
        counts = [c for of_area in counts for c in of_area]
        if known * 2 > people.sum() and not any(c.lacks([quarter]) for c in counts):
            quarters += 1
            low += sum(c.low for c in counts)
            high += sum(c.high for c in counts)
    return quarters, low, high


def recordings(demand, units, last):
    """Of areas that are compared with each other (key → base areas), each with what is expected of it."""
    found = {}
    for key, members in units.items():
        systems = frozenset().union(*(demand.systems.get(demand.places.base[m], set()) for m in members))
        people = demand.people_of(key, members)
        found[key] = Recording(people, fifth(demand.decile(key, members)), systems, *judged(demand, members, last))
    rated = [r for r in found.values() if r.rate is not None]
    for one in found.values():
        alike = [
            [r for r in rated if one.systems and r.systems == one.systems and r.fifth == one.fifth],
            [r for r in rated if one.systems and r.systems == one.systems],
            [r for r in rated if r.fifth == one.fifth],
            rated,
        ]
        group = next((g for g in alike if len(g) >= FEWEST_ALIKE), None)
        if group and one.quarters and one.people > 0:
            one.expected = float(np.median([r.rate for r in group])) * one.people * one.quarters
    return found
