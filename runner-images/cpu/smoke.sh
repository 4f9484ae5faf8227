#!/usr/bin/env bash
# Inside the image: what jobs need is there, and the native parts are the ones that this version of Slipway pins.
# smoke.sh DIST TABLES
set -euo pipefail
dist=$1
tables=$2
for program in git python3 cc; do command -v "$program" >/dev/null || { echo "no $program" >&2; exit 1; }; done
node=$(command -v node || ls /home/runner/externals/node24/bin/node)

work=$(mktemp -d)
mkdir "$work/temp" "$work/tools"
for file in output env path; do : >"$work/$file"; done
step() {
  env GITHUB_REPOSITORY=slipway-ml/slipway GITHUB_SHA=image GITHUB_EVENT_NAME=image GITHUB_WORKSPACE="$work" \
    RUNNER_TEMP="$work/temp" RUNNER_TOOL_CACHE="$work/tools" GITHUB_OUTPUT="$work/output" GITHUB_ENV="$work/env" \
    GITHUB_PATH="$work/path" GITHUB_STEP_SUMMARY= "$node" "$dist/$1.js"
}
step setup
grep -qx image "$work/output" || { echo "the native parts are not the image's" >&2; exit 1; }

# It has no column "target": that is known only after it was read.
said=$("$node" "$dist/cli.js" evaluate "$tables/pandas.parquet" --task binary --json || true)
grep -q COLUMN_MISSING <<<"$said" || { echo "DuckDB does not read Parquet: $said" >&2; exit 1; }

step preflight
rm -rf "$work"
echo "smoke: ok"
