"""Where each list of assets looks and for what, hence whose supply is known (method: What is known of supply)."""

from dataclasses import dataclass

import numpy as np

from places import inside


@dataclass
class List:
    """A source of listings: what its map says it covers and has all of, and the listings themselves."""

    covers: object
    complete: object
    listings: list


def lists(program, listings):
    found = []
    for source in program.sources():
        if source["kind"] == "assets":
            about = source["about"].get("list") or {}
            own = [record for name, record in listings if name == source["source"]]
            found.append(List(about.get("covers"), about.get("complete"), own))
    return found


def complete_kinds(one):
    if one.complete in (True, "all"):
        return {record["kind"] for record in one.listings}
    return set(one.complete or [])


def subjects(one, kinds, needs):
    """Needs that most places of a listed kind go to, those that listings name, and land where a need has a floor."""
    told = {need for record in one.listings for need in record.get("needs", [])}
    for kind in {record["kind"] for record in one.listings} | complete_kinds(one):
        of_kind = kinds[kind]
        if of_kind.supply == "places":
            told |= of_kind.main_needs()
        elif of_kind.supply == "land":
            told |= {need.id for need in needs if need.floor and need.id in of_kind.needs}
    return told


def hull(points):
    """The smallest convex shape around points, as sides (Andrew's monotone chain)."""
    points = sorted(set(map(tuple, points)))
    chains = []
    for way in (points, points[::-1]):
        chain = []
        for p in way:
            while len(chain) > 1 and cross(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        chains.append(chain[:-1])
    corners = np.array(chains[0] + chains[1], float)
    return np.hstack([corners, np.roll(corners, -1, axis=0)])


def cross(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def extent(one, places):
    """Base areas and cells that a list reaches, as two rows of yes and no."""
    base, cells = np.zeros(len(places.base), bool), np.zeros(len(places.cells), bool)
    covers = one.covers
    if covers == "nation":
        return ~base, ~cells
    if covers is None:
        stood = np.array([r["place"] for r in one.listings if r.get("place")], float).reshape(-1, 2)
        at = places.owners(stood, places.base)
        base[at[at >= 0]] = True
        if (at >= 0).sum() > 2:
            cells = inside(hull(stood[at >= 0]), places.start)
        return base, cells
    if "geography" in covers:
        keys = [a.key for a in places.areas if a.geography == covers["geography"]]
    elif "areas" in covers:
        keys = [a.key for a in places.areas if a.code in covers["areas"]]
    else:
        raise SystemExit(f"an extent that is not recomputed here: {sorted(covers)}")
    for key in keys:
        base[places.members(key)] = True
    return base, cells


def reached(these, places):
    """Base area × cell: whether the people of an area in a cell are reached by one of these lists."""
    found = np.zeros((len(places.base), len(places.cells)), bool)
    for one in these:
        base, cells = extent(one, places)
        found |= base[:, None] | cells[None, :]
    return found


def tells_all(one, kinds, need):
    """Whether a list has all of a kind that mainly answers the need: there, nothing listed is nothing."""
    return any(need.id in kinds[kind].main_needs() for kind in complete_kinds(one))
