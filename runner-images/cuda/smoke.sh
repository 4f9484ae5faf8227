#!/usr/bin/env bash
# As the CPU image's, with the CUDA runtime beside it. Where the machine has a GPU, preflight shows that the container sees it.
set -euo pipefail
[ -e /usr/local/cuda ] || { echo "no CUDA runtime" >&2; exit 1; }
exec bash "$(dirname "$0")/../cpu/smoke.sh" "$@"
