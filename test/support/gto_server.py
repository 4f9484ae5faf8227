"""GTO itself, asked over pipes: one JSON request a line in, one JSON answer a line out.

A request is {"ask": NAME, ...}; an answer is {"answer": ...} or {"error": CLASS, "message": TEXT}.
"""

import json
import logging
import os
import re
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from gto import api  # noqa: E402
from gto.constants import tag_re  # noqa: E402
from gto.registry import GitRegistry  # noqa: E402
from gto.tag import parse_name  # noqa: E402
from scmrepo.git import Git  # noqa: E402

logging.disable(logging.CRITICAL)


def parse(names):
    """What GTO's parser says of each name: null, or its parts."""
    answers = []
    for name in names:
        # Not parse_name alone: it says the same of `m@created` as of an artifact.
        match = re.search(tag_re, name)
        parts = match and parse_name(name)
        answers.append(
            parts
            and {
                "artifact": parts["name"],
                "kind": parts["action"].value if "action" in parts else "create",
                "version": parts.get("version"),
                "stage": parts.get("stage"),
                "counter": None if parts.get("counter") is None else str(parts["counter"]),
            }
        )
    return answers


def show(repo):
    """`gto show --json`, and for each stage what the look-up by stage answers."""
    shown = api.show(repo)
    scm = Git(repo)
    try:
        with GitRegistry.from_scm(scm) as registry:
            state = registry.get_state()
    finally:
        scm.close()
    for name, artifact in shown.items():
        found = state.find_artifact(name).get_vstages(registered_only=False)
        artifact["found"] = {stage: versions[0].version for stage, versions in found.items()}
        versions = state.find_artifact(name).get_versions(include_non_explicit=False)
        artifact["versions"] = sorted(version.version for version in versions)
    return shown


def history(repo):
    """Tags in the order of `gto history --ascending`."""
    return [[event["event"], event["ref"]] for event in api.history(repo, ascending=True)]


def write(repo, steps):
    """Lets GTO write: each step is [seconds, function, arguments]. Gives for each the tag or the error's class."""
    answers = []
    real = time.time
    for at, function, arguments in steps:
        # With the variable set, scmrepo leaves writing tags to dulwich, whose clock is Python's.
        os.environ["GIT_COMMITTER_DATE"] = f"{at} +0000"
        time.time = lambda: at  # noqa: B023
        try:
            event = getattr(api, function)(repo, **arguments)
            answers.append(event.tag)
        except Exception as error:  # GTO refuses much of what a random history asks for
            answers.append(type(error).__name__)
        finally:
            time.time = real
            del os.environ["GIT_COMMITTER_DATE"]
    return answers


ASKED = {"parse": parse, "show": show, "history": history, "write": write}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"answer": ASKED[request.pop("ask")](**request)}
    except Exception as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), flush=True)
