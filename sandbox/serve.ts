import { fileBlobs } from './blobs/index.ts';
import { openDataFolder, type DataFolder } from './disk.ts';
import { startClock } from './actions/clock.ts';
import { findResultsJob } from './actions/pool/results-job.ts';
import { startRunners } from './actions/pool/start.ts';
import { resultsMount } from './actions/results/mount.ts';
import { bareObjects } from './git/bare.ts';
import { downloadMount, uploadMount } from './http/assets.ts';
import { Faults, faultyHandle } from './faults/index.ts';
import { adminMount } from './http/admin.ts';
import { contentMount } from './http/contents.ts';
import { gitMount, type PlacesOf } from './http/git.ts';
import { pagesMount } from './http/pages.ts';
import { listen, type Listener, type Mount } from './http/server.ts';
import { importInto } from './imported.ts';
import { createSandbox, type Sandbox } from './index.ts';
import { pagesApp } from './pages/index.ts';
import { seedSamples, type SampleUser } from './seed.ts';
import { sqliteBacking } from './state/sqlite.ts';
import type { Backing } from './state/store.ts';
import { StartError } from './start-error.ts';
import { fullName } from './views/repositories.ts';
import { httpSend, startDispatcher } from './webhooks/index.ts';

const DEFAULT_PORT = 8787;
/** Name by which `gh`, git and the Actions toolkit take the sandbox for a GitHub. */
const DOMAIN = 'github.localhost';

export interface ServeOptions {
  /** 0 is any free one; undefined the usual one, or a free one where that is taken. */
  readonly port: number | undefined;
  /** Where everything is kept; undefined forgets it at the end. */
  readonly data: string | undefined;
  /** Local git repositories to begin with. */
  readonly imports: readonly string[];
  readonly cwd: string;
  /** Labels of the self-hosted runner beside `self-hosted`. */
  readonly runnerLabels: readonly string[];
  /** PATH of the process, for git and the runner. */
  readonly path: string;
  readonly log: (line: string) => void;
}

export interface RunningSandbox {
  readonly sandbox: Sandbox;
  readonly url: string;
  readonly api: string;
  readonly proxy: string;
  readonly users: readonly SampleUser[];
  readonly env: Readonly<Record<string, string>>;
  readonly repositories: readonly string[];
  /** The data folder; null where it is forgotten. */
  readonly data: string | null;
  close(): Promise<void>;
}

/**
 * Starts a whole GitHub on 127.0.0.1: API, git, pages, artifacts, webhooks, workflows.
 * @throws StartError for a taken port, a folder in use or of somebody else, an import that is no repository
 */
export async function serveSandbox(options: ServeOptions): Promise<RunningSandbox> {
  const folder = openDataFolder(options.data);
  try {
    return await serveFolder(options, folder);
  } catch (error) {
    folder.release();
    throw error;
  }
}

async function serveFolder(options: ServeOptions, folder: DataFolder): Promise<RunningSandbox> {
  const backing = sqliteBacking(folder.stateFile);
  let listener: Listener | undefined;
  try {
    listener = await bind(options);
    return serveOn(options, folder, backing, listener);
  } catch (error) {
    // Nothing stays behind that would keep the process, the port or the file.
    await listener?.close();
    backing.close();
    throw error;
  }
}

function serveOn(
  options: ServeOptions,
  folder: DataFolder,
  backing: Backing,
  listener: Listener,
): RunningSandbox {
  const url = `http://127.0.0.1:${listener.port}`;
  const sandbox = createSandbox({
    backing,
    origin: url,
    blobs: fileBlobs(folder.blobs),
    objects: (networkId) => bareObjects(folder.objects(networkId)),
  });
  const users = seedSamples(sandbox.core);
  for (const path of options.imports) importInto(sandbox, folder, path, options.cwd);
  const faults = new Faults(sandbox.core);
  const dispatcher = startDispatcher(sandbox.core, httpSend, { fates: faults.fates });
  listener.serve(sandbox, {
    handle: faultyHandle(faults, (request) => sandbox.handle(request), true),
    mounts: [adminMount(sandbox, faults, () => runners), ...mountsOf(sandbox, folder, faults)],
    failed: (error, method, path) => options.log(`${method} ${path}: ${describe(error)}`),
  });
  const stopClock = startClock(sandbox.core);
  const runners = startRunners(sandbox.core, {
    port: listener.port,
    work: folder.runners,
    path: options.path,
    labels: options.runnerLabels,
    log: options.log,
    faults,
  });
  return {
    sandbox,
    url,
    api: sandbox.core.urls.api,
    proxy: url,
    users,
    env: environment(url, users),
    repositories: [...sandbox.core.tables.repositories.all()].map((row) => fullName(sandbox.core, row)),
    data: options.data === undefined ? null : folder.root,
    close: async () => {
      stopClock();
      await runners?.stop();
      await listener.close();
      await dispatcher.stop();
      sandbox.close();
      folder.release();
    },
  };
}

/** The parts of the server beside the API, in the order in which they are asked. */
function mountsOf(sandbox: Sandbox, folder: DataFolder, faults: Faults): Mount[] {
  return [
    uploadMount(sandbox, faults),
    downloadMount(sandbox),
    contentMount(sandbox),
    resultsMount(sandbox.core, findResultsJob(sandbox.core)),
    gitMount(sandbox, gitPlaces(folder)),
    pagesMount(pagesApp(sandbox)),
  ];
}

/** The port asked for; where none was and the usual one is taken, any free one. */
async function bind({ port, log }: ServeOptions): Promise<Listener> {
  try {
    return await listen(port ?? DEFAULT_PORT);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    if (port === undefined) {
      log(`port ${DEFAULT_PORT} is taken, another one is used`);
      return listen(0);
    }
    const hint = 'choose another --port, or leave it out';
    throw new StartError('port-taken', `another program listens on port ${port}`, hint, { cause: error });
  }
}

/** What a shell needs so that `gh` and git take the sandbox for a GitHub without certificates or root. */
function environment(url: string, users: readonly SampleUser[]): Record<string, string> {
  return {
    HTTP_PROXY: url,
    http_proxy: url,
    GH_HOST: DOMAIN,
    GH_TOKEN: users[0]?.token ?? '',
    // gh hands its token to git for https only: here git asks the same variable.
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `credential.http://${DOMAIN}.helper`,
    GIT_CONFIG_VALUE_0: '!f() { echo username=x-access-token; echo "password=$GH_TOKEN"; }; f',
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Where git finds the repository's refs and the objects of its network. */
function gitPlaces(folder: DataFolder): PlacesOf {
  return ({ id, networkId }) => ({ directory: folder.bare(id), objectDirectory: folder.objects(networkId) });
}
