import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

import { serveSandbox } from '../../sandbox/serve.ts';
import type { BenchContext, BenchRow } from './bench.ts';
import { commitAll } from './git.ts';
import { runProgram, type Sample, type Timed } from './measure.ts';
import { PINNED, ROOT } from './nodes.ts';

/** Bytes of the model that is moved, and the bars for moving it. */
const BYTES = 2 ** 30;
const MOST_MB = 300;
const SHARE = 0.5;

/** A model of 1 GiB, and a repository over HTTP in which it may be registered. */
export interface LargeModel {
  /** A folder for one run, deleted afterwards. */
  readonly work: string;
  /** One run of `register-once.ts` or `pull-once.ts` in a process of its own. */
  readonly once: (
    script: 'register-once.ts' | 'pull-once.ts',
    ...more: readonly string[]
  ) => ReturnType<Timed>;
  /** One pass of `sha256sum` over the file. */
  readonly sum: Timed;
}

/** Gives the model and the repository to `use`, and takes both away afterwards; the file is kept between runs. */
export async function withLargeModel<Result>(
  context: BenchContext,
  use: (model: LargeModel) => Promise<Result>,
): Promise<Result> {
  const file = await largeFile(context);
  const digest = await digestOf(file);
  const work = mkdtempSync(join(context.folder, 'large-'));
  const source = join(work, 'models');
  mkdirSync(source);
  writeFileSync(join(source, 'slipway.yaml'), 'version: 1\n');
  commitAll(source, 'a commit');
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: source, encoding: 'utf8' }).trim();
  const server = await serveSandbox({
    ...{ port: 0, data: undefined, imports: [source], cwd: work, runnerLabels: [] },
    path: process.env['PATH'] ?? '',
    log: (line) => context.say(line),
  });
  const [owner = '', repo = ''] = server.repositories.at(-1)?.split('/') ?? [];
  const token = server.users.find(({ login }) => login === 'owner')?.token ?? '';
  try {
    return await use({
      work,
      once: async (script, ...more) => {
        const place = [server.api, token, owner, repo, commit, file, digest];
        const args = [join(ROOT, 'scripts', 'bench', script), ...place, ...more];
        const done = await runProgram(
          { command: PINNED.file, args, cwd: work, memory: true },
          context.signal,
        );
        return { ms: Number(done.stdout), peakBytes: done.peakBytes };
      },
      sum: () => runProgram({ command: 'sha256sum', args: [file], cwd: work }, context.signal),
    });
  } finally {
    await server.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** What was done to the model beside one pass of `sha256sum`, and the memory it took. */
export function largeRows(verb: 'register' | 'pull', ours: Sample, peer: Sample): readonly BenchRow[] {
  const share = peer.median / ours.median;
  const megabytes = (ours.peakBytes ?? NaN) / 1e6;
  return [
    {
      ...{ what: `${verb} 1 GiB, against sha256sum of it`, ours, peer },
      figure: `${share.toPrecision(3)} ×`,
      bar: `≥ ${SHARE} ×`,
      reached: share >= SHARE,
      note: `best of each: ${(peer.min / ours.min).toPrecision(3)} ×; the sandbox moves the same bytes on this machine meanwhile`,
    },
    {
      ...{ what: `memory while it ${verb}s`, ours, peer: null },
      figure: `${megabytes.toFixed(0)} MB`,
      bar: `≤ ${MOST_MB} MB`,
      reached: megabytes <= MOST_MB,
    },
  ];
}

/** A safetensors file of one tensor of random bytes, kept between runs. */
async function largeFile(context: BenchContext): Promise<string> {
  const file = join(context.folder, 'large.safetensors');
  if (existsSync(file) && statSync(file).size > BYTES) return file;
  context.say('writing a file of 1 GiB');
  const header = Buffer.from(
    JSON.stringify({ weights: { dtype: 'U8', shape: [BYTES], data_offsets: [0, BYTES] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const out = createWriteStream(file);
  out.write(length);
  out.write(header);
  const block = randomBytes(2 ** 24);
  for (let at = 0; at < BYTES; at += block.length) if (!out.write(block)) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
  return file;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
