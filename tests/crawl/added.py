"""What only the program after has: members of JSON and columns of tables, taken out of its answer before the two are compared.

Only what the program before lacks at the very same spot is taken out, so that a value that both have is always compared.
"""

import csv
import io
import json
import re
from dataclasses import dataclass


@dataclass
class Added:
    """One entry of the list; see renames.toml for what each field means."""

    names: frozenset
    where: re.Pattern
    why: str
    explained: int = 0

    def taken_out(self, before, after):
        """Both parts in a form that compares, or None where nothing was taken out."""
        taken = {"json": self._json, "csv": self._csv, "html": self._html}.get(after.media)
        return taken(before, after) if taken and before.media == after.media else None

    def _json(self, before, after):
        try:
            a, b = documents(before.data), documents(after.data)
        except ValueError:
            return None
        left, right = json.dumps(a), json.dumps(self._pruned(a, b))
        return (
            (before._replace(data=left.encode()), after._replace(data=right.encode()))
            if right != json.dumps(b)
            else None
        )

    def _pruned(self, a, b):
        """`b` without added members and without entries of lists that go by an added name; in the order of `a`."""
        if isinstance(a, dict) and isinstance(b, dict):
            kept = {key: self._pruned(a[key], b[key]) for key in a if key in b}
            return kept | {key: value for key, value in b.items() if key not in a and key not in self.names}
        if isinstance(a, list) and isinstance(b, list):
            known = {_name(x) for x in a}
            kept = [x for x in b if _name(x) in known or _name(x) not in self.names]
            return [self._pruned(x, y) for x, y in zip(a, kept, strict=False)] + kept[len(a) :]
        return b

    def _csv(self, before, after):
        mark = "\ufeff"
        read = [
            list(csv.reader(io.StringIO(part.data.decode("utf-8", "replace").removeprefix(mark), newline="")))
            for part in (before, after)
        ]
        if not all(read):
            return None
        gone = [at for at, name in enumerate(read[1][0]) if name in self.names and name not in read[0][0]]
        if not gone:
            return None
        left, right = (
            json.dumps([[cell for at, cell in enumerate(row) if at not in out] for row in rows], indent=0)
            for rows, out in zip(read, ([], gone), strict=True)
        )
        return before._replace(data=left.encode()), after._replace(data=right.encode())

    def _html(self, before, after):
        heads = [set(re.findall(rb"<(?:th|dt)[^>]*>([a-z_]+)</", part.data)) for part in (before, after)]
        gone = {name for name in heads[1] - heads[0] if name.decode() in self.names}
        if not gone:
            return None
        data = after.data
        for name in gone:
            data = re.sub(rb"<dt[^>]*>%s</dt>\s*<dd[^>]*>.*?</dd>\s*" % name, b"", data, flags=re.S)
        return before, after._replace(
            data=re.sub(rb"<table.*?</table>", lambda found: _without(found[0], gone), data, flags=re.S)
        )


def _without(table, gone):
    cells = re.compile(rb"\s*<t[hd][ >].*?</t[hd]>", re.S)
    out = [
        at
        for at, cell in enumerate(cells.findall(table.partition(b"</tr>")[0]))
        if re.search(rb">([a-z_]+)</", cell) and re.search(rb">([a-z_]+)</", cell)[1] in gone
    ]

    def row(found):
        at = iter(range(1000))
        return cells.sub(lambda cell: b"" if next(at) in out else cell[0], found[0])

    return re.sub(rb"<tr.*?</tr>", row, table, flags=re.S) if out else table


def _name(entry):
    """What an entry of a list goes by: a text itself, an object by its `name`."""
    return entry if isinstance(entry, str) else entry.get("name") if isinstance(entry, dict) else None


def documents(data):
    # Numbers stay as they are written.
    lines = [data] if data[:1] != b"{" or b"\n{" not in data else data.split(b"\n")
    return [json.loads(line, parse_float=str, parse_int=str) for line in lines if line.strip()]
