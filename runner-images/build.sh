#!/usr/bin/env bash
# Builds one image from the repository's root and tries it: build.sh FLAVOUR TAG
set -euo pipefail
flavour=${1:?cpu or cuda}
tag=${2:?name of the image}
cd "$(dirname "$0")/.."
[ -f dist/setup.js ] || { echo "dist/ is missing: run \`make build\`" >&2; exit 1; }

arguments=()
while IFS= read -r line; do
  [[ $line =~ ^[A-Z_]+= ]] && arguments+=(--build-arg "$line")
done <"runner-images/$flavour/versions.lock"

docker build --file "runner-images/$flavour/Dockerfile" "${arguments[@]}" --tag "$tag" .
docker run --rm --volume "$PWD/dist:/dist:ro" --volume "$PWD/test/golden/data/tables:/tables:ro" \
  --volume "$PWD/runner-images:/runner-images:ro" --entrypoint bash "$tag" "/runner-images/$flavour/smoke.sh" /dist /tables
