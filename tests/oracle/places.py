"""Where people are: areas, base areas, cells, and the people of each base area in each cell (method: Places)."""

from dataclasses import dataclass, field

import h3
import numpy as np

EARTH_M = 6_371_008.8
FINER = 2


def sides(polygons):
    """Every side of every ring, as rows of x1, y1, x2, y2."""
    rows = []
    for ring in (ring for polygon in polygons for ring in polygon):
        corners = np.array(ring, float)[:, :2]
        rows.append(np.hstack([corners, np.roll(corners, -1, axis=0)]))
    return np.vstack(rows)


def inside(outline, points):
    """Even–odd: a side is closed at its southern end, and a point on a side lies to the east of it."""
    points = np.asarray(points, float).reshape(-1, 2)
    within = np.zeros(len(points), bool)
    low, high = outline[:, [0, 1]].min(0), outline[:, [0, 1]].max(0)
    near = np.flatnonzero(((points >= low) & (points <= high)).all(1))
    for chunk in np.array_split(near, max(1, len(near) * len(outline) // 5_000_000)):
        x, y = points[chunk, :1], points[chunk, 1:]
        x1, y1, x2, y2 = outline.T
        crosses = (y1 <= y) != (y2 <= y)
        with np.errstate(divide="ignore", invalid="ignore"):
            west = x1 + (y - y1) / (y2 - y1) * (x2 - x1) <= x
        within[chunk] = (crosses & west).sum(1) % 2 == 1
    return within


def inside_point(outline):
    """The middle of the longest piece inside the area of the parallel half-way between its southern and northern end."""
    x1, y1, x2, y2 = outline.T
    y = (y1.min() + y1.max()) / 2
    at = (y1 <= y) != (y2 <= y)
    xs = np.sort(x1[at] + (y - y1[at]) / (y2[at] - y1[at]) * (x2[at] - x1[at]))
    pieces = xs[1::2] - xs[::2]
    longest = int(pieces.argmax())
    return (xs[2 * longest] + xs[2 * longest + 1]) / 2, y


def metres(a, b):
    """Great-circle metres between every row of a and every row of b (longitude, latitude)."""
    a, b = (np.radians(np.asarray(p, float).reshape(-1, 2)) for p in (a, b))
    across = np.sin((a[:, None, 1] - b[None, :, 1]) / 2) ** 2
    along = np.sin((a[:, None, 0] - b[None, :, 0]) / 2) ** 2
    h = across + np.cos(a[:, None, 1]) * np.cos(b[None, :, 1]) * along
    return 2 * EARTH_M * np.arcsin(np.sqrt(np.minimum(h, 1)))


def middle(cell):
    latitude, longitude = h3.cell_to_latlng(cell)
    return longitude, latitude


@dataclass
class Places:
    areas: list
    resolution: int
    people: dict
    postcodes: np.ndarray
    outline: dict = field(init=False)
    point: dict = field(init=False)
    base: list = field(init=False)

    def __post_init__(self):
        self.outline = {a.key: sides(a.polygons) for a in self.areas}
        self.point = {a.key: inside_point(self.outline[a.key]) for a in self.areas}
        self.geographies = self._finest_first()
        self.base = self._base_areas()
        self.index = {key: n for n, key in enumerate(self.base)}
        self.population = np.array([self.people.get(key, np.nan) for key in self.base])
        self._cells()

    def _finest_first(self):
        count = {}
        for area in self.areas:
            count[area.geography] = count.get(area.geography, 0) + 1
        return sorted(count, key=lambda g: (-count[g], g))

    def _base_areas(self):
        base = []
        for geography in self.geographies:
            so_far = list(base)
            for area in (a for a in self.areas if a.geography == geography):
                if not any(inside(self.outline[k], self.point[area.key])[0] for k in so_far):
                    base.append(area.key)
        return base

    def owners(self, points, keys):
        """The first of the areas that contains each point, -1 where none does."""
        found = np.full(len(points), -1)
        for n, key in enumerate(keys):
            free = np.flatnonzero(found < 0)
            found[free[inside(self.outline[key], points[free])]] = n
        return found

    def _grid(self, resolution):
        corners = np.vstack([o[:, :2] for o in self.outline.values()])
        (west, south), (east, north) = corners.min(0) - 0.01, corners.max(0) + 0.01
        box = h3.LatLngPoly([(south, west), (south, east), (north, east), (north, west)])
        return sorted(h3.h3shape_to_cells(box, resolution))

    def _cells(self):
        finer = self._grid(self.resolution + FINER)
        owner = self.owners(np.array([middle(c) for c in finer]), self.base)
        land = [{} for _ in self.base]
        for cell, own in zip(finer, owner):
            if own >= 0:
                parent = h3.cell_to_parent(cell, self.resolution)
                land[own][parent] = land[own].get(parent, 0) + 1
        at = self.owners(self.postcodes, self.base)
        anywhere = self.owners(self.postcodes, [a.key for a in self.areas])
        homes, stood = [{} for _ in self.base], {}
        for (longitude, latitude), own, known in zip(self.postcodes, at, anywhere):
            cell = h3.latlng_to_cell(latitude, longitude, self.resolution)
            if own >= 0:
                homes[own][cell] = homes[own].get(cell, 0) + 1
            if known >= 0:
                stood.setdefault(cell, []).append((longitude, latitude))
        self.owned = self._owned()
        beside = {n for c in self.owned for n in h3.grid_disk(c, 1)}
        shares = [self._shares(key, homes[n], land[n]) for n, key in enumerate(self.base)]
        self.cells = sorted(beside | set(stood) | {c for s in shares for c in s})
        self.cell_index = {c: n for n, c in enumerate(self.cells)}
        self.start = np.array([np.mean(stood[c], axis=0) if c in stood else middle(c) for c in self.cells])
        self.centre = np.array([middle(c) for c in self.cells])
        self.share = np.zeros((len(self.base), len(self.cells)))
        for n, share in enumerate(shares):
            for cell, part in share.items():
                self.share[n, self.cell_index[cell]] += part
        self.homes, self.land = homes, land

    def _owned(self):
        grid = self._grid(self.resolution)
        centres = np.array([middle(c) for c in grid])
        owner = self.owners(centres, [a.key for a in self.areas])
        return {c for c, own in zip(grid, owner) if own >= 0}

    def _shares(self, key, homes, land):
        """Half by postcodes, half by land; by either alone where the other is missing; else where a point inside it is."""
        parts = [part for part in (homes, land) if part]
        if not parts:
            longitude, latitude = self.point[key]
            return {h3.latlng_to_cell(latitude, longitude, self.resolution): 1.0}
        share = {}
        for part in parts:
            total = sum(part.values()) * len(parts)
            for cell, count in part.items():
                share[cell] = share.get(cell, 0) + count / total
        return share

    def members(self, key):
        """Base areas whose inside point lies in an area: an area of a base geography is its own."""
        if key in self.index:
            return [self.index[key]]
        points = np.array([self.point[k] for k in self.base])
        return list(np.flatnonzero(inside(self.outline[key], points)))


def is_end(cell, owned):
    """A cell that no area owns, beside one that is owned, with two neighbours or more that are not: else it is a crack."""
    return cell not in owned and 1 <= sum(n in owned for n in h3.grid_ring(cell, 1)) <= 4
