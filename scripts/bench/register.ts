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
import { type Bench, type BenchContext, type BenchRow } from './bench.ts';
import { commitAll } from './git.ts';
import { interleave, runProgram, type Sample } from './measure.ts';
import { PINNED, ROOT } from './nodes.ts';

const BYTES = 2 ** 30;
const ROUNDS = 3;
const MOST_MB = 300;
const SHARE = 0.5;

/** A version of 1 GiB: sent, verified and registered over HTTP, beside one pass of `sha256sum` over the file. */
export const registerBench: Bench = { name: 'register', title: 'Registering a version of 1 GiB', run };

async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const file = await largeFile(context);
  const digest = await digestOf(file);
  const work = mkdtempSync(join(context.folder, 'register-'));
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
  try {
    const [owner = '', repo = ''] = server.repositories.at(-1)?.split('/') ?? [];
    const token = server.users.find(({ login }) => login === 'owner')?.token ?? '';
    let round = 0;
    const register = async () => {
      const script = join(ROOT, 'scripts', 'bench', 'register-once.ts');
      const args = [script, server.api, token, owner, repo, commit, file, digest, String(round++)];
      const done = await runProgram({ command: PINNED.file, args, cwd: work, memory: true }, context.signal);
      return { ms: Number(done.stdout), peakBytes: done.peakBytes };
    };
    const sum = async () =>
      await runProgram({ command: 'sha256sum', args: [file], cwd: work }, context.signal);
    context.say(`${ROUNDS} rounds of registering and of sha256sum`);
    const [ours, peer] = await interleave([register, sum], ROUNDS);
    return rowsOf(ours!, peer!);
  } finally {
    await server.close();
    rmSync(work, { recursive: true, force: true });
  }
}

function rowsOf(ours: Sample, peer: Sample): readonly BenchRow[] {
  const share = peer.median / ours.median;
  const megabytes = (ours.peakBytes ?? NaN) / 1e6;
  return [
    {
      ...{ what: 'register 1 GiB, against sha256sum of it', ours, peer },
      figure: `${share.toPrecision(3)} ×`,
      bar: `≥ ${SHARE} ×`,
      reached: share >= SHARE,
      note: 'the sandbox receives, hashes and writes the same bytes on this machine meanwhile',
    },
    {
      ...{ what: 'memory while it registers', ours, peer: null },
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
