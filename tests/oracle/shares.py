"""The two steps of E2SFCA over cells and providers, and open land (method: Access and gap; Open land)."""

from dataclasses import dataclass

import numpy as np

import expected
from travel import DETOUR, METRES_A_MINUTE

CAP = 10.0


@dataclass
class Supply:
    """The providers of one need: who reaches whom, how strongly, and how many places each has in the period."""

    need: object
    assets: list
    places: dict
    runs: np.ndarray
    weight: np.ndarray
    reach: np.ndarray
    around: np.ndarray
    nearest: np.ndarray
    land: object
    confirmed: np.ndarray
    assumed: np.ndarray

    @classmethod
    def of(cls, study, need):
        own = [n for n, a in enumerate(study.assets) if a.share(need.id) > 0]
        sites = [n for n, a in enumerate(study.assets) if is_land(a, need)]
        assets = [study.assets[n] for n in own]
        listed = np.array([a.share(need.id) * a.places * len(study.period) for a in assets])
        minutes = study.minutes[:, own]
        land = Land.of(study, need, sites)
        either = np.hstack([minutes, land.minutes])
        return cls(
            need,
            assets,
            {"listed": listed, "likely": listed * study.runs[own]},
            study.runs[own],
            need.weight(minutes),
            minutes <= need.catchment,
            study.around[:, own] <= need.catchment,
            either.min(1) if either.size else np.full(len(either), np.inf),
            land,
            np.array([a.confirmed(study.as_of) for a in assets], bool),
            np.array([a.assumed for a in assets], bool),
        )

    def shares(self, places, demand, without_limit=None):
        """R(j): step 1 shares each provider's places among the demand that reaches it."""
        asked = self.weight.T @ demand
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(asked > 0, places / asked, 0.0)
        share = np.minimum(share, CAP * self.need.adequate)
        if without_limit is not None:
            share[(self.weight[without_limit] > 0).any(0)] = 0.0
        return share

    def unmet_part(self, reading, share):
        """The part of each referral that is unmet in a cell: as listed, or on average over what runs."""
        rest, parts = self.rest_and_parts(share)
        return np.maximum(0, rest - parts.sum(1)) if reading == "listed" else expected.unmet(rest, parts, self.runs)

    def rest_and_parts(self, share):
        """What land leaves of a referral, and what each provider gives of it, where it runs."""
        return 1 - self.need.floor_counts * self.land.share, self.weight * share / self.need.adequate

    def crowding(self, demand):
        """The mean load of the providers where a cell's people go, nobody counted twice; NaN where there are none."""
        open_to = self.weight * (self.places["likely"] > 0)
        total = open_to.sum(1, keepdims=True)
        goes = np.divide(open_to, total, out=np.zeros_like(open_to), where=total > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            load = np.where(
                self.places["likely"] > 0, self.need.adequate * (demand @ goes) / self.places["likely"], 0.0
            )
        return np.where(total[:, 0] > 0, goes @ load, np.nan)


@dataclass
class Land:
    """Sites of open land: reached at their edge, shared among the people who reach them; unknown where nobody measured."""

    minutes: np.ndarray
    reach: np.ndarray
    share: np.ndarray
    runs: np.ndarray
    unmeasured: np.ndarray

    @classmethod
    def of(cls, study, need, sites):
        hectares = np.array([study.assets[n].hectares or 0.0 for n in sites])
        to_edge = np.sqrt(hectares * 10_000 / np.pi) * DETOUR / METRES_A_MINUTE
        minutes = study.minutes[:, sites]
        reach = minutes <= need.floor_metres * DETOUR / METRES_A_MINUTE + to_edge
        thousands = study.people.sum(0) @ reach / 1000
        given = np.divide(hectares * study.runs[sites], thousands, out=np.zeros(len(sites)), where=thousands > 0)
        share = np.minimum(1, reach @ given / need.floor) if need.floor else np.zeros(len(minutes))
        lacks_size = np.array([study.assets[n].hectares is None for n in sites], bool)
        return cls(
            np.where(reach, np.maximum(0, minutes - to_edge), minutes),
            reach,
            share,
            study.runs[sites],
            reach[:, lacks_size].any(1) & (share < 1),
        )


def is_land(asset, need):
    return asset.kind.supply == "land" and bool(need.floor) and need.id in (asset.needs or asset.kind.needs)
