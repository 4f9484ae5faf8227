import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

import { CancelledError, isCodedError, PlatformError } from '../../contracts/errors.ts';
import { describePart, digestOfParts, filesOfPart, packagesOf, verifyPart, type Part } from './parts.ts';

export interface InstallRequest {
  readonly parts: readonly Part[];
  /** The runner's tool cache, or any folder of ours that is kept. */
  readonly tools: string;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

export interface Installed {
  /** For SLIPWAY_NATIVE: its files are verified. */
  readonly folder: string;
  readonly from: 'tool-cache' | 'installed';
  /** Why what lay in the tool cache was not taken; null where nothing did, or it was. */
  readonly refused: string | null;
}

/** A download that takes longer has stopped. */
const LONGEST_MS = 10 * 60_000;
const SAY_EVERY_MS = 15_000;
/** What a cancelled installation left is nobody's after this long. */
const ABANDONED_MS = 60 * 60_000;

/** Where parts lie in a tool cache: by what their files are known by, so that versions never meet. */
export function cachedFolder(tools: string, parts: readonly Part[]): string {
  return join(tools, 'slipway-native', digestOfParts(parts), process.arch);
}

/**
 * Native parts from the tool cache, installed there by npm if they are not. Jobs that do so at once do not meet: each fills
 * a folder of its own, and the first to rename it wins. Files are hashed whole in either case.
 *
 * @throws PlatformError NATIVE_MISSING, NETWORK where npm cannot fetch them, DIGEST_MISMATCH, DISK
 */
export async function installParts(request: InstallRequest): Promise<Installed> {
  const { parts, tools, say } = request;
  const folder = cachedFolder(tools, parts);
  let refused: string | null = null;
  if (existsSync(folder)) {
    try {
      verifyAll(folder, parts);
      return { folder, from: 'tool-cache', refused };
    } catch (error) {
      if (!isCodedError(error)) throw error;
      refused = error.message;
      say(`the tool cache is not used: ${refused}; it is installed again`);
      await discard(folder);
    }
  }
  await install(request, folder);
  return { folder, from: 'installed', refused };
}

function verifyAll(folder: string, parts: readonly Part[]): void {
  for (const part of parts) verifyPart(folder, part, { whole: true });
}

async function install({ parts, signal, say }: InstallRequest, folder: string): Promise<void> {
  const home = dirname(folder);
  const partial = join(home, `.partial-${randomUUID()}`);
  const started = Date.now();
  const waiting = setInterval(() => say(`  … ${Math.round((Date.now() - started) / 1000)} s`), SAY_EVERY_MS);
  say(`installing ${parts.map(describePart).join(' and ')}`);
  try {
    await mkdir(partial, { recursive: true });
    await removeAbandoned(home);
    await writeManifest(partial, parts);
    await npmCi(partial, signal);
    await prune(partial, parts);
    verifyAll(partial, parts);
    await takePlace(partial, folder, parts);
  } catch (error) {
    throw signal.aborted ? new CancelledError() : asDiskError(error, home);
  } finally {
    clearInterval(waiting);
    await rm(partial, { recursive: true, force: true });
  }
  say(`installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function asDiskError(error: unknown, home: string): unknown {
  if (isCodedError(error) || !(error instanceof Error) || !('syscall' in error)) return error;
  const message = `native parts cannot be kept in ${home}: ${error.message}`;
  return new PlatformError(
    { code: 'DISK', message, hint: 'check free space and permissions' },
    { cause: error },
  );
}

/** Renames into place; where another job was faster, its folder counts if it holds what it must. */
async function takePlace(partial: string, folder: string, parts: readonly Part[]): Promise<void> {
  try {
    await rename(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    verifyAll(folder, parts);
  }
}

/** Away from its name at once, then deleted: nobody finds half of it. */
async function discard(folder: string): Promise<void> {
  const gone = join(dirname(folder), `.partial-${randomUUID()}`);
  await rename(folder, gone).catch(() => undefined);
  await rm(gone, { recursive: true, force: true });
}

async function removeAbandoned(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Infinity }))).mtimeMs;
    if (name.startsWith('.partial-') && age > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}

/** Exact versions with the digests of their packages, and nothing that they would only install with. */
async function writeManifest(folder: string, parts: readonly Part[]): Promise<void> {
  const packages = parts.flatMap((part) => packagesOf(part));
  const dependencies = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  const root = { name: 'slipway-native', version: '1.0.0', private: true, dependencies };
  const locked = packages.map(
    ({ name, version, integrity }) => [`node_modules/${name}`, { version, integrity }] as const,
  );
  const lock = {
    name: root.name,
    version: root.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...Object.fromEntries(locked) },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(root, null, 2));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock, null, 2));
}

/** npm as the runner's Node brings it, else the one on the PATH. */
function npmCommand(): readonly [string, ...string[]] {
  const beside = join(dirname(dirname(process.execPath)), 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return existsSync(beside) ? [process.execPath, beside] : ['npm'];
}

async function npmCi(folder: string, signal: AbortSignal): Promise<void> {
  const [command, ...first] = npmCommand();
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    await promisify(execFile)(command, args, {
      cwd: folder,
      signal,
      timeout: LONGEST_MS,
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === 'ENOENT') throw noNpm(error);
    const said = stderr.split('\n').find((line) => line.includes('error')) ?? String(error).split('\n', 1)[0];
    throw new PlatformError(
      {
        code: 'NETWORK',
        message: `npm could not install the native parts: ${(said ?? '').slice(0, 300)}`,
        hint: 'check that the runner reaches a registry of npm packages (npm config get registry), or use the runner image, which has them',
      },
      { cause: error },
    );
  }
}

function noNpm(cause: unknown): PlatformError {
  return new PlatformError(
    {
      code: 'NATIVE_MISSING',
      message: 'npm, which installs the native parts, is not on this runner',
      hint: 'put a step `uses: actions/setup-node` before this one, or use the runner image, which has the parts',
    },
    { cause },
  );
}

/** Leaves what is needed here: other platforms and sources are two thirds of what npm brings. */
async function prune(folder: string, parts: readonly Part[]): Promise<void> {
  const needed = new Set(parts.flatMap((part) => filesOfPart(folder, part)));
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !needed.has(relative(folder, path).replaceAll('\\', '/'))) await rm(path);
  }
}
