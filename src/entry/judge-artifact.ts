import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';

import { EXIT } from '../contracts/decision.ts';
import { isCodedError } from '../contracts/errors.ts';
import { JudgeRequest } from '../contracts/judging.ts';
import type { ByteSource } from '../formats/index.ts';
import type { JudgeProgram } from '../platform/compute/judge-process.ts';
import { createTableFiles } from '../platform/native/duckdb-tables.ts';
import { nativeFolders } from '../platform/native/load.ts';
import { unzip } from '../platform/storage/unzip.ts';
import type { ZipLimits } from '../platform/storage/zip-directory.ts';
import { judgeArtifact, type JudgePorts } from '../run/judge-artifact.ts';
import { print } from './print.ts';

const GIB = 1024 ** 3;
/** Weights hardly pack; tables of predictions do. */
const ARTIFACT: ZipLimits = { entries: 5000, entryBytes: 2 * GIB, totalBytes: 4 * GIB, ratio: 200 };
/** A commit of the default branch: reviewed, so that only its size is looked at. */
const BASE: ZipLimits = { entries: 100_000, entryBytes: 2 * GIB, totalBytes: 8 * GIB, ratio: 2000 };

const ports: JudgePorts = {
  tables: createTableFiles(),
  unzip: async (archive, into, of) => {
    await mkdir(into);
    return await (of === 'artifact'
      ? unzip({ archive, into, limits: ARTIFACT, links: 'refuse' })
      : unzip({ archive, into, limits: BASE, links: 'skip', strip: 1 }));
  },
  digestFile: async (path) => {
    const digest = createHash('sha256');
    await pipeline(createReadStream(path), digest);
    return digest.digest('hex');
  },
  withSource,
};

async function withSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    };
    return await use({ size, read });
  } finally {
    await file.close();
  }
}

/** Judges what lies in a folder as `request.json` there asks, and prints the answer as one line of JSON. */
export async function judgeArtifactCommand(folder: string): Promise<number> {
  try {
    const request = JudgeRequest.parse(JSON.parse(await readFile(join(folder, 'request.json'), 'utf8')));
    print(1, JSON.stringify(await judgeArtifact(folder, request, ports)));
    return EXIT.ok;
  } catch (error) {
    print(2, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return isCodedError(error) ? EXIT.platform : EXIT.bug;
  }
}

/** How the judging process is started, and what it may read besides its own folder. */
export function judgeProgram(): JudgeProgram {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const main = fileURLToPath(new URL(`./judge.${extension}`, import.meta.url));
  const native = process.env['SLIPWAY_NATIVE'];
  return {
    main,
    readable: [packageOf(main), ...nativeFolders()],
    environment: native === undefined ? {} : { SLIPWAY_NATIVE: native },
  };
}

/** The folder that holds a program and what it loads: of the bundle, the sources, or all packages beside ours. */
function packageOf(main: string): string {
  const folder = dirname(main);
  if (basename(folder) !== 'entry') return folder;
  const home = dirname(dirname(folder));
  return basename(dirname(home)) === 'node_modules' ? dirname(home) : home;
}
