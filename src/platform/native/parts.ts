import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { PlatformError } from '../../contracts/errors.ts';
import pins from './parts.json' with { type: 'json' };

/** What is native: neither bundled nor loaded before it is needed. */
export type Part = 'onnx' | 'duckdb';

export const PARTS: readonly Part[] = ['onnx', 'duckdb'];

/** One npm package of a part, as package-lock.json pins it. */
interface Package {
  readonly name: string;
  readonly version: string;
  /** Of the package as the registry hands it over. */
  readonly integrity: string;
  /** Set where the package is of one platform only. */
  readonly platform?: string;
}

/** `linux-x64`: how Node names this machine. */
export const PLATFORM = `${process.platform}-${process.arch}`;

const CALLED: Readonly<Record<Part, string>> = {
  onnx: 'ONNX Runtime, which runs ONNX models',
  duckdb: 'DuckDB, which reads Parquet and SQL',
};

/** The packages of a part on a platform. */
export function packagesOf(part: Part, platform = PLATFORM): readonly Package[] {
  const all: readonly Package[] = pins.parts[part];
  return all.filter((one) => one.platform === undefined || one.platform === platform);
}

/** What the files of a part are known by; null where nobody pinned them for this platform. */
export function digestOfPart(part: Part, platform = PLATFORM): string | null {
  const trees: Readonly<Record<string, Partial<Record<Part, string>>>> = pins.trees;
  return trees[platform]?.[part] ?? null;
}

/** One name for several parts of a platform together: where they are cached under. */
export function digestOfParts(parts: readonly Part[], platform = PLATFORM): string {
  const all = parts.map((part) => `${part} ${digestOfPart(part, platform) ?? 'none'}\n`);
  return createHash('sha256').update(all.join('')).digest('hex').slice(0, 16);
}

/** A part in words: `ONNX Runtime, which runs ONNX models (onnxruntime-node 1.30.0)`. */
export function describePart(part: Part): string {
  const [first] = packagesOf(part);
  return `${CALLED[part]} (${first?.name ?? part} ${first?.version ?? ''})`;
}

/** That a part cannot be used here, and how to get it. `why` is half a sentence. */
export function nativeMissing(part: Part, why: string, cause?: unknown): PlatformError {
  return new PlatformError(
    {
      code: 'NATIVE_MISSING',
      message: `${describePart(part)} cannot be loaded on ${PLATFORM}: ${why}`,
      hint:
        'in a workflow put a step `uses: slipway-ml/slipway/actions/setup` before this one, or run on the runner image; ' +
        'elsewhere install again with optional packages (npm ci)',
    },
    cause === undefined ? undefined : { cause },
  );
}

/** Whether a file of a package is needed on a platform: code, libraries and licences; no sources, types or other platforms. */
export function isNeeded(path: string, platform = PLATFORM): boolean {
  const binary = /(?:^|\/)bin\/napi-v\d+\/([^/]+)\/([^/]+)\//u.exec(path);
  if (binary !== null) return `${binary[1] ?? ''}-${binary[2] ?? ''}` === platform;
  if (/(?:^|\/)(?:script|esm|node_modules)\//u.test(path)) return false;
  return /\.(?:c?js|json|node)$|\.so(?:\.\d+)*$|(?:^|\/)LICENSE[^/]*$/u.test(path);
}

/**
 * The needed files of a part below `folder`, sorted, relative to it with `/`.
 *
 * @throws PlatformError NATIVE_MISSING where a package is not there
 */
export function filesOfPart(folder: string, part: Part, platform = PLATFORM): readonly string[] {
  const files: string[] = [];
  for (const { name } of packagesOf(part, platform)) {
    const home = join(folder, 'node_modules', name);
    if (!existsSync(join(home, 'package.json'))) throw nativeMissing(part, `${name} is not in ${folder}`);
    for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/');
      if (isNeeded(path.slice(`node_modules/${name}/`.length), platform)) files.push(path);
    }
  }
  return files.sort();
}

/** One digest for files of a folder: sha256 of lines `<sha256>  <path>`, as `sha256sum` writes them. */
export function digestOfFiles(folder: string, files: readonly string[]): string {
  const lines = files.map((path) => `${sha256OfFile(join(folder, path))}  ${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}

const BUFFER_BYTES = 2 ** 20;

function sha256OfFile(file: string): string {
  const digest = createHash('sha256');
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (let count; (count = readSync(descriptor, buffer)) > 0;) digest.update(buffer.subarray(0, count));
  } finally {
    closeSync(descriptor);
  }
  return digest.digest('hex');
}

/**
 * What was true of the files when their digest was last taken: path → size, and the second of the last change (layers of
 * images keep no finer time).
 */
interface Stamp {
  readonly digest: string;
  readonly files: Readonly<Record<string, readonly [number, number]>>;
}

/**
 * Checks a part in a folder against its pinned digest. Hashing 70 MB at each start would cost more than the start: a stamp
 * beside the files says which of them were hashed, and as long as size and time of each stand, that counts. `whole` hashes
 * whatever the stamp says; the action `setup` does so once a job, because whoever can change the files can change the stamp.
 *
 * @throws PlatformError NATIVE_MISSING, DIGEST_MISMATCH
 */
export function verifyPart(folder: string, part: Part, { whole = false } = {}): void {
  const pinned = digestOfPart(part);
  if (pinned === null) throw nativeMissing(part, `its files are pinned for ${pinnedPlatforms(part)} only`);
  if (!whole && isStamped(folder, part, pinned)) return;
  const files = filesOfPart(folder, part);
  refuseOtherVersions(folder, part);
  const found = digestOfFiles(folder, files);
  if (found !== pinned) {
    throw new PlatformError({
      code: 'DIGEST_MISMATCH',
      message: `${describePart(part)}: the files in ${folder} are not the ones this version of Slipway pins: sha256 ${found}, expected ${pinned}`,
      hint: 'somebody or something has changed them: delete the folder, and let the action `setup` install it again',
    });
  }
  stamp(folder, part, pinned, files);
}

function pinnedPlatforms(part: Part): string {
  const trees: Readonly<Record<string, Partial<Record<Part, string>>>> = pins.trees;
  return Object.keys(trees)
    .filter((platform) => trees[platform]?.[part] !== undefined)
    .join(', ');
}

/** Another version is not the work of anybody evil: it is said as what it is. */
function refuseOtherVersions(folder: string, part: Part): void {
  for (const { name, version } of packagesOf(part)) {
    const found = versionIn(folder, name);
    if (found === version) continue;
    throw new PlatformError({
      code: 'DIGEST_MISMATCH',
      message: `${name} in ${folder} has version ${found}, this version of Slipway needs ${version}`,
      hint: 'use the same version of Slipway for `setup`, for the other actions and for the runner image',
    });
  }
}

function versionIn(folder: string, name: string): string {
  try {
    const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return String((JSON.parse(text) as { version?: unknown }).version);
  } catch {
    return 'unknown';
  }
}

/** Whether a folder holds the packages of a part in the versions that are pinned; says nothing of their bytes. */
export function holdsPart(folder: string, part: Part): boolean {
  return packagesOf(part).every(({ name, version }) => versionIn(folder, name) === version);
}

function stampFile(folder: string, part: Part): string {
  return join(folder, `${part}.verified.json`);
}

function isStamped(folder: string, part: Part, pinned: string): boolean {
  try {
    const { digest, files } = JSON.parse(readFileSync(stampFile(folder, part), 'utf8')) as Stamp;
    return (
      digest === pinned &&
      Object.entries(files).every(([path, [size, time]]) => {
        const now = statSync(join(folder, path));
        return now.size === size && secondOf(now.mtimeMs) === time;
      })
    );
  } catch {
    return false;
  }
}

function secondOf(milliseconds: number): number {
  return Math.trunc(milliseconds / 1000);
}

function stamp(folder: string, part: Part, digest: string, files: readonly string[]): void {
  const facts = files.map((path) => {
    const { size, mtimeMs } = statSync(join(folder, path));
    return [path, [size, secondOf(mtimeMs)]] as const;
  });
  try {
    const content: Stamp = { digest, files: Object.fromEntries(facts) };
    writeFileSync(stampFile(folder, part), JSON.stringify(content));
  } catch {
    // A folder that is only read, as in an image: hashed at each start.
  }
}
