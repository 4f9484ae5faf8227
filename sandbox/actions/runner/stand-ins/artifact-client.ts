/** Artifacts of this run by the service, of other runs by the REST API. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';

import { ActionFailure, type Kit } from './kit.ts';
import { backendIds, call, download, upload } from './results-client.ts';
import { readZip } from './unzip.ts';
import { writeZip, type ZipEntry } from './zip.ts';

const DAY = 86_400_000;
const PAGE = 100;

export interface ArtifactFound {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  /** Gives an address for its bytes. */
  address(): Promise<string>;
}

export interface Uploaded {
  readonly id: string;
  readonly size: number;
  readonly digest: string;
}

/** Uploads files as a zip archive, or a single file as it is. */
export async function uploadArtifact(
  kit: Kit,
  name: string,
  entries: readonly ZipEntry[],
  options: { readonly retentionDays: number; readonly level: number; readonly single?: string },
): Promise<Uploaded> {
  const ids = backendIds(kit);
  const { retentionDays, single } = options;
  const created = await call(kit, 'ArtifactService', 'CreateArtifact', {
    ...ids,
    name,
    version: 7,
    mime_type: single === undefined ? 'application/zip' : 'application/octet-stream',
    ...(retentionDays > 0 ? { expires_at: new Date(Date.now() + retentionDays * DAY).toISOString() } : {}),
  });
  const folder = mkdtempSync(join(kit.required('RUNNER_TEMP'), 'artifact-'));
  try {
    const file = single ?? join(folder, 'artifact.zip');
    if (single === undefined) await writeZip(file, entries, options.level);
    kit.info(`Uploading artifact: ${single === undefined ? `${name}.zip` : basename(single)}`);
    await upload(String(created['signed_upload_url']), file);
    const { size } = statSync(file);
    const digest = await sha256(file);
    kit.info(`SHA256 digest of uploaded artifact zip is ${digest}`);
    kit.info('Finalizing artifact upload');
    const sealed = await call(kit, 'ArtifactService', 'FinalizeArtifact', {
      ...ids,
      name,
      size: String(size),
      hash: `sha256:${digest}`,
    });
    const id = String(sealed['artifact_id']);
    kit.info(`Artifact ${name} successfully finalized. Artifact ID ${id}`);
    return { id, size, digest };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Artifacts of this run, of each name the newest. */
export async function listArtifacts(kit: Kit): Promise<ArtifactFound[]> {
  const answer = await call(kit, 'ArtifactService', 'ListArtifacts', backendIds(kit));
  const listed = (answer['artifacts'] ?? []) as readonly Readonly<Record<string, string>>[];
  return newest(
    listed.map((one) => ({
      id: Number(one['database_id']),
      name: one['name']!,
      size: Number(one['size']),
      digest: one['digest'] ?? '',
      address: async () => {
        const { workflow_run_backend_id, workflow_job_run_backend_id, name } = one;
        const input = { workflow_run_backend_id, workflow_job_run_backend_id, name };
        return String((await call(kit, 'ArtifactService', 'GetSignedArtifactURL', input))['signed_url']);
      },
    })),
  );
}

/** Artifacts of another run or repository, by a token that may read them. */
export async function listArtifactsOf(
  kit: Kit,
  repository: string,
  run: string,
  token: string,
): Promise<ArtifactFound[]> {
  const api = `${kit.required('GITHUB_API_URL')}/repos/${repository}/actions`;
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'download-artifact' };
  const found: ArtifactFound[] = [];
  for (let page = 1; ; page++) {
    const response = await fetch(`${api}/runs/${run}/artifacts?per_page=${PAGE}&page=${page}`, { headers });
    const answer = (await response.json()) as { message?: string; artifacts?: Listed[] };
    if (!response.ok) throw new ActionFailure(answer.message ?? response.statusText);
    const artifacts = answer.artifacts ?? [];
    for (const { id, name, size_in_bytes: size, digest } of artifacts) {
      const address = async (): Promise<string> => {
        const zip = await fetch(`${api}/artifacts/${id}/zip`, { headers, redirect: 'manual' });
        const location = zip.headers.get('location');
        if (location === null)
          throw new ActionFailure(`Unable to download artifact. Unexpected status: ${zip.status}`);
        return location;
      };
      found.push({ id, name, size, digest: digest ?? '', address });
    }
    if (artifacts.length < PAGE) return newest(found);
  }
}

interface Listed {
  readonly id: number;
  readonly name: string;
  readonly size_in_bytes: number;
  readonly digest?: string;
}

function newest(artifacts: readonly ArtifactFound[]): ArtifactFound[] {
  const byName = new Map<string, ArtifactFound>();
  for (const artifact of [...artifacts].sort((one, other) => one.id - other.id))
    byName.set(artifact.name, artifact);
  return [...byName.values()];
}

/** Downloads and unpacks an artifact. */
export async function downloadArtifact(kit: Kit, artifact: ArtifactFound, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(join(kit.required('RUNNER_TEMP'), 'artifact-'));
  try {
    const file = join(temporary, 'artifact');
    const { type, fileName } = await download(await artifact.address(), file);
    const digest = `sha256:${await sha256(file)}`;
    if (artifact.digest !== '' && digest !== artifact.digest) {
      throw new ActionFailure(
        `the artifact ${artifact.name} arrived damaged: its digest is ${digest}, not ${artifact.digest}`,
      );
    }
    if (/zip/.test(type)) await readZip(file, folder);
    else renameSync(file, join(folder, basename(fileName ?? artifact.name)));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Deletes an artifact of this run by its name; false where there is none. */
export async function deleteArtifact(kit: Kit, name: string): Promise<boolean> {
  const answer = await call(kit, 'ArtifactService', 'ListArtifacts', {
    ...backendIds(kit),
    name_filter: name,
  });
  const [listed] = (answer['artifacts'] ?? []) as readonly Readonly<Record<string, string>>[];
  if (listed === undefined) return false;
  const { workflow_run_backend_id, workflow_job_run_backend_id } = listed;
  await call(kit, 'ArtifactService', 'DeleteArtifact', {
    workflow_run_backend_id,
    workflow_job_run_backend_id,
    name,
  });
  return true;
}
