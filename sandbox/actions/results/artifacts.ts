import { type Core, newId, now } from '../../kernel/core.ts';
import { isoTime } from '../../kernel/environment.ts';
import type { Artifact } from '../../state/results.ts';
import type { Fields } from './fields.ts';
import { backendIds, type ResultsJob } from './job.ts';
import { signedPath } from './signing.ts';
import { TwirpError } from './twirp-error.ts';
import { discard } from './uploads.ts';

const DAY = 86_400_000;
/** Characters that some file system forbids: https://github.com/actions/toolkit/tree/main/packages/artifact */
const FORBIDDEN = /["<>|*?\r\n\\/:]/;

/** Where an artifact's bytes are uploaded to and downloaded from. */
export function artifactPath(artifact: { readonly id: number }): string {
  return `/_results/artifact/${artifact.id}`;
}

/** Path and query for `blob`'s download, good for an hour. */
export function artifactDownload(core: Core, artifact: Artifact): string {
  return signedPath(core, artifactPath(artifact), 'read');
}

/** Has its retention ended? Its bytes are gone then. */
export function hasExpired(core: Core, artifact: Artifact): boolean {
  return artifact.expiresAt <= now(core);
}

/** The ids in a request must be those of the token. */
function checkIds(job: ResultsJob, input: Fields): void {
  const ids = backendIds(job);
  if (
    input.required('workflow_run_backend_id') !== ids.run ||
    input.required('workflow_job_run_backend_id') !== ids.job
  ) {
    throw new TwirpError('permission_denied', 'the request is about another run or job than its token');
  }
}

/** Artifacts of the run that a job may see, by name the newest first. */
function visible(core: Core, job: ResultsJob, name?: string): Artifact[] {
  return core.tables.artifacts
    .where('run', job.runId)
    .filter((row) => row.finalized && !hasExpired(core, row) && (name === undefined || row.name === name))
    .reverse();
}

/** Reserves a name in the run's attempt and tells where to upload. Names are never used twice, artifacts never change. */
export function createArtifact(core: Core, job: ResultsJob, input: Fields, origin: string): unknown {
  checkIds(job, input);
  const name = input.required('name');
  if (FORBIDDEN.test(name))
    throw new TwirpError('invalid_argument', `the artifact name ${name} is not valid`);
  const rows = core.tables.artifacts.where('run', job.runId);
  for (const row of rows) {
    if (row.name !== name || row.attempt !== job.attempt) continue;
    if (row.finalized || row.jobId !== job.jobId) {
      throw new TwirpError('already_exists', 'an artifact with this name already exists on the workflow run');
    }
    // The same job tries again after an upload that broke.
    removeArtifact(core, row);
  }
  const { artifactsPerJob } = core.limits;
  if (core.tables.artifacts.count('job', job.jobId) >= artifactsPerJob) {
    throw new TwirpError('failed_precondition', `a job may create at most ${artifactsPerJob} artifacts`);
  }
  const at = now(core);
  const row = core.tables.artifacts.put({
    id: newId(core),
    repositoryId: job.repositoryId,
    runId: job.runId,
    attempt: job.attempt,
    jobId: job.jobId,
    name,
    mimeType: input.optional('mime_type') ?? 'application/zip',
    blob: null,
    size: 0,
    sha256: null,
    finalized: false,
    createdAt: at,
    updatedAt: at,
    expiresAt: expiry(core, input.optional('expires_at')),
  });
  return { ok: true, signed_upload_url: origin + signedPath(core, artifactPath(row), 'write') };
}

/** What was asked for, but not longer than the repository keeps artifacts. */
function expiry(core: Core, asked: string | undefined): string {
  const latest = core.clock.now() + core.limits.artifactDays * DAY;
  const time = asked === undefined ? latest : Date.parse(asked);
  if (Number.isNaN(time) || time <= core.clock.now()) {
    throw new TwirpError('invalid_argument', 'expires_at is not a time in the future');
  }
  return isoTime(Math.min(time, latest));
}

/** Seals an artifact once size and digest are what the client sent. */
export function finalizeArtifact(core: Core, job: ResultsJob, input: Fields): unknown {
  checkIds(job, input);
  const name = input.required('name');
  const row = core.tables.artifacts
    .where('job', job.jobId)
    .find((artifact) => artifact.name === name && !artifact.finalized);
  if (row === undefined) throw new TwirpError('not_found', 'no artifact of this name is being uploaded');
  if (row.blob === null) throw new TwirpError('failed_precondition', 'nothing was uploaded');
  if (input.number('size') !== row.size) {
    throw new TwirpError('invalid_argument', `the size is not that of what was uploaded (${row.size} bytes)`);
  }
  const hash = input.optional('hash');
  if (hash !== undefined && hash !== `sha256:${row.sha256}`) {
    throw new TwirpError('invalid_argument', 'the hash is not that of what was uploaded');
  }
  core.tables.artifacts.put({ ...row, finalized: true, updatedAt: now(core) });
  return { ok: true, artifact_id: String(row.id) };
}

/** Artifacts of the run, also of its earlier attempts. */
export function listArtifacts(core: Core, job: ResultsJob, input: Fields): unknown {
  checkIds(job, input);
  const id = input.number('id_filter');
  const rows = visible(core, job, input.optional('name_filter'));
  return {
    artifacts: rows
      .filter((row) => id === undefined || row.id === id)
      .map((row) => {
        const ids = backendIds(row);
        return {
          workflow_run_backend_id: ids.run,
          workflow_job_run_backend_id: ids.job,
          database_id: String(row.id),
          name: row.name,
          size: String(row.size),
          created_at: row.createdAt,
          digest: `sha256:${row.sha256}`,
        };
      }),
  };
}

/** An artifact by the ids a list gave. */
function listed(core: Core, job: ResultsJob, input: Fields): Artifact {
  const run = input.required('workflow_run_backend_id');
  const of = input.required('workflow_job_run_backend_id');
  const row = visible(core, job, input.required('name')).find((artifact) => {
    const ids = backendIds(artifact);
    return ids.run === run && ids.job === of;
  });
  if (row === undefined) throw new TwirpError('not_found', 'artifact not found');
  return row;
}

/** Where a listed artifact can be downloaded. */
export function artifactUrl(core: Core, job: ResultsJob, input: Fields, origin: string): unknown {
  return { signed_url: origin + artifactDownload(core, listed(core, job, input)) };
}

/** Deletes a listed artifact; its name is free again. */
export function deleteArtifact(core: Core, job: ResultsJob, input: Fields): unknown {
  const row = listed(core, job, input);
  removeArtifact(core, row);
  return { ok: true, artifact_id: String(row.id) };
}

/** Removes an artifact with its bytes. */
export function removeArtifact(core: Core, artifact: Artifact): void {
  core.tables.artifacts.remove(artifact.id);
  discard(core, 'artifact', artifact);
}
