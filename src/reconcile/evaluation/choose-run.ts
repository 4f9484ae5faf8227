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
  const fitting = runs.filter(
    (run) =>
      run.event === 'pull_request' &&
      run.repository === repository &&
      run.headSha === pull.head.commit &&
      run.headBranch === pull.head.branch &&
      (run.headRepository === repository) === pull.head.here &&
      run.status === 'completed' &&
      run.conclusion === 'success',
  );
  return fitting.sort((one, other) => other.id - one.id).slice(0, MOST_RUNS);
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
