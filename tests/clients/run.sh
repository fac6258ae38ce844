#!/bin/sh
# Real clients against a running server: GDAL (through pyogrio, and ogr2ogr where it is installed), OWSLib, schemathesis.
#
#   tests/clients/run.sh                              builds the server and serves its demo for the time of the test
#   tests/clients/run.sh http://127.0.0.1:8080        a server that runs already
#   tests/clients/run.sh path/to/hereabouts           the same with a server that is built
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${HEREABOUTS_CLIENTS_VENV:-$here/../../target/clients-venv}

if ! [ -x "$venv/bin/schemathesis" ]; then
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet -r "$here/requirements.txt"; }; then
        echo "SKIPPED: the client packages cannot be installed; no client was tried" >&2
        exit 0
    fi
fi

if [ $# -eq 0 ]; then
    (cd "$here/../.." && cargo build --locked -p hereabouts)
    set -- "${CARGO_TARGET_DIR:-$here/../../target}/debug/hereabouts"
fi

case $1 in
http*) base=$1 ;;
*)
    log=$(mktemp)
    "$1" demo --bind 127.0.0.1:0 >"$log" 2>&1 &
    server=$!
    trap 'kill $server; rm -f "$log"' EXIT
    base=
    for _ in $(seq 120); do
        base=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$log" | head -n 1) && [ -n "$base" ] && break
        kill -0 $server || { cat "$log" >&2; exit 1; }
        sleep 0.5
    done
    ;;
esac

"$venv/bin/python" "$here/read_everything.py" "$base"
if command -v ogr2ogr >/dev/null; then
    copy=$(mktemp -d)
    for collection in assets neighbourhoods gaps cells grants streets; do
        ogr2ogr "$copy/$collection.csv" "OAPIF:$base/ogc" "$collection" -oo PAGE_SIZE=1000 -lco GEOMETRY=AS_WKT
        read=$("$venv/bin/python" -c 'import csv, sys; csv.field_size_limit(1 << 30); print(sum(1 for _ in csv.reader(open(sys.argv[1]))) - 1)' "$copy/$collection.csv")
        has=$("$venv/bin/python" -c 'import json, sys, urllib.request as u; print(json.load(u.urlopen(sys.argv[1]))["numberMatched"])' "$base/ogc/collections/$collection/items?limit=1")
        echo "ogr2ogr: $read of $has $collection"
        [ "$read" = "$has" ]
    done
    rm -r "$copy"
fi
"$venv/bin/python" -c 'import sys, urllib.request; sys.stdout.buffer.write(urllib.request.urlopen(sys.argv[1]).read())' \
    "$base/ogc/api" | "$venv/bin/openapi-spec-validator" -
cd "$here" && SCHEMATHESIS_HOOKS=hooks "$venv/bin/schemathesis" run "$base/ogc/api" --seed 1
