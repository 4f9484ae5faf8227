#!/usr/bin/env bash
# Puts the native parts into a folder as the action `setup` would: pinned, hashed, of this platform only. native.sh DIST FOLDER
set -euo pipefail
dist=$1
folder=$2
work=$(mktemp -d)
mkdir "$work/temp" "$work/tools"
for file in output env path; do : >"$work/$file"; done
env GITHUB_REPOSITORY=slipway-ml/slipway GITHUB_SHA=image GITHUB_EVENT_NAME=image GITHUB_WORKSPACE="$work" \
  RUNNER_TEMP="$work/temp" RUNNER_TOOL_CACHE="$work/tools" GITHUB_OUTPUT="$work/output" GITHUB_ENV="$work/env" \
  GITHUB_PATH="$work/path" GITHUB_STEP_SUMMARY= node "$dist/setup.js"
mkdir -p "$(dirname "$folder")"
mv "$work"/tools/slipway-native/*/* "$folder"
rm -rf "$work"
chmod -R a+rX,go-w "$folder"
