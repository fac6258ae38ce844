"""The columns of one row of the gaps report; numbers are those of docs/method.md, Each column, worked out again."""

import math

import numpy as np

import confidence
import demand as asked

FEW = 5
Z = 1.959963984540054
NO_LIST_BELOW = 0.5
STATUSES = ("no-data", "no-list", "partial", "silent", "too-few", "ok")


def mean(values, weights):
    total = weights.sum()
    return float((values * weights).sum() / total) if total > 0 else None


def wilson(share, n):
    """The 95 % interval of a share of n (Wilson 1927)."""
    middle = share + Z * Z / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


class Here:
    """A neighbourhood's base areas, its people by base area and cell, and its referrals by cell."""

    def __init__(self, study, of, area, members, recording, reading):
        self.study, self.of, self.area, self.members = study, of, area, members
        self.recording, self.reading = recording, reading
        self.people = study.people[members]
        self.by_cell = self.people.sum(0)
        self.lived = self.by_cell > 0
        self.parts = (study.places.share[members] > 0).any(0)
        self.asks = (of.middle[members, None] * study.places.share[members]).sum(0)
        self.weights = self.asks if self.asks.sum() > 0 else self.by_cell
        self.told = [of.counts[m] for m in members if of.counts[m].told]

    def share(self, of_base):
        return mean(of_base[self.members].astype(float), self.people.sum(1))

    def reached(self, mask):
        """Which assets are within reach of any cell with a part of it."""
        return mask[self.parts].any(0)


def row(study, of, area, members, recording, reading):
    """One row, but for its rank."""
    here = Here(study, of, area, members, recording, reading)
    r = who(here)
    r.update(referred(here))
    r["supply_known_share"] = mean(of.listed_by[members].ravel(), here.people.ravel())
    r.update(offered(here, r["supply_known_share"]))
    r.update(left_without(here, r))
    r.update(lacking(here, r))
    r["places"], r["access"], r["unmet"] = (r[f"{c}_{reading}"] for c in ("places", "access", "unmet"))
    r["status"] = status(here, r)
    r["confidence"], r["confidence_reasons"] = confidence.of(here, r)
    for column in NOT_PRINTED:
        del r[column]
    return r


NOT_PRINTED = ("no_data", "lacking")


def who(here):
    """Which row it is, its people and its decile (5)."""
    study, area = here.study, here.area
    decile = study.demand.decile(area.key, here.members)
    known = area.key in study.places.people or here.lived.any()
    return {
        "id": f"{area.code}:{here.of.need.id}",
        "area_code": area.code,
        "area_name": area.name,
        "geography": area.geography,
        "need": here.of.need.id,
        "period": study.period_name(),
        "quarters": len(study.period),
        "reading": here.reading,
        "as_of": str(study.as_of),
        "population": study.demand.people_of(area.key, here.members) if known else None,
        "deprivation_decile": None if decile is None else math.floor(decile + 0.5),
    }


def referred(here):
    """What was asked for (7, 17, 20, 21), and for whom that is not known."""
    of, told = here.of, here.told
    unknown, full = here.share(of.unknown), 3 * len(here.study.period)
    low, high = of.low[here.members].sum(), of.high[here.members].sum()
    no_data = unknown is None or unknown > 0.5 or (unknown > 0 and low <= 0)
    months = None if no_data else min(c.months for c in told)
    lacking = not no_data and months < full
    said = [] if no_data else [c.no_match for c in told if c.no_match is not None]
    return {
        "referrals": None if no_data or lacking else float(of.middle[here.members].sum()),
        "referrals_low": None if no_data and low <= 0 else low,
        "referrals_high": None if no_data or high == math.inf else high,
        "complete_months": months,
        "no_match": sum(said) if said else None,
        "basis": None if no_data else max((c.basis for c in told), key=asked.weakness),
        "referrals_error": None,
        "no_data_share": unknown,
        "silent_share": 1.0 if here.recording.silent() else here.share(here.study.silent),
        "partial_share": here.share(of.partial),
        "no_data": no_data,
        "lacking": lacking,
    }


def offered(here, supply_known):
    """What is in reach, and how its minutes were found (10, 13 to 16, 22, 25); a zero is said by lists that reach everybody (28)."""
    of, supply, study = here.of, here.of.supply, here.study
    reached = here.reached(supply.reach)
    in_reach = supply.reach.any(1) | supply.land.reach.any(1)
    finite = np.isfinite(supply.nearest)
    listed = supply.places["listed"]
    total = listed[reached].sum()

    def said(value):
        return value if value or (supply_known or 0) > 1 - 1e-12 else None

    r = {}
    for reading, places in supply.places.items():
        r[f"places_{reading}"] = said(float(places[reached].sum()))
        access = mean(of.access[reading], here.weights) if of.middle.any() else None
        r[f"access_{reading}"] = said(access)
    r["coverage_share"] = said(mean(in_reach.astype(float), here.by_cell))
    r["nearest_minutes"] = mean(np.where(finite, supply.nearest, 0.0), np.where(finite, here.weights, 0.0))
    land_reached = here.reached(supply.land.reach)
    r["assets_in_reach"] = said(int(reached.sum() + land_reached.sum()))
    none_runs = np.prod(1 - supply.runs[reached]) * np.prod(1 - supply.land.runs[land_reached])
    r["chance_any_runs"] = said(float(1 - none_runs))
    has = np.isfinite(of.crowding)
    r["crowding"] = mean(np.where(has, of.crowding, 0.0), np.where(has, here.weights, 0.0))
    r["verified_share"] = float(listed[reached & supply.confirmed].sum() / total) if total > 0 else None
    r["assumed_share"] = float(listed[reached & supply.assumed].sum() / total) if total > 0 else None
    r["land_share"] = said(mean(supply.land.share, here.by_cell)) if of.need.floor else None
    r["edge_share"] = mean((of.edge | of.streets_end).astype(float), here.by_cell)
    r["travel"] = travel(study, here.parts)
    r["streets_share"] = mean(study.travel.known.astype(float), here.by_cell)
    return r


def travel(study, parts):
    """How minutes were found for the cells where its people live; assets off the streets count whatever their kind."""
    known = study.travel.known[parts]
    if known.size and known.all() and not study.off_streets[parts].any():
        return "network"
    return "mixed" if known.any() else "straight-line"


def left_without(here, r):
    """What is unmet, its ends, its share of the referrals, and the places that would meet it (11, 12, 23)."""
    of, n = here.of, r["referrals"]
    no_list = (r["supply_known_share"] or 0) < NO_LIST_BELOW
    unmet = {reading: float((here.asks * of.unmet[reading]).sum()) for reading in of.unmet}
    likely = None if n is None or no_list else unmet["likely"]
    least, most = of.ends(here.members, here.reading)
    rate = likely / n if likely is not None and n else None
    low, high = (None, None) if rate is None else wilson(rate, n)
    return {
        "unmet_listed": None if likely is None else unmet["listed"],
        "unmet_likely": likely,
        "unmet_low": None if r["no_data"] or no_list else least,
        "unmet_high": None if r["no_data"] or most == math.inf else most,
        "unmet_rate_likely": rate,
        "unmet_rate_low": low,
        "unmet_rate_high": high,
        "shortfall_places_likely": None if likely is None else of.need.adequate * likely,
    }


def lacking(here, r):
    """What is unmet by what it lacks: a list, anything in reach, or enough of it (11)."""
    of, supply = here.of, here.of.supply
    asks = of.middle[here.members, None] * here.study.places.share[here.members] * of.unmet[here.reading]
    listed_by = of.listed_by[here.members]
    something = (supply.reach.any(1) | supply.land.reach.any(1))[None, :]
    parts = {
        "unmet_not_known": ~listed_by,
        "unmet_nothing_in_reach": listed_by & ~something,
        "unmet_not_enough": listed_by & something,
    }
    known = r["unmet_likely"] is not None
    return {column: float((asks * where).sum()) if known else None for column, where in parts.items()}


def status(here, r):
    """The first that holds (18)."""
    few = r["referrals"] is not None and r["referrals"] < FEW - 1e-6
    no_list = (r["supply_known_share"] or 0) < NO_LIST_BELOW
    holds = (r["no_data"], no_list, r["lacking"], here.recording.silent(), few, True)
    return next(s for s, holding in zip(STATUSES, holds) if holding)
