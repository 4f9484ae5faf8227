"""Times one use of GTO on a repository; prints seconds.

usage: gto_peer.py WHAT REPOSITORY ARTIFACT STAGE VERSION     (assign writes a stage tag into the repository)
"""

import subprocess
import sys
import time
from pathlib import Path

what, repository, artifact, stage, version = sys.argv[1:]
gto = str(Path(sys.executable).parent / "gto")


def command(*arguments):
    subprocess.run([gto, *arguments], cwd=repository, check=True, stdout=subprocess.DEVNULL)


def show():
    from gto import api

    return lambda: api.show(repository)


def assign():
    from gto import api

    return lambda: api.assign(repository, artifact, stage, version=version, force=True)


MEASURED = {
    "show_command": lambda: lambda: command("show", "--json"),
    "show_api": show,
    "assign_command": lambda: lambda: command(
        "assign", artifact, "--version", version, "--stage", stage, "--force"
    ),
    "assign_api": assign,
}
run = MEASURED[what]()
start = time.perf_counter()
run()
print(time.perf_counter() - start)
