"""The walk network: lines that meet, places put on them, and shortest ways in whole millimetres (method: Along streets)."""

import heapq
import json
from collections import Counter
from dataclasses import dataclass

import numpy as np

from lists import hull
from places import EARTH_M, metres
from travel import METRES_A_MINUTE, StraightLine

NEAR_M = 300
LEAST_PART_M = 3_000
AROUND_M = 500
ENDS_MEET_M = 15
AT_A_CORNER_M = 0.5
PEOPLE_BEYOND_M = 1_000
TO_THE_CENTIMETRE = 10_000_000
DEGREE_M = np.pi / 180 * EARTH_M


@dataclass
class Line:
    file: int
    layer: str
    points: list


def lines(files):
    """Lines of GeoJSON files, level and open to everybody both ways; a layer keeps bridges apart from what is below."""
    found = []
    for n, name in enumerate(files):
        with open(name, encoding="utf-8") as file:
            features = json.load(file)["features"]
        for feature in features:
            shape, says = feature["geometry"], feature["properties"]
            layer = str(says.get("layer") or says.get("bridge") or says.get("tunnel") or "0")
            parts = [shape["coordinates"]] if shape["type"] == "LineString" else shape["coordinates"]
            found += [Line(n, layer, distinct([on_grid(p[:2]) for p in part])) for part in parts]
    return [line for line in found if len(line.points) > 1]


def distinct(points):
    return [p for n, p in enumerate(points) if n == 0 or p != points[n - 1]]


def key(point):
    """A place to ten-millionths of a degree, about a centimetre; halves go away from zero."""
    return tuple(int(np.sign(x) * np.floor(abs(x) * TO_THE_CENTIMETRE + 0.5)) for x in point)


def on_grid(point):
    return tuple(x / TO_THE_CENTIMETRE for x in key(point))


def flat(points, at):
    """Metres east and north of a point, on the plane that touches the sphere there."""
    points = np.asarray(points, float)
    return (points - at) * (np.cos(np.radians(at[1])) * DEGREE_M, DEGREE_M)


def along(points):
    """Whole millimetres from the start of a course to each of its points, step by step (great circle)."""
    a, b = np.radians(np.array(points[:-1])), np.radians(np.array(points[1:]))
    h = np.sin((a - b)[:, 1] / 2) ** 2 + np.cos(a[:, 1]) * np.cos(b[:, 1]) * np.sin((a - b)[:, 0] / 2) ** 2
    return np.concatenate([[0], np.cumsum(np.rint(2 * EARTH_M * np.arcsin(np.sqrt(h)) * 1000).astype(np.int64))])


class Segments:
    """Steps of courses, to be searched by place."""

    def __init__(self, starts, ends):
        self.a, self.b = np.array(starts, float).reshape(-1, 2), np.array(ends, float).reshape(-1, 2)
        self.low, self.high = np.minimum(self.a, self.b), np.maximum(self.a, self.b)

    def near(self, point, reach):
        """Those within reach of a point: which, how far off, where on them (0 to 1), and how much of them is within reach."""
        window = reach / DEGREE_M / np.array([np.cos(np.radians(point[1])), 1.0]) * 1.001
        which = np.flatnonzero(((self.low <= point + window) & (self.high >= point - window)).all(1))
        a, b = flat(self.a[which], point), flat(self.b[which], point)
        step = b - a
        square = np.maximum((step * step).sum(1), 1e-12)
        at = np.clip(-(a * step).sum(1) / square, 0, 1)
        off = np.hypot(*(a + step * at[:, None]).T)
        middle = -(a * step).sum(1) / square
        half = np.sqrt(np.maximum(0, reach**2 - ((a + step * middle[:, None]) ** 2).sum(1)) / square)
        inside = np.clip(middle + half, 0, 1) - np.clip(middle - half, 0, 1)
        near = off <= reach
        return which[near], off[near], at[near], (inside * np.sqrt(square))[near]


class Network:
    """Pieces of street between nodes, where lines meet or end."""

    def __init__(self, lines):
        self.nodes, self.pieces = {}, []
        cuts, links = self._ends_meet(lines)
        ends = {p for line in lines for p in (line.points[0], line.points[-1])}
        passing = Counter((p, line.layer) for line in lines for p in line.points[1:-1])
        for n, line in enumerate(lines):
            self._cut(line, sorted(cuts.get(n, [])), ends, passing)
        for end, foot in links:
            self._piece(self._node(end), self._node(foot), [end, foot])
        self._parts()
        self._segments()

    def _ends_meet(self, lines):
        """The end of a line of one file meets the nearest line of another within 15 m: a way from it to the foot there."""
        cuts, links = {}, []
        for file in sorted({line.file for line in lines}):
            others = [(n, m) for n, line in enumerate(lines) if line.file != file for m in range(len(line.points) - 1)]
            if not others:
                continue
            steps = Segments([lines[n].points[m] for n, m in others], [lines[n].points[m + 1] for n, m in others])
            ends = {p for line in lines if line.file == file for p in (line.points[0], line.points[-1])}
            for end in sorted(ends):
                which, off, at, _ = steps.near(np.array(end), ENDS_MEET_M)
                if len(which):
                    best = int(off.argmin())
                    n, m = others[which[best]]
                    a, b = np.array(lines[n].points[m]), np.array(lines[n].points[m + 1])
                    foot = tuple(a + (b - a) * at[best])
                    corners = lines[n].points[m : m + 2]
                    foot = next((c for c in corners if metres([c], [foot])[0, 0] <= AT_A_CORNER_M), foot)
                    cuts.setdefault(n, []).append((m, at[best], foot))
                    links.append((end, foot))
        return cuts, links

    def _node(self, name):
        return self.nodes.setdefault(name, len(self.nodes))

    def _piece(self, a, b, points):
        self.pieces.append((a, b, points, along(points)))

    def _cut(self, line, cuts, ends, passing):
        """A line is cut where another meets it on its layer, where one ends, and at feet of ends of other files."""
        course = list(line.points)
        for m, _, foot in reversed(cuts):
            if foot not in course:
                course.insert(m + 1, foot)
        feet = {foot for _, _, foot in cuts}
        piece, first = [], None
        for n, point in enumerate(course):
            piece.append(point)
            if n in (0, len(course) - 1) or point in ends or point in feet or passing[point, line.layer] > 1:
                node = self._node(point if point in ends or point in feet else (point, line.layer))
                if first is not None:
                    self._piece(first, node, piece)
                piece, first = [point], node

    def _parts(self):
        parent = list(range(len(self.nodes)))

        def find(x):
            while parent[x] != x:
                parent[x] = parent[parent[x]]
                x = parent[x]
            return x

        for a, b, _, _ in self.pieces:
            parent[find(a)] = find(b)
        length = {}
        for a, _, _, course in self.pieces:
            length[find(a)] = length.get(find(a), 0) + course[-1]
        self.parts = len(length)
        self.of_use = [length[find(a)] >= LEAST_PART_M * 1000 for a, _, _, _ in self.pieces]

    def _segments(self):
        self.ways = [[] for _ in self.nodes]
        self.step = []
        starts, ends = [], []
        for n, (a, b, points, course) in enumerate(self.pieces):
            self.ways[a].append((b, int(course[-1])))
            self.ways[b].append((a, int(course[-1])))
            if self.of_use[n]:
                for m in range(len(points) - 1):
                    self.step.append((n, m))
                    starts.append(points[m])
                    ends.append(points[m + 1])
        self.segments = Segments(starts, ends)

    def put(self, point):
        """The nearest street of use within 300 m: its piece, millimetres from its start, millimetres to walk there; and
        whether streets are known here."""
        which, off, at, inside = self.segments.near(np.array(on_grid(point)), AROUND_M)
        if not len(which) or off.min() > NEAR_M or inside.sum() < AROUND_M:
            return None
        best = int(off.argmin())
        piece, m = self.step[which[best]]
        course = self.pieces[piece][3]
        return piece, int(course[m] + round(at[best] * (course[m + 1] - course[m]))), round(off[best] * 1000)

    def from_place(self, put):
        """Millimetres from a place to every node."""
        piece, offset, walk = put
        a, b, _, course = self.pieces[piece]
        best = [None] * len(self.nodes)
        queue = [(walk + offset, a), (walk + int(course[-1]) - offset, b)]
        heapq.heapify(queue)
        while queue:
            far, node = heapq.heappop(queue)
            if best[node] is None:
                best[node] = far
                for other, length in self.ways[node]:
                    if best[other] is None:
                        heapq.heappush(queue, (far + length, other))
        return np.array([np.inf if far is None else far for far in best])


class AlongStreets:
    """Minutes along streets between places where they are known, else the straight line made longer, in both directions."""

    def __init__(self, places, files):
        self.places, self.straight = places, StraightLine(places)
        self.network = Network(lines(files))
        self.put = [self.network.put(p) for p in places.start]
        self.known = np.array([p is not None for p in self.put])

    def minutes(self, points):
        found = self.straight.minutes(points)
        self.off = np.ones(len(points), bool)
        here = np.flatnonzero(self.known)
        piece, offset, walk = np.array([self.put[n] for n in here]).T
        ends = np.array([(p[0], p[1], p[3][-1]) for p in self.network.pieces])[piece]
        done = {}
        for n, point in enumerate(points):
            if point not in done:
                done[point] = self._from(self.network.put(point), piece, offset, walk, ends)
            if done[point] is not None:
                self.off[n] = False
                found[here, n] = done[point]
        return found

    def _from(self, put, piece, offset, walk, ends):
        if put is None:
            return None
        far = self.network.from_place(put)
        ways = np.minimum(far[ends[:, 0]] + offset, far[ends[:, 1]] + ends[:, 2] - offset)
        same = piece == put[0]
        ways[same] = np.minimum(ways[same], put[2] + abs(offset[same] - put[1]))
        return (ways + walk) / 1000 / METRES_A_MINUTE

    def near_the_end(self, reach):
        """Cells within reach of those parts of the line around all streets that have people within 1 km off the streets."""
        around = hull([p for piece in self.network.pieces for p in piece[2]])
        people = (np.nan_to_num(self.places.population) @ self.places.share > 0) & ~self.known
        found = np.zeros(len(self.places.cells), bool)
        if people.any():
            line = np.vstack([cut(side) for side in around])
            open_parts = line[metres(line, self.places.centre[people]).min(1) <= PEOPLE_BEYOND_M]
            if len(open_parts):
                found = metres(self.places.centre, open_parts).min(1) <= reach
        return found


def cut(side, every=250):
    """A side divided evenly into the fewest pieces of at most so many metres: their beginnings."""
    a, b = side[:2], side[2:]
    pieces = max(1, int(np.ceil(metres([a], [b])[0, 0] / every)))
    return a + (b - a) * np.linspace(0, 1, pieces, endpoint=False)[:, None]
