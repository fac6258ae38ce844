#!/usr/bin/env bash
# The same questions to PostgreSQL with PostGIS and to us, one after the other, in one run, each by a client in C that does
# nothing else: pgbench with a prepared statement over a socket, wrk over HTTP. PostgreSQL is asked for the whole answer
# (near_answer.sql) and for the nearest twenty alone (near_twenty.sql); near.py says whether the whole answers are the same.
# Needs Debian's postgresql, postgresql-postgis, wrk and curl, which `make bench-peers` installs; without one of them nothing
# is measured, and the run fails and says so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
missing=
[ -n "$bin" ] && [ -x "$bin/pgbench" ] || missing+=" postgresql"
[ -n "$bin" ] && [ -e "${bin%/bin}/lib/postgis-3.so" ] || missing+=" postgresql-postgis"
for program in wrk curl python3; do
    command -v "$program" > /dev/null || missing+=" $program"
done
if [ -n "$missing" ]; then
    echo "NOTHING MEASURED: apt-get install$missing" >&2
    exit 1
fi
# Whether there is all that it takes, and no more: for `make bench-peers`.
[ "${1:-}" != --check ] || exit 0
target=${CARGO_TARGET_DIR:-target}
[ -n "${PEERS_BUILT:-}" ] || cargo build --release --locked -p hereabouts -p hereabouts-bench --bin hereabouts --bin near
programs=${PEERS_BUILT:-$target/release}
listings=${PEERS_LISTINGS:-200000}
seconds=${PEERS_SECONDS:-10}
half=1000
room=$(mktemp -d)
chmod 755 "$room"
as=()
mkdir "$room/pg"
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL does not run as root.
    as=(runuser -u postgres --)
    chown postgres "$room/pg"
fi
stop() {
    [ -z "${server:-}" ] || kill "$server" || true
    (cd / && "${as[@]}" "$bin/pg_ctl" -D "$room/pg/data" -m immediate stop > "$room/stop.log" 2>&1) || true
    rm -rf "$room"
}
trap stop EXIT
"$programs/near" store "$room/store" "$listings"
"$programs/near" questions $((2 * half)) "$listings" > "$room/questions"
"$programs/hereabouts" export --store "$room/store" assets > "$room/assets.jsonl"
(cd / && "${as[@]}" "$bin/initdb" -D "$room/pg/data" -A trust -E UTF8 --locale=C.UTF-8 > "$room/initdb.log")
# All in memory, and nothing that slows reading: pages at random cost as much as in order, no parallel workers to start.
(cd / && "${as[@]}" "$bin/pg_ctl" -D "$room/pg/data" -w -l "$room/pg/log" start -o "-c listen_addresses='' \
    -c unix_socket_directories=$room/pg -c shared_buffers=1GB -c work_mem=64MB -c effective_cache_size=3GB -c jit=off \
    -c random_page_cost=1.0 -c max_parallel_workers_per_gather=0 -c fsync=off -c autovacuum=off" > "$room/start.log")
user=()
[ "$(id -u)" != 0 ] || user=(-U postgres)
psql=("$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$room/pg" "${user[@]}" -d postgres)
"$programs/hereabouts" serve --store "$room/store" --bind 127.0.0.1:18499 --as-of 2026-11-19 --log warn 2> "$room/serve.log" &
server=$!
for _ in $(seq 300); do
    ! curl -sf "http://127.0.0.1:18499$(head -1 "$room/questions")" > "$room/first" || break
    sleep 0.2
done
python3 "$here/near.py" "$room/kept.csv"
"${psql[@]}" -v room="$room" -f "$here/near.sql" > "$room/load.log"

# The statement of a script for each question, in order, as psql reads it.
for n in $(seq $((2 * half))); do
    echo "\\set n $n"
    grep -v '^\\set\|^--' "$here/near_answer.sql"
done > "$room/each.sql"
"${psql[@]}" -A -t -f "$room/each.sql" > "$room/answers"
python3 "$here/near.py" "$room/questions" "$room/answers"

# Of a script, a first and a last question and so many connections: requests a second, median and 99th percentile in ms.
postgres() {
    rm -f "$room"/log.*
    (cd "$room" && "$bin/pgbench" -h "$room/pg" "${user[@]}" -n -M prepared -f "$here/$1" -D first="$2" -D last="$3" -c "$4" \
        -j 2 -T "$seconds" -l --log-prefix="$room/log" --random-seed=1 postgres > "$room/pgbench")
    awk '{ print $3 / 1000 }' "$room"/log.* | sort -n | awk -v seconds="$seconds" \
        '{ ms[NR] = $1 } END { printf "%.1f %.3f %.3f\n", NR / seconds, ms[int(NR * 0.5) + 1], ms[int(NR * 0.99) + 1] }'
}
ours() {
    wrk -t 2 -c "$3" -d "${seconds}s" -s "$here/near.lua" http://127.0.0.1:18499 -- "$room/questions" "$1" "$2" > "$room/wrk"
    sed -n 's/^MEASURED //p' "$room/wrk"
}
tell() { printf '  %-44s %9.0f requests/s, median %8.3f ms, 99th percentile %8.3f ms\n' "$1" "$2" "$3" "$4"; }
for questions in "conditions 1 $half" "conditions,and,words $((half + 1)) $((2 * half))"; do
    read -r what first last <<< "$questions"
    for connections in 2 8; do
        echo "${what//,/ }, $connections connections"
        # Once to warm up, then the run that counts.
        postgres near_answer.sql "$first" "$last" "$connections" > "$room/warm"
        whole=$(postgres near_answer.sql "$first" "$last" "$connections")
        twenty=$(postgres near_twenty.sql "$first" "$last" "$connections")
        ours "$first" "$last" "$connections" > "$room/warm"
        own=$(ours "$first" "$last" "$connections")
        # shellcheck disable=SC2086 # three numbers each
        { tell "PostgreSQL, the whole answer" $whole; tell "PostgreSQL, the nearest twenty alone" $twenty; tell "hereabouts, the whole answer" $own; }
        echo "$whole $twenty $own" | awk '{ printf "  times as fast: the whole answer %.1f by rate, %.1f by median, %.1f by 99th percentile; the nearest twenty alone %.1f by rate\n", $7 / $1, $2 / $8, $3 / $9, $7 / $4 }'
    done
done
