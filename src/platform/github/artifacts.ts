import type { ArtifactSource, HeadRun, RunArtifact } from '../../reconcile/ports.ts';
import { Refused, type ApiParameters } from './api.ts';
import { tooLarge, type Archives } from './archives.ts';
import type { Connection } from './connection.ts';

const REPOSITORY = 'GET /repos/{owner}/{repo}';
/** Pushes that are looked back for what they handed over. */
const MOST_PUSHES = 30;
const RUNS = `${REPOSITORY}/actions/runs`;

interface RunData {
  readonly id: number;
  readonly run_attempt?: number;
  readonly event: string;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly head_sha: string;
  readonly head_branch: string | null;
  readonly repository: { readonly id: number };
  readonly head_repository: { readonly id: number } | null;
  readonly html_url: string;
}

interface ArtifactData {
  readonly id: number;
  readonly name: string;
  readonly size_in_bytes: number;
  readonly expired: boolean;
  readonly digest?: string | null;
  readonly workflow_run?: { readonly id?: number; readonly head_sha?: string } | null;
}

/** Runs of pull requests and of the default branch, and what they uploaded, over GitHub's REST API. `baseUrl` as the Api's. */
export function githubArtifacts(
  at: Connection,
  archives: Archives,
  baseUrl = 'https://api.github.com',
): ArtifactSource {
  const here = `${baseUrl}/repos/${at.owner}/${at.repo}`;
  return {
    runsOf: async (head) => await runs(at, { head_sha: head, event: 'pull_request', per_page: 100 }),
    pushRuns: async (branch) =>
      await runs(at, { branch, event: 'push', status: 'success', per_page: MOST_PUSHES }),
    artifactsOf: async (run) => {
      const found = await at.list<ArtifactData>(
        `${RUNS}/{run_id}/artifacts`,
        { run_id: run },
        ({ id }) => id,
        { member: 'artifacts' },
      );
      return found.map((artifact) => artifactOf(artifact, run));
    },
    download: async (artifact, file, mostBytes, signal) => {
      if (artifact.bytes > mostBytes)
        throw tooLarge(
          `the artifact ${JSON.stringify(artifact.name.slice(0, 100))} has ${artifact.bytes} bytes, at most ${mostBytes} are taken`,
        );
      await archives({
        route: `${REPOSITORY}/actions/artifacts/{artifact_id}/zip`,
        url: `${here}/actions/artifacts/${artifact.id}/zip`,
        file,
        mostBytes,
        sha256: artifact.sha256,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    commitFiles: async (commit, file, mostBytes, signal) => {
      await archives({
        route: `${REPOSITORY}/zipball/{ref}`,
        url: `${here}/zipball/${commit}`,
        file,
        mostBytes,
        sha256: null,
        ...(signal === undefined ? {} : { signal }),
      });
    },
    folderId: async (commit, folder) => await folderId(at, commit, folder),
  };
}

/** Newest first. */
async function runs(at: Connection, query: ApiParameters): Promise<readonly HeadRun[]> {
  const found = await at.unchanged<{ workflow_runs: readonly RunData[] }>(RUNS, query);
  return (found?.workflow_runs ?? []).map(runOf).sort((one, other) => other.id - one.id);
}

async function folderId(at: Connection, commit: string, folder: string): Promise<string | null> {
  const route = `${REPOSITORY}/git/trees/{tree_sha}`;
  const top = await at.get<TreeData>(route, { tree_sha: commit });
  if (top === null) throw new Refused(route, 404, `there is no commit ${commit}`);
  return top.tree.find(({ path, type }) => path === folder && type === 'tree')?.sha ?? null;
}

interface TreeData {
  readonly tree: readonly { readonly path: string; readonly type: string; readonly sha: string }[];
}

function runOf(data: RunData): HeadRun {
  return {
    id: data.id,
    attempt: data.run_attempt ?? 1,
    event: data.event,
    status: data.status ?? 'unknown',
    conclusion: data.conclusion,
    headSha: data.head_sha,
    headBranch: data.head_branch,
    repository: data.repository.id,
    headRepository: data.head_repository?.id ?? null,
    url: data.html_url,
  };
}

function artifactOf(data: ArtifactData, run: number): RunArtifact {
  const [, sha256 = null] = /^sha256:([0-9a-f]{64})$/.exec(data.digest ?? '') ?? [];
  return {
    id: data.id,
    name: data.name,
    bytes: data.size_in_bytes,
    expired: data.expired,
    run: data.workflow_run?.id ?? run,
    headSha: data.workflow_run?.head_sha ?? null,
    sha256,
  };
}
