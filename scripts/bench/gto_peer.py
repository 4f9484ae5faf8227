"""Times GTO on a repository, as a command and within a process; prints JSON, seconds.

usage: gto_peer.py REPOSITORY ARTIFACT STAGE VERSION [ROUNDS]     (it writes stage tags into the repository)
"""

import json
import subprocess
import sys
import time
from pathlib import Path

repository, artifact, stage, version = sys.argv[1:5]
rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 1
gto = str(Path(sys.executable).parent / "gto")


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def command(*arguments):
    subprocess.run([gto, *arguments], cwd=repository, check=True, stdout=subprocess.DEVNULL)


def show():
    from gto import api

    api.show(repository)


def assign():
    from gto import api

    api.assign(repository, artifact, stage, version=version, force=True)


MEASURED = {
    "show_command": lambda: command("show", "--json"),
    "show_api": show,
    "assign_command": lambda: command("assign", artifact, "--version", version, "--stage", stage, "--force"),
    "assign_api": assign,
}
print(json.dumps({name: [timed(run) for _ in range(rounds)] for name, run in MEASURED.items()}))
