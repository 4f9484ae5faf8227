import type { Manifest } from '../../contracts/manifest.ts';
import type { ModelState, VersionState } from '../../contracts/model-state.ts';

/**
 * Where a version comes from and where it went, a few words a step: data → run → version → stages. Without the manifest
 * the data is not known, and the run is its commit and pull request.
 */
export function lineageOf(state: ModelState, version: VersionState, manifest: Manifest | null): string[] {
  const data = manifest?.digests.data;
  const trained = `commit ${version.commit.slice(0, 7)}`;
  const pull = version.pull === null ? '' : ` of pull request ${version.pull}`;
  const stages = Object.entries(state.stages).flatMap(([stage, { held, verified }]) => {
    if (held?.version === version.version) return [`${stage} (${held.status})`];
    return verified.some((span) => span.version === version.version) ? [`${stage} (before)`] : [];
  });
  return [
    ...(data == null ? [] : [`data ${data.train.slice(0, 12)} (test ${data.test.slice(0, 12)})`]),
    manifest === null ? `${trained}${pull}` : `run ${manifest.run.id} at ${trained}${pull}`,
    `${state.model}@${version.version}`,
    stages.length === 0 ? 'no stage' : stages.join(', '),
  ];
}
