#!/usr/bin/env bash
# The same questions to PostgreSQL with PostGIS and to us, one after the other on one connection, in one run; see near.py.
# Needs Debian's postgresql and postgresql-15-postgis-3; what is not there is said so, and nothing is measured.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
if [ -z "$bin" ] || [ ! -e "${bin%/bin}/lib/postgis-3.so" ]; then
    echo "NOTHING MEASURED: apt-get install postgresql postgresql-15-postgis-3" >&2
    exit 0
fi
target=${CARGO_TARGET_DIR:-target}
[ -n "${PEERS_BUILT:-}" ] || cargo build --release --locked -p hereabouts -p hereabouts-bench --bin hereabouts --bin near
room=$(mktemp -d)
chmod 755 "$room"
as=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL does not run as root.
    as=(runuser -u postgres --)
    mkdir "$room/pg" && chown postgres "$room/pg"
else
    mkdir "$room/pg"
fi
stop() {
    [ -z "${server:-}" ] || kill "$server" || true
    (cd / && "${as[@]}" "$bin/pg_ctl" -D "$room/pg/data" -m immediate stop > "$room/stop.log" 2>&1) || true
    rm -rf "$room"
}
trap stop EXIT
"$target/release/near" store "$room/store" "${PEERS_LISTINGS:-200000}"
"$target/release/near" questions "${PEERS_QUESTIONS:-2000}" "${PEERS_LISTINGS:-200000}" > "$room/questions"
"$target/release/hereabouts" export --store "$room/store" assets > "$room/assets.jsonl"
(cd / && "${as[@]}" "$bin/initdb" -D "$room/pg/data" -A trust -E UTF8 --locale=C.UTF-8 > "$room/initdb.log")
# All in memory, and nothing that slows reading: pages at random cost as much as in order, no parallel workers to start.
(cd / && "${as[@]}" "$bin/pg_ctl" -D "$room/pg/data" -w -l "$room/pg/log" start -o "-c listen_addresses='' \
    -c unix_socket_directories=$room/pg -c shared_buffers=1GB -c work_mem=64MB -c effective_cache_size=3GB -c jit=off \
    -c random_page_cost=1.0 -c max_parallel_workers_per_gather=0 -c fsync=off -c autovacuum=off" > "$room/start.log")
"$target/release/hereabouts" serve --store "$room/store" --bind 127.0.0.1:18499 --as-of 2026-11-19 --log warn 2> "$room/serve.log" &
server=$!
python3 "$here/near.py" "$room" "${as[@]}" "$bin/psql" -h "$room/pg" -d postgres
