"""Questions to PostgreSQL + PostGIS and to our server, each on one connection: near.py ROOM PSQL...

PostgreSQL gives the nearest twenty that fit, with their columns; ours gives the same and the total, the counts of every
further condition, what lies just outside and the reasons. PostgreSQL's statements are prepared, one for each combination of
conditions, with a GiST index on the geography (nearest neighbours by `<->`) and trigrams for words; its times are psql's own,
ours are those of a client in Python and so a little too long."""

import http.client
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

METRES_A_MINUTE = 4.8 * 1000 / 60 / 1.3
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
TABLE = """
create extension postgis; create extension pg_trgm;
create unlogged table raw (row jsonb);
\\copy raw from '{file}' with (format csv, quote e'\\x01', delimiter e'\\x02')
create table assets as select row->>'source_id' id, row->>'name' name, row->>'description' description, row->>'phone' phone,
  row->>'website' website, (row->>'cost_from')::float cost, (row->>'step_free')::bool step_free, row->'needs' needs,
  (row#>>'{{timetable,sessions,0,on,weekly,day}}')::int weekday, (row#>>'{{timetable,sessions,0,from}}')::int starts,
  st_point((row#>>'{{place,0}}')::float, (row#>>'{{place,1}}')::float)::geography place, (row->>'name') || ' ' || (row->>'description') words
  from (select row->'record' as row from raw) as record;
create index on assets using gist (place);
create index on assets using gin (words gin_trgm_ops);
create index on assets (weekday); vacuum analyze assets;
"""


def statement(query):
    """Conditions of a question as SQL with parameters, and these."""
    lat, lon = map(float, query["at"].split(","))
    metres = float(query.get("minutes", 15)) * METRES_A_MINUTE
    values, where = [lon, lat, metres], ["st_dwithin(place, st_point($1, $2)::geography, $3)"]
    kinds = ["float8", "float8", "float8"]

    def also(condition, kind=None, value=None):
        if kind:
            kinds.append(kind)
            values.append(value)
        where.append(condition.format(f"${len(values)}"))

    if "need" in query:
        also("needs ? {}", "text", query["need"])
    if "free" in query:
        also("cost = 0")
    if "step_free" in query:
        also("step_free")
    if "day" in query:
        also("weekday = {}", "int", DAYS.index(query["day"]))
    if "after" in query:
        also("starts >= {}", "int", int(query["after"][:2]) * 60)
    if "open" in query:
        also("weekday is not null")
    if "q" in query:
        also("{} <% words", "text", query["q"])
    columns = "id, name, description, phone, website, cost, step_free, weekday, starts"
    sql = (
        f"select {columns}, st_distance(place, st_point($1, $2)::geography) from assets where {' and '.join(where)} "
        "order by place <-> st_point($1, $2)::geography limit 20"
    )
    return sql, kinds, values


def postgres(room, psql, questions):
    def run(text):
        told = [*psql, "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        return subprocess.run(told, input=text, text=True, check=True, stdout=subprocess.PIPE, cwd="/").stdout

    run(TABLE.format(file=room / "assets.jsonl"))
    names, prepare, execute = {}, [], []
    for query in questions:
        sql, kinds, values = statement(query)
        if sql not in names:
            names[sql] = f"s{len(names)}"
            prepare.append(f"prepare {names[sql]} ({', '.join(kinds)}) as {sql};")
        written = ", ".join("'" + str(v).replace("'", "''") + "'" for v in values)
        execute.append(f"execute {names[sql]} ({written});")
    # Once to warm up, then the run that counts.
    text = "\n".join([*prepare, "\\o /dev/null", *execute, "\\timing on", *execute])
    return [float(line.split()[1]) for line in run(text).splitlines() if line.startswith("Time:")]


def ours(addresses):
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", 18499, timeout=60)
            connection.connect()
            break
        except OSError:
            time.sleep(0.2)
    times = []
    for run in range(2):
        for address in addresses:
            began = time.perf_counter()
            connection.request("GET", address)
            answer = connection.getresponse()
            answer.read()
            if run:
                times.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                raise SystemExit(f"{answer.status} for {address}")
    return times


def tell(name, ms):
    p99 = sorted(ms)[int(len(ms) * 0.99)]
    print(f"  {name}: mean {statistics.fmean(ms):.2f} ms, median {statistics.median(ms):.2f}, 99th percentile {p99:.2f}")
    return statistics.fmean(ms), statistics.median(ms), p99


def main():
    room, psql = Path(sys.argv[1]), sys.argv[2:]
    addresses = (room / "questions").read_text().split()
    questions = [{k: v[0] for k, v in parse_qs(urlsplit(a).query).items()} for a in addresses]
    theirs, own = postgres(room, psql, questions), ours(addresses)
    for what, holds in [("conditions", lambda q: "q" not in q), ("conditions and words", lambda q: "q" in q)]:
        at = [i for i, q in enumerate(questions) if holds(q)]
        print(f"{what}, {len(at)} questions")
        a, b = tell("PostgreSQL", [theirs[i] for i in at]), tell("hereabouts", [own[i] for i in at])
        print("  times as fast: mean {:.1f}, median {:.1f}, 99th percentile {:.1f}".format(*(x / y for x, y in zip(a, b))))


main()
