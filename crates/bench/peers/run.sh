#!/usr/bin/env bash
# Two-step floating catchments and ways on streets by others and by us, in one run: see peers.py and streets.py.
# The workload and the streets are made up here (made_up.py) unless PEERS_FOLDER and PEERS_STREETS name others. All peers are installed or nothing is measured: a table
# without some of them reads like a whole one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
target=${CARGO_TARGET_DIR:-target}
python=${target}/peers/bin/python
if ! { [ -x "$python" ] || python3 -m venv "${target}/peers"; } ||
    ! "$python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"; then
    echo "NOTHING MEASURED: what others use could not be installed (CPython 3.11 or newer, with venv and pip)" >&2
    exit 1
fi
broken=0
for package in access duckdb numba numpy pandana pandas scipy; do
    why=$("$python" -c "import $package" 2>&1) || { echo "$package cannot be imported: ${why##*$'\n'}" >&2; broken=1; }
done
command -v cc > /dev/null || { echo "there is no C compiler (cc) for kernel.c" >&2; broken=1; }
[ "$broken" = 0 ] || { echo "NOTHING MEASURED: see above" >&2; exit 1; }
cargo build --release --locked -p hereabouts-bench --bin workload --bin streets
made=${target}/peers-made-up
folder=${PEERS_FOLDER:-$made/nation}
streets=${PEERS_STREETS:-$made/streets}
[ -n "${PEERS_FOLDER:-}" ] || "$python" "$here/made_up.py" nation "$folder"
[ -n "${PEERS_STREETS:-}" ] || "$python" "$here/made_up.py" streets "$streets"
for decay in step dai; do
    "$python" "$here/peers.py" "$folder" "${target}/release/workload" --decay "$decay" --runs "${PEERS_RUNS:-7}"
done
"$python" "$here/streets.py" "$streets" "${target}/release/streets" --runs 3
