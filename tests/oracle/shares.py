"""The two steps of E2SFCA over cells and providers, and open land (method: Access and gap; Open land)."""

from dataclasses import dataclass

import numpy as np

from supply import MONTHS_CONFIRMED
from travel import DETOUR, METRES_A_MINUTE

CAP = 10.0


@dataclass
class Supply:
    """The providers of one need: who reaches whom, how strongly, and how many places each has in the period."""

    need: object
    assets: list
    places: dict
    weight: np.ndarray
    reach: np.ndarray
    around: np.ndarray
    land_reach: np.ndarray
    nearest: np.ndarray
    land: np.ndarray
    confirmed: np.ndarray
    assumed: np.ndarray

    @classmethod
    def of(cls, study, need):
        own = [n for n, a in enumerate(study.assets) if a.share(need.id) > 0]
        sites = [n for n, a in enumerate(study.assets) if is_land(a, need)]
        assets = [study.assets[n] for n in own]
        listed = np.array([a.share(need.id) * a.places * len(study.period) for a in assets])
        minutes, away = study.minutes[:, own], study.minutes[:, sites]
        either = np.hstack([minutes, away])
        months = [a.months(study.as_of) for a in assets]
        return cls(
            need,
            assets,
            {"listed": listed, "likely": listed * study.runs[own]},
            need.weight(minutes),
            minutes <= need.catchment,
            study.around[:, own] <= need.catchment,
            away <= need.catchment,
            either.min(1) if either.size else np.full(len(either), np.inf),
            open_land(study, need, sites),
            np.array([m is not None and m <= MONTHS_CONFIRMED for m in months], bool),
            np.array([a.assumed for a in assets], bool),
        )

    def access(self, places, demand, without_limit=None):
        """A(i): step 1 shares each provider's places among the demand that reaches it, step 2 adds the shares up."""
        asked = self.weight.T @ demand
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(asked > 0, places / asked, 0.0)
        share = np.minimum(share, CAP * self.need.adequate)
        if without_limit is not None:
            share[(self.weight[without_limit] > 0).any(0)] = 0.0
        return self.weight @ share

    def unmet_part(self, access):
        return np.maximum(0, 1 - access / self.need.adequate - self.need.floor_counts * self.land)


def is_land(asset, need):
    if asset.kind.supply != "land" or not need.floor or not asset.hectares:
        return False
    return need.id in (asset.needs or asset.kind.needs)


def open_land(study, need, sites):
    """F(i): hectares for every 1,000 people within reach of each site, added up, over the standard, at most 1."""
    hectares = np.array([study.assets[n].hectares * study.runs[n] for n in sites])
    metres = study.minutes[:, sites] * METRES_A_MINUTE / DETOUR
    within = metres - np.sqrt(hectares * 10_000 / np.pi) <= need.floor_metres
    thousands = study.people.sum(0) @ within / 1000
    with np.errstate(divide="ignore", invalid="ignore"):
        given = np.where(thousands > 0, hectares / thousands, 0.0)
    return np.minimum(1, within @ given / need.floor) if need.floor else np.zeros(len(metres))
