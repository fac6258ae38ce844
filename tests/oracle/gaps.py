"""Every column of the gaps report, one row for a neighbourhood and a need (method: Every column, numbered)."""

import math
from dataclasses import dataclass, field

import numpy as np

import confidence
import demand as asked
import lists as known
import places as where
import shares
from supply import MONTHS_CONFIRMED
from travel import DETOUR, METRES_A_MINUTE, StraightLine

FEW = 5
EQUAL = 1e-6
FEW_OF = {}
Z = 1.959963984540054
STATUSES = ("no-data", "no-list", "partial", "silent", "too-few", "ok")


@dataclass
class Study:
    """All that the columns are made of."""

    places: object
    needs: list
    kinds: dict
    assets: list
    lists: list
    demand: object
    travel: object
    as_of: object
    reading: str
    period: list = field(init=False)

    def __post_init__(self):
        self.period = self.demand.latest_year()
        points = [a.place for a in self.assets]
        self.minutes = self.travel.minutes(points)
        self.around = StraightLine(self.places).minutes(points)
        self.metres = where.metres(self.places.start, points)
        self.runs = np.array([a.runs(self.as_of) for a in self.assets])
        units = {key: [n] for n, key in enumerate(self.places.base)}
        self.small = asked.recordings(self.demand, units, self.period[-1])
        self.people = np.nan_to_num(self.places.population)[:, None] * self.places.share

    def period_name(self):
        first, last = (asked.quarter_name(q) for q in (self.period[0], self.period[-1]))
        return first if first == last else f"{first}/{last}"


def wilson(share, n):
    """The 95 % interval of a share of n (Wilson 1927)."""
    middle = share + Z * Z / (2 * n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, (middle - half) / (1 + Z * Z / n)), min(1.0, (middle + half) / (1 + Z * Z / n))


def mean(values, weights):
    total = weights.sum()
    return float((values * weights).sum() / total) if total > 0 else None


def near_the_end(study, need):
    """Cells whose centre is within two catchments of that of a cell that no area owns: edges and holes alike."""
    owned = study.places.owned
    ends = [c for c in study.places.cells if where.is_end(c, owned)]
    if not ends:
        return np.zeros(len(study.places.cells), bool)
    reach = 2 * need.catchment * METRES_A_MINUTE / DETOUR
    outside = np.array([where.middle(c) for c in ends])
    return np.array([where.metres([c], outside).min() <= reach for c in study.places.centre])


class OfNeed:
    """What is worked out once for a need: shares in every reading and at both ends, who is reached, who is known."""

    def __init__(self, study, need):
        self.study, self.need = study, need
        self.supply = shares.Supply.of(study, need)
        self.counts = [study.demand.over(key, need.id, study.period) for key in study.places.base]
        self.unknown = np.array([c.high == math.inf and not c.lacks(study.period) for c in self.counts])
        self.low = np.array([c.low for c in self.counts])
        nobody = study.places.population == 0
        self.high = np.array([c.low if empty else c.high for c, empty in zip(self.counts, nobody)])
        self.middle = np.array([(c.low + c.high) / 2 if c.high < math.inf else c.low for c in self.counts])
        share = study.places.share
        open_ended = np.isinf(self.high)
        asked_most = np.where(open_ended, 0.0, self.high) @ share
        without_limit = (share[open_ended] > 0).any(0)
        places = self.supply.places
        self.access = {r: self.supply.access(places[r], self.middle @ share) for r in places}
        self.unmet = {r: self.supply.unmet_part(a) for r, a in self.access.items()}
        self.least, self.most = self.low[:, None] * share, np.where(open_ended, 0.0, self.high)[:, None] * share
        self.unmet_low = {r: self.part(p, self.low @ share) for r, p in places.items()}
        self.unmet_high = {r: self.part(p, asked_most, without_limit) for r, p in places.items()}
        telling = [one for one in study.lists if need.id in known.subjects(one, study.kinds, study.needs)]
        self.listed_by = known.reached(telling, study.places)
        self.has_all = known.reached([one for one in telling if tells_all(one, study.kinds, need)], study.places)
        self.edge = near_the_end(study, need)

    def part(self, places, *asked):
        return self.supply.unmet_part(self.supply.access(places, *asked))

    def ends(self, members, reading):
        """The least and the most of these areas' referrals that can be unmet."""
        least, most = self.least[members].sum(0), self.most[members].sum(0)
        if np.isinf(self.high[members]).any():
            return float((least * self.unmet_low[reading]).sum()), math.inf
        return float((least * self.unmet_low[reading]).sum()), float((most * self.unmet_high[reading]).sum())


def tells_all(one, kinds, need):
    return any(need.id in kinds[k].main_needs() for k in known.complete_kinds(one))


def row(study, of, area, members, recording):
    """One row, but for its rank."""
    places, supply, need = study.places, of.supply, of.need
    people = study.people[members]
    by_cell = people.sum(0)
    lived = by_cell > 0
    population = study.demand.people_of(area.key, members) if by_cell.sum() > 0 or area.key in places.people else None
    asks = of.middle[members, None] * places.share[members]
    by_referral = asks.sum(0)
    weights = by_referral if by_referral.sum() > 0 else by_cell
    told = [of.counts[m] for m in members if of.counts[m].told]

    r = {"area_code": area.code, "area_name": area.name, "geography": area.geography, "need": need.id}
    r["id"] = f"{area.code}:{need.id}"
    decile = study.demand.decile(area.key, members)
    r["deprivation_decile"] = None if decile is None else math.floor(decile + 0.5)
    r.update(period=study.period_name(), quarters=len(study.period), reading=study.reading, as_of=str(study.as_of))
    r["population"] = population

    def share_of(mask):
        return mean(mask[members].astype(float), people.sum(1))

    partial = np.array([c.lacks(study.period) for c in of.counts])
    silent = np.array([study.small[key].silent() for key in places.base])
    r["no_data_share"] = share_of(of.unknown)
    r["silent_share"] = 1.0 if recording.silent() else (share_of(silent) or 0.0)
    r["partial_share"] = share_of(partial) or 0.0

    low = sum(of.counts[m].low for m in members)
    high = sum(of.high[m] for m in members)
    no_data = r["no_data_share"] is None or r["no_data_share"] > 0.5 or (r["no_data_share"] > 0 and low <= 0)
    r["complete_months"] = None if no_data else min(c.months for c in told)
    lacking = not no_data and r["complete_months"] < 3 * len(study.period)
    r["referrals"] = None if no_data or lacking else float(of.middle[members].sum())
    r["referrals_low"] = None if no_data and low <= 0 else low
    r["referrals_high"] = None if no_data or high == math.inf else high
    said = [c.no_match for c in told if c.no_match is not None]
    r["no_match"] = sum(said) if said and not no_data else None
    r["basis"] = max((c.basis for c in told), key=asked.weakness) if told and not no_data else None
    r["referrals_error"] = None

    known_share = mean((of.listed_by[members] * people).sum(1), np.ones(len(members))) if members else None
    r["supply_known_share"] = None if not by_cell.sum() else known_share * len(members) / by_cell.sum()
    everybody = r["supply_known_share"] is not None and r["supply_known_share"] >= 1 - 1e-12

    def zero_if_known(value):
        return value if value or everybody else None

    reached = supply.reach[lived].any(0) if lived.any() else np.zeros(len(supply.assets), bool)
    for reading in ("listed", "likely"):
        r[f"places_{reading}"] = zero_if_known(float(supply.places[reading][reached].sum()))
        access = mean(of.access[reading], weights)
        r[f"access_{reading}"] = None if access is None or not of.middle.any() else zero_if_known(access)
        unmet = float((by_referral * of.unmet[reading]).sum())
        r[f"unmet_{reading}"] = (
            None
            if r["referrals"] is None or r["supply_known_share"] is None or r["supply_known_share"] < 0.5
            else unmet
        )
    r["places"], r["access"], r["unmet"] = (r[f"{c}_{study.reading}"] for c in ("places", "access", "unmet"))

    in_reach = supply.reach.any(1) | supply.land_reach.any(1)
    coverage = mean(in_reach.astype(float), by_cell)
    r["coverage_share"] = None if coverage is None else zero_if_known(coverage)
    some = np.isfinite(supply.nearest)
    r["nearest_minutes"] = mean(np.where(some, supply.nearest, 0.0), np.where(some, weights, 0.0))
    land_reached = int(supply.land_reach[lived].any(0).sum()) if lived.any() else 0
    r["assets_in_reach"] = zero_if_known(int(reached.sum()) + land_reached)

    listed = supply.places["listed"]
    total = listed[reached].sum()
    r["verified_share"] = float(listed[reached & supply.confirmed].sum() / total) if total > 0 else None
    r["assumed_share"] = float(listed[reached & supply.assumed].sum() / total) if total > 0 else None
    land = mean(supply.land, by_cell) if need.floor else None
    r["land_share"] = None if land is None else zero_if_known(land)
    r["edge_share"] = mean(of.edge.astype(float), by_cell)
    r["travel"] = study.travel.basis(lived)
    r["streets_share"] = mean(study.travel.known.astype(float), by_cell)

    no_list = r["supply_known_share"] is not None and r["supply_known_share"] < 0.5
    least, most = of.ends(members, study.reading)
    r["unmet_low"] = None if no_data or no_list else least
    r["unmet_high"] = None if no_data or most == math.inf else most

    likely, n = r["unmet_likely"], r["referrals"]
    r["shortfall_places_likely"] = None if likely is None else need.adequate * likely
    rate = likely / n if likely is not None and n else None
    r["unmet_rate_likely"] = rate
    r["unmet_rate_low"], r["unmet_rate_high"] = wilson(rate, n) if rate is not None else (None, None)

    few = n is not None and n < FEW
    flags = dict(zip(STATUSES, (no_data, no_list, lacking, recording.silent(), few, True)))
    r["status"] = next(s for s in STATUSES if flags[s])
    around = supply.around[lived].any(0) if lived.any() else np.zeros(len(supply.assets), bool)
    r["confidence"], r["confidence_reasons"] = confidence.of(study, of, r, members, recording, around)
    return r


def more(one, other):
    """Whether one figure is more than another: those that differ by no more than the arithmetic does are equal."""
    return one - other > EQUAL


def ranked(rows, ends):
    """Ranks by unmet_likely among the areas of status ok, and the first and last that each can have by its likely ends."""
    ok = [r for r in rows if r["status"] == "ok"]
    for r in rows:
        r["of"] = len(ok)
        r["rank"] = r["rank_low"] = r["rank_high"] = None
    for r in ok:
        low, high = ends[r["id"]]
        others = [ends[o["id"]] for o in ok if o is not r]
        r["rank"] = 1 + sum(more(o["unmet_likely"], r["unmet_likely"]) for o in ok)
        r["rank_low"] = 1 + sum(more(least, high) for least, _ in others)
        r["rank_high"] = 1 + sum(more(most, low) for _, most in others)
    return rows


def report(study, geography):
    reporting = [a for a in study.places.areas if a.geography == geography]
    units = {a.key: study.places.members(a.key) for a in reporting}
    recordings = asked.recordings(study.demand, units, study.period[-1])
    rows = []
    for need in study.needs:
        of = OfNeed(study, need)
        made = [row(study, of, a, units[a.key], recordings[a.key]) for a in reporting if a.reporting]
        if FEW_OF:
            made = [
                dict(r, status=FEW_OF[r["id"]]) if r["referrals"] and abs(r["referrals"] - 5) < 1e-6 else r
                for r in made
            ]
        rows += ranked(made, {r["id"]: of.ends(units[geography, r["area_code"]], "likely") for r in made})
    return rows
