import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { type Digest, digestOf } from '../contracts/digest.ts';
import { CommandError } from '../contracts/errors.ts';
import { failureOf } from './failures.ts';
import type { SourceFile } from './links.ts';
import type { TrainPorts } from './ports.ts';
import type { EnvironmentConfig } from './schema.ts';
import { findInstalled, type Installed, R_LIBRARY } from './installed.ts';
import type { Tree } from './tree.ts';
import type { TrainEvent } from './types.ts';
import { copyTree } from './work-copy.ts';

/** An environment that commands can run in. */
export interface ReadyEnvironment extends Installed {
  /** Null when nothing is installed. */
  readonly digest: Digest | null;
  readonly variables: Readonly<Record<string, string>>;
}

export interface EnvironmentWanted {
  readonly tree: Tree;
  readonly environment: EnvironmentConfig | null;
  readonly lock: readonly (readonly [string, Digest])[];
  /** Files of the copy that the install command runs in. */
  readonly copied: readonly SourceFile[];
  readonly slipwayDir: string;
  readonly signal: AbortSignal;
  onEvent?(event: TrainEvent): void;
}

const Ready = z.strictObject({
  schema: z.literal('slipway.environment/1'),
  pathPrefix: z.array(z.string()),
  pythonPath: z.array(z.string()),
  venv: z.string().nullable(),
  rLibrary: z.string().nullable(),
  links: z.array(z.strictObject({ path: z.string(), target: z.string() })),
  /** Digest of the sources when they are built into the environment (then it fits those alone), else null. */
  boundTo: z.string().nullable(),
});

const NOTHING: Installed = { pathPrefix: [], pythonPath: [], venv: null, rLibrary: null, links: [] };
const MAKE_VENV = 'python3 -m venv "$VIRTUAL_ENV"';
const PYTHON = /\b(pip3?|python3?|uv|poetry|pdm|pipenv|conda|hatch)\b/;
const PYTHON_FILES =
  /(^|\/)(requirements[^/]*\.txt|pyproject\.toml|setup\.(py|cfg)|uv\.lock|poetry\.lock|pdm\.lock|Pipfile(\.lock)?)$/;

/**
 * The environment of a tree, installed unless it is there already: `.slipway/env/<digest>`, digest of install command,
 * lock files, declared variables, platform and the interpreters found. It counts only once it is complete; what a
 * killed install left is removed. Throws CommandError INSTALL_FAILED with the last lines, CancelledError.
 */
export async function prepareEnvironment(
  wanted: EnvironmentWanted,
  ports: TrainPorts,
): Promise<ReadyEnvironment> {
  const install = wanted.environment?.install;
  const variables = wanted.environment?.env ?? {};
  if (install === undefined) return { ...NOTHING, digest: null, variables };
  const general = digestOf({
    schema: 'slipway.environment/1',
    install,
    lock: wanted.lock,
    env: variables,
    dir: wanted.tree.dir,
    platform: ports.host.platform,
    arch: ports.host.arch,
    tools: await findTools(wanted, ports),
  });
  const sources = digestOf(wanted.copied.map(({ path, mode, blob }) => [path, mode, blob]));
  const first = await installOnce(general, sources, wanted, ports);
  if (first.boundTo === null || first.boundTo === sources) return { ...first, digest: general, variables };
  // The tree's own code was built in, from other sources than these: this tree needs an environment of its own.
  const own = digestOf({ general, sources });
  return { ...(await installOnce(own, sources, wanted, ports)), digest: own, variables };
}

type Complete = Installed & { readonly boundTo: string | null };

async function installOnce(
  digest: Digest,
  sources: Digest,
  wanted: EnvironmentWanted,
  ports: TrainPorts,
): Promise<Complete> {
  const folder = join(wanted.slipwayDir, 'env', digest);
  const present = readReady(folder);
  if (present !== null) return present;
  const options = {
    signal: wanted.signal,
    onWait: (owner: string) => wanted.onEvent?.({ type: 'waiting', for: 'install', owner }),
  };
  return await ports.cache.exclusively(`env-${digest.slice(0, 16)}`, options, async () => {
    const meanwhile = readReady(folder);
    if (meanwhile !== null) return meanwhile;
    rmSync(folder, { recursive: true, force: true });
    wanted.onEvent?.({ type: 'installing', command: wanted.environment?.install ?? '', environment: digest });
    return await installInto(folder, sources, wanted, ports);
  });
}

async function installInto(
  folder: string,
  sources: Digest,
  wanted: EnvironmentWanted,
  ports: TrainPorts,
): Promise<Complete> {
  const copy = join(folder, 'tree');
  const cwd = join(copy, wanted.tree.dir);
  mkdirSync(cwd, { recursive: true });
  await copyTree(wanted.copied, copy, ports.files, wanted.signal);
  const venv = wantsPython(wanted) ? join(folder, 'venv') : null;
  if (venv !== null) await runStep(MAKE_VENV, cwd, folder, wanted, ports, venv);
  await runStep(wanted.environment?.install ?? '', cwd, folder, wanted, ports, venv);
  const { builtFromTree, ...installed } = findInstalled(copy, wanted.copied, venv, wanted.tree.dir);
  const ready = {
    schema: 'slipway.environment/1' as const,
    ...installed,
    boundTo: builtFromTree ? sources : null,
  };
  writeReady(folder, ready);
  return ready;
}

function wantsPython({ environment, copied }: EnvironmentWanted): boolean {
  return PYTHON.test(environment?.install ?? '') || copied.some(({ path }) => PYTHON_FILES.test(path));
}

async function runStep(
  command: string,
  cwd: string,
  folder: string,
  wanted: EnvironmentWanted,
  ports: TrainPorts,
  venv: string | null,
): Promise<void> {
  const logFile = join(folder, command === MAKE_VENV ? 'venv.log' : 'install.log');
  const outcome = await ports.run({
    command,
    cwd,
    env: {
      ...ports.host.environment,
      ...ports.host.registries,
      R_LIBS_USER: rLibrary(folder),
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PYTHONUNBUFFERED: '1',
      GIT_CEILING_DIRECTORIES: folder,
      ...(wanted.environment?.env ?? {}),
      ...(venv === null
        ? {}
        : { VIRTUAL_ENV: venv, PATH: `${join(venv, 'bin')}:${ports.host.environment['PATH'] ?? ''}` }),
    },
    timeoutMs: null,
    logFile,
    signal: wanted.signal,
    onLine: (line, stream) => wanted.onEvent?.({ type: 'line', line, stream }),
    onProgress: (text, stream) => wanted.onEvent?.({ type: 'progress', text, stream }),
  });
  const failure = failureOf(outcome, {
    what: 'environment.install',
    code: 'INSTALL_FAILED',
    command,
    logFile,
    timeoutMs: null,
  });
  if (failure !== null) throw command === MAKE_VENV ? withVenvHint(failure) : failure;
}

function withVenvHint(failure: CommandError): CommandError {
  const hint =
    'the environment starts from a Python virtual environment: install Python’s venv module (Debian: python3-venv)';
  return new CommandError(
    failure.problems.map((problem) => ({ ...problem, hint: `${hint}; ${problem.hint ?? ''}` })),
  );
}

/** R packages go to a library of this environment. The folder must exist, or R ignores it. */
function rLibrary(folder: string): string {
  const library = join(folder, R_LIBRARY);
  mkdirSync(library, { recursive: true });
  return library;
}

/** Versions of the interpreters that packages are built for; changed ones need a new environment. */
async function findTools(wanted: EnvironmentWanted, ports: TrainPorts): Promise<readonly string[]> {
  const tools = [...(wantsPython(wanted) ? ['python3'] : []), ...(usesNode(wanted) ? ['node'] : [])];
  if (tools.length === 0) return [];
  const command = tools.map((tool) => `command -v ${tool} && ${tool} --version`).join('\n');
  const spec = {
    command,
    cwd: wanted.tree.root,
    env: ports.host.environment,
    timeoutMs: 30_000,
    logFile: null,
    signal: wanted.signal,
  };
  return (await ports.run(spec)).lastLines;
}

function usesNode({ environment, copied }: EnvironmentWanted): boolean {
  return (
    /\b(npm|npx|yarn|pnpm|node)\b/.test(environment?.install ?? '') ||
    copied.some(({ path }) => /(^|\/)package\.json$/.test(path))
  );
}

function readReady(folder: string): Complete | null {
  try {
    return Ready.parse(JSON.parse(readFileSync(join(folder, 'ready.json'), 'utf8')));
  } catch {
    return null;
  }
}

/** Written last and by rename: an environment without it is not complete. */
function writeReady(folder: string, ready: Complete & { readonly schema: 'slipway.environment/1' }): void {
  const draft = join(folder, 'ready.json.tmp');
  writeFileSync(draft, JSON.stringify(ready));
  const descriptor = openSync(draft, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
  renameSync(draft, join(folder, 'ready.json'));
}
