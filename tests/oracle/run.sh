#!/bin/sh
# The gaps report recomputed from the text of the method, and held against the program's, column by column.
#
#   tests/oracle/run.sh                       builds the program
#   tests/oracle/run.sh path/to/hereabouts    one that is built
#   BED=folder tests/oracle/run.sh …          where the test bed is, which has Bath; without it Bath is left out
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=${HEREABOUTS_ORACLE_VENV:-$here/../../target/oracle-venv}
cd "$here/../.."

if ! "$venv/bin/python" -c 'import h3, numpy' 2>/dev/null; then
    if ! { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet -r "$here/requirements.txt"; }; then
        echo "SKIPPED: the packages of tests/oracle cannot be installed; nothing was recomputed" >&2
        exit 0
    fi
fi
if [ $# -eq 0 ]; then
    cargo build --locked -p hereabouts
    set -- "${CARGO_TARGET_DIR:-target}/debug/hereabouts"
fi
bed=${BED:-$(grep -o '\.\./[a-z/]*' tests/src/bed.rs | head -n 1)}
[ -d "$bed/bath" ] || { echo "no test bed: Bath is left out"; bed=; }
exec "$venv/bin/python" tests/oracle/oracle.py "$1" ${bed:+--bed "$bed"}
