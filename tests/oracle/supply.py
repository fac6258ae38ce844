"""What there is: assets of the listings, their places, and the chance that each still runs (method: Supply)."""

import json
from dataclasses import dataclass
from datetime import date

DAYS_IN_MONTH = 30.436875
UNKNOWN_AGE_MONTHS = 36
MONTHS_CONFIRMED = 12


@dataclass
class Asset:
    id: str
    kind: object
    place: tuple
    needs: list
    places: float
    assumed: bool
    hectares: float
    verified_on: date | None

    def share(self, need):
        """The part of its places that a need gets: listed needs share equally, whatever the kind."""
        if self.kind.supply != "places":
            return 0.0
        if self.needs:
            return (need in self.needs) / len(self.needs)
        return self.kind.needs.get(need, 0.0)

    def months(self, as_of):
        if self.verified_on is None or (self.verified_on - as_of).days > 1:
            return None
        return max(0, (as_of - self.verified_on).days) / DAYS_IN_MONTH

    def runs(self, as_of):
        """q: the chance that it still runs."""
        months = self.months(as_of)
        months = UNKNOWN_AGE_MONTHS if months is None else months
        return 2 ** (-months / self.kind.half_life)


def joined(program):
    """Which listings are one, by the program's own word: linkage is another part than the one that is recomputed here."""
    leader = {}

    def find(x):
        while leader.get(x, x) != x:
            x = leader[x]
        return x

    for pair in json.loads(program.ask("duplicates", "--json"))["pairs"]:
        if pair["state"] == "applied":
            a, b = sorted((find(pair["a"]["id"]), find(pair["b"]["id"])))
            leader[b] = a
    return find


def listings(program):
    return [(source, r) for source, r in program.records("assets")]


def assets(program, kinds):
    """One asset of the listings that are one: each field is that of the listing confirmed last that has it."""
    find, groups = joined(program), {}
    for source, record in listings(program):
        own = f"{source}/{record['source_id']}"
        groups.setdefault(find(own), []).append((own, record))
    return [
        asset(own, [r for _, r in sorted(group, key=lambda g: g[0])], kinds) for own, group in sorted(groups.items())
    ]


def asset(own, records, kinds):
    latest = sorted(records, key=lambda r: r.get("verified_on") or "", reverse=True)

    def said(member):
        return next((r[member] for r in latest if r.get(member) is not None), None)

    kind, places, day = kinds[said("kind")], said("places"), said("verified_on")
    return Asset(
        own,
        kind,
        tuple(said("place")),
        said("needs") or [],
        kind.places if places is None else places,
        places is None,
        said("hectares") or 0.0,
        date.fromisoformat(day) if day else None,
    )
