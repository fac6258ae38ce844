"""What there is: assets of the listings, their places, and the chance that each still runs (method: Supply)."""

import json
from dataclasses import dataclass
from datetime import date

DAYS_IN_MONTH = 365.2425 / 12
UNKNOWN_AGE_MONTHS = 36
WEEKS_IN_QUARTER = 13


@dataclass
class Asset:
    id: str
    kind: object
    place: tuple
    needs: list
    places: float
    assumed: bool
    hectares: float | None
    verified_on: date | None
    last_listed: date | None

    def share(self, need):
        """The part of its places that a need gets: listed needs share equally, whatever the kind."""
        if self.kind.supply != "places":
            return 0.0
        if self.needs:
            return (need in self.needs) / len(self.needs)
        return self.kind.needs.get(need, 0.0)

    def months(self, as_of):
        """Since it was last confirmed; a day after `as_of`, but for one of grace, is no evidence."""
        if self.verified_on is None or (self.verified_on - as_of).days > 1:
            return None
        return months_between(self.verified_on, as_of)

    def confirmed(self, as_of):
        """Within the twelve months to `as_of`, the same day of the year before included."""
        year_ago = date(as_of.year - 1, as_of.month, min(as_of.day, 28 if as_of.month == 2 else 31))
        return self.months(as_of) is not None and self.verified_on >= year_ago

    def runs(self, as_of):
        """q: the chance that it still runs. What nobody dated was so many months old when a list last had it."""
        months = self.months(as_of)
        if months is None:
            months = UNKNOWN_AGE_MONTHS + (months_between(self.last_listed, as_of) if self.last_listed else 0)
        return 2 ** (-months / self.kind.half_life)


def months_between(day, as_of):
    return max(0, (as_of - day).days) / DAYS_IN_MONTH


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


def listed_on(program):
    """By list, the day on which it was fetched, else that on which it was first imported."""
    days = {}
    for source in program.sources():
        day = source["about"].get("retrieved") or source["about"].get("imported_on")
        days[source["source"]] = date.fromisoformat(day) if day else None
    return days


def assets(program, kinds):
    """One asset of the listings that are one: each field is that of the listing confirmed last that has it."""
    find, days, groups = joined(program), listed_on(program), {}
    for source, record in program.records("assets"):
        own = f"{source}/{record['source_id']}"
        groups.setdefault(find(own), []).append((own, record, days[source]))
    return [asset(own, sorted(group, key=lambda g: g[0]), kinds) for own, group in sorted(groups.items())]


def asset(own, group, kinds):
    latest = sorted((record for _, record, _ in group), key=lambda r: r.get("verified_on") or "", reverse=True)

    def said(member):
        return next((r[member] for r in latest if r.get(member) is not None), None)

    kind, places, day = kinds[said("kind")], said("places"), said("verified_on")
    return Asset(
        own,
        kind,
        tuple(said("place")),
        said("needs") or [],
        by_default(kind, said("timetable")) if places is None else places,
        places is None,
        said("hectares"),
        date.fromisoformat(day) if day else None,
        max((day for _, _, day in group if day), default=None),
    )


def by_default(kind, timetable):
    """Places a quarter where the listing does not say: by the session, where its times are known and its kind has a number."""
    if not timetable or not kind.places_per_session:
        return kind.places
    return kind.places_per_session * sum(map(sessions_in_quarter, timetable["sessions"]))


def sessions_in_quarter(session):
    on = session["on"]
    if set(on) != {"weekly"}:
        raise SystemExit(f"sessions that are not recomputed here: {on}")
    return WEEKS_IN_QUARTER / on["weekly"]["every"]
