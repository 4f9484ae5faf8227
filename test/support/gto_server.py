"""GTO itself, asked over pipes: one JSON request a line in, one JSON answer a line out.

A request is {"ask": NAME, ...}; an answer is {"answer": ...} or {"error": CLASS, "message": TEXT}.
"""

import json
import logging
import os
import re
import shutil
import sys
import time
import warnings

warnings.filterwarnings("ignore")

from dulwich.objects import Tag, parse_timezone  # noqa: E402
from gto import api  # noqa: E402
from gto import config, index, registry  # noqa: E402
from gto.constants import VersionSort, tag_re  # noqa: E402
from gto.registry import GitRegistry  # noqa: E402
from gto.tag import parse_name  # noqa: E402
from scmrepo.git import Git  # noqa: E402

logging.disable(logging.CRITICAL)

# Nothing here must outlive the machine.
os.fsync = lambda _: None
WHO = b"writer <writer@example.com>"
# No repository here has a .gto file. Reading that again for every event is nearly all that GTO would do.
NO_CONFIG = config.read_registry_config("no/.gto")
index.read_registry_config = registry.read_registry_config = lambda *_, **__: NO_CONFIG


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


def reading_once(answer):
    """GTO reads all tags twice for each question. Nothing changes while one of ours is answered."""

    def answered(repo):
        get_state, known = GitRegistry.get_state, []

        def get_once(registry, **branches):
            if not known:
                known.append(get_state(registry, **branches))
            return known[0]

        GitRegistry.get_state = get_once
        try:
            return answer(repo)
        finally:
            GitRegistry.get_state = get_state

    return answered


@reading_once
def show(repo):
    """`gto show --json`, and for each stage what the look-up by stage answers."""
    shown = api.show(repo)
    scm = Git(repo)
    try:
        with GitRegistry.from_scm(scm) as registry:
            state = registry.get_state()
    finally:
        scm.close()
    by_version = api.show(repo, versions_per_stage=-1, sort=VersionSort.SemVer)
    for name, artifact in shown.items():
        artifact["listed"] = by_version[name]["stage"]
        found = state.find_artifact(name).get_vstages(registered_only=False)
        artifact["found"] = {stage: versions[0].version for stage, versions in found.items()}
        versions = state.find_artifact(name).get_versions(include_non_explicit=False)
        artifact["versions"] = sorted(version.version for version in versions)
    return shown


def history(repo):
    """Tags in the order of `gto history --ascending`."""
    return [[event["event"], event["ref"]] for event in api.history(repo, ascending=True)]


def stages(repo):
    """`gto stages --used`."""
    return sorted(api.get_stages(repo, used=True))


def make(repo, tags):
    """Replaces all tags: each is [name, target, seconds or null for a lightweight one, message]."""
    scm = Git(repo)
    try:
        store = scm.dulwich.repo
        refs = {name: sha for name, sha in store.get_refs().items() if name.startswith(b"refs/heads/")}
        for name, target, seconds, message in tags:
            sha = target.encode()
            if seconds is not None:
                tag = Tag()
                tag.name, tag.object, tag.message = name.encode(), (type(store[sha]), sha), message.encode()
                tag.tagger, tag.tag_time, tag.tag_timezone = WHO, seconds, parse_timezone(b"+0000")[0]
                store.object_store.add_object(tag)
                sha = tag.id
            refs[b"refs/tags/" + name.encode()] = sha
        shutil.rmtree(os.path.join(repo, ".git", "refs", "tags"))
        os.mkdir(os.path.join(repo, ".git", "refs", "tags"))
        with open(os.path.join(repo, ".git", "packed-refs"), "wb") as file:
            file.writelines(refs[ref] + b" " + ref + b"\n" for ref in sorted(refs))
    finally:
        scm.close()
    return None


def tag(repo, name, ref, annotated=True):
    """As `git tag`."""
    scm = Git(repo)
    try:
        scm.tag(name, target=scm.resolve_rev(ref), annotated=annotated, message="by hand" if annotated else None)
    finally:
        scm.close()
    return name


def drop(repo, place):
    """As `git tag --delete`, of the tag at a place among those that are there."""
    scm = Git(repo)
    try:
        names = sorted(scm.list_tags())
        if not names:
            return "none"
        name = names[place % len(names)]
        scm.remove_ref(f"refs/tags/{name}")
    finally:
        scm.close()
    return "dropped"


def annotate(repo, text):
    """Commits an artifacts.yaml, as GTO's older versions did."""
    scm = Git(repo)
    try:
        with open(os.path.join(repo, "artifacts.yaml"), "w", encoding="utf-8") as file:
            file.write(text)
        scm.add(["artifacts.yaml"])
        scm.commit("annotate")
    finally:
        scm.close()
    return "committed"


BY_HAND = {"tag": tag, "drop": drop, "annotate": annotate}


def write(repo, steps):
    """Lets GTO write: each step is [seconds, function, arguments]. Gives for each the tag or the error's class."""
    answers = []
    real = time.time
    for at, function, arguments in steps:
        # With the variable set, scmrepo leaves writing tags to dulwich, whose clock is Python's.
        os.environ["GIT_COMMITTER_DATE"] = f"{at} +0000"
        time.time = lambda: at  # noqa: B023
        try:
            done = (BY_HAND.get(function) or getattr(api, function))(repo, **arguments)
            answers.append(getattr(done, "tag", done))
        except Exception as error:  # GTO refuses much of what a random history asks for
            answers.append(type(error).__name__)
        finally:
            time.time = real
            del os.environ["GIT_COMMITTER_DATE"]
    return answers


ASKED = {"parse": parse, "make": make, "show": show, "stages": stages, "history": history, "write": write}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"answer": ASKED[request.pop("ask")](**request)}
    except Exception as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), flush=True)
