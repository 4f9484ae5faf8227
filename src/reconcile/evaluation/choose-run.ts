import type { HeadRun, PullFacts, RunArtifact } from '../ports.ts';

const PREFIX = 'slipway-';
/** More models than a repository has. */
const MOST_ARTIFACTS = 100;

/** Workflows of one pull request that are looked at. */
const MOST_RUNS = 20;

/**
 * Successful runs of a pull request's workflows for exactly its current head, newest first. All of it is what GitHub
 * says of the run. Two pull requests may share a head: branch and repository tell them apart.
 */
export function chooseRuns(
  runs: readonly HeadRun[],
  pull: PullFacts,
  repository: number,
): readonly HeadRun[] {
  const fitting = runs.filter((run) => endedWell(run) && runFlaw(run, pull, repository) === null);
  return fitting.sort((one, other) => other.id - one.id).slice(0, MOST_RUNS);
}

/** True for a run that may have handed something over. */
export function endedWell({ status, conclusion }: HeadRun): boolean {
  return status === 'completed' && conclusion === 'success';
}

/** Why a run hands over nothing for a pull request, whatever it uploaded; null where it may. */
export function runFlaw(run: HeadRun, { head }: PullFacts, repository: number): string | null {
  if (run.event !== 'pull_request') return `its event is ${run.event}, not pull_request`;
  if (run.repository !== repository) return 'it ran in another repository';
  if (run.headSha !== head.commit) return 'it is of another commit';
  if (run.headBranch !== head.branch) return 'it is of another branch';
  const isHere = run.headRepository === repository;
  return isHere === head.here ? null : `its head lives in ${isHere ? 'this repository' : 'a fork'}`;
}

/** The newest artifact of each name that holds a model of this run. */
export function chooseArtifacts(artifacts: readonly RunArtifact[], run: HeadRun): readonly RunArtifact[] {
  const byName = new Map<string, RunArtifact>();
  for (const artifact of artifacts) {
    const ofRun = artifact.run === run.id && (artifact.headSha ?? run.headSha) === run.headSha;
    if (!ofRun || !artifact.name.startsWith(PREFIX)) continue;
    if ((byName.get(artifact.name)?.id ?? 0) < artifact.id) byName.set(artifact.name, artifact);
  }
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, MOST_ARTIFACTS);
}

/** What people call the model of an artifact before anything in it was read. */
export function modelNamed(artifact: string): string {
  return artifact.slice(PREFIX.length).replaceAll('--', '/');
}
