"""The gaps report of a study: shares of one need after another, and a row for each neighbourhood (method: Access and gap)."""

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

import columns
import demand as asked
import expected
import lists
import places as where
import shares
from travel import DETOUR, METRES_A_MINUTE, StraightLine

READINGS = ("listed", "likely")
NOISE = 1e-9


@dataclass(eq=False)
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
    period: list = field(init=False)

    def __post_init__(self):
        self.period = self.demand.latest_year()
        points = [a.place for a in self.assets]
        self.minutes = self.travel.minutes(points)
        self.around = StraightLine(self.places).minutes(points)
        farthest = max(max(n.catchment, n.floor_metres * DETOUR / METRES_A_MINUTE) for n in self.needs)
        self.off_streets = (self.minutes[:, self.travel.off] <= farthest).any(1)
        self.runs = np.array([a.runs(self.as_of) for a in self.assets])
        units = {key: [n] for n, key in enumerate(self.places.base)}
        small = asked.recordings(self.demand, units, self.period[-1])
        self.silent = np.array([small[key].silent() for key in self.places.base])
        self.people = np.nan_to_num(self.places.population)[:, None] * self.places.share

    def period_name(self):
        first, last = (asked.quarter_name(q) for q in (self.period[0], self.period[-1]))
        return first if first == last else f"{first}/{last}"

    @cache
    def of_need(self, need_id):
        return OfNeed(self, next(n for n in self.needs if n.id == need_id))


class OfNeed:
    """What is worked out once for a need, in both readings and at both ends of what is known of demand."""

    def __init__(self, study, need):
        self.study, self.need = study, need
        self.supply = shares.Supply.of(study, need)
        self.counts = [study.demand.over(key, need.id, study.period) for key in study.places.base]
        self._asked(study.places)
        telling = [one for one in study.lists if need.id in lists.subjects(one, study.kinds, study.needs)]
        self.listed_by = lists.reached(telling, study.places) & ~self.supply.land.unmeasured[None, :]
        complete = [one for one in telling if lists.tells_all(one, study.kinds, need)]
        self.has_all = lists.reached(complete, study.places)
        self.edge = near_the_end(study, need)
        self.streets_end = study.travel.near_the_end(two_catchments(need))

    def _asked(self, places):
        """Demand by base area: the least, the most, the middle; and what of each is unmet in each cell."""
        nobody = places.population == 0
        self.partial = np.array([c.lacks(self.study.period) for c in self.counts])
        self.unknown = np.array([c.high == math.inf for c in self.counts]) & ~self.partial
        self.low = np.array([c.low for c in self.counts])
        self.high = np.array([c.low if empty else c.high for c, empty in zip(self.counts, nobody)])
        self.open = np.isinf(self.high)
        self.middle = np.array([(c.low + c.high) / 2 if c.high < math.inf else c.low for c in self.counts])
        most = np.where(self.open, 0.0, self.high)
        without_limit = (places.share[self.open] > 0).any(0)
        listed = self.supply.places["listed"]
        middle = self.middle @ places.share
        least = self.supply.shares(listed, self.low @ places.share)
        all_taken = self.supply.shares(listed, most @ places.share, without_limit)
        shared = self.supply.shares(listed, middle)
        self.access = {r: self.supply.weight @ self.supply.shares(p, middle) for r, p in self.supply.places.items()}
        self.crowding = self.supply.crowding(middle)
        self.unmet = {r: self.supply.unmet_part(r, shared) for r in READINGS}
        self.unmet_low = {r: self.supply.unmet_part(r, least) for r in READINGS}
        self.unmet_high = {r: self.supply.unmet_part(r, all_taken) for r in READINGS}
        self.asks_low, self.asks_high = self.low[:, None] * places.share, most[:, None] * places.share

    def grid_holds(self):
        """Whether the grid of the likely reading keeps within its bound in every cell."""
        middle = self.middle @ self.study.places.share
        share = self.supply.shares(self.supply.places["listed"], middle)
        return expected.within_bound(*self.supply.rest_and_parts(share), self.supply.runs)

    def ends(self, members, reading):
        """The least and the most of these base areas' referrals that can be unmet."""
        least = float((self.asks_low[members].sum(0) * self.unmet_low[reading]).sum())
        most = float((self.asks_high[members].sum(0) * self.unmet_high[reading]).sum())
        return least, math.inf if self.open[members].any() else most


def two_catchments(need):
    """In metres of straight line, whether or not there are streets."""
    return 2 * need.catchment * METRES_A_MINUTE / DETOUR


def near_the_end(study, need):
    """Cells whose centre is within two catchments of that of a cell where the areas end."""
    owned = study.places.owned
    ends = [where.middle(c) for c in study.places.cells if where.is_end(c, owned)]
    if not ends:
        return np.zeros(len(study.places.cells), bool)
    return np.array([where.metres([c], ends).min() <= two_catchments(need) for c in study.places.centre])


def told(figure):
    """To a tenth of a referral, halves upwards: figures that are told as equal are ranked as equal."""
    return figure if math.isinf(figure) else math.floor(figure * 10 + 0.5 + NOISE)


def ranked(rows, ends):
    """Ranks by unmet_likely among the areas of status ok, and the first and last that each can have by its likely ends."""
    ok = [r for r in rows if r["status"] == "ok"]
    for r in rows:
        r["of"] = len(ok)
        r["rank"] = r["rank_low"] = r["rank_high"] = None
    for r in ok:
        low, high = map(told, ends[r["area_code"]])
        others = [tuple(map(told, ends[o["area_code"]])) for o in ok if o is not r]
        r["rank"] = 1 + sum(told(o["unmet_likely"]) > told(r["unmet_likely"]) for o in ok)
        r["rank_low"] = min(r["rank"], 1 + sum(least > high for least, _ in others))
        r["rank_high"] = max(r["rank"], 1 + sum(most > low for _, most in others))
    return rows


def report(study, geography, reading):
    """Every row of a geography."""
    areas = [a for a in study.places.areas if a.geography == geography]
    units = {a.key: study.places.members(a.key) for a in areas}
    recordings = asked.recordings(study.demand, units, study.period[-1])
    rows = []
    for need in study.needs:
        of = study.of_need(need.id)
        reported = [a for a in areas if a.reporting]
        made = [columns.row(study, of, a, units[a.key], recordings[a.key], reading) for a in reported]
        rows += ranked(made, {a.code: of.ends(units[a.key], "likely") for a in reported})
    return rows
