import { once } from 'node:events';
import { createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';

/** Ten columns of five levels each: fifty slices. */
export const SLICE_COLUMNS = Array.from({ length: 10 }, (_, i) => `s${i}`);
const LEVELS = 5;
const POSITIVE_SHARE = 0.15;
const CHUNK_ROWS = 10_000;
/** How far the two models are from what they have in common. */
const NOISE = [0.3, 0.4] as const;

/**
 * Two predictions files of the same rows: id, target, ten slice columns, score. Scores have 15 % positives and an AUC
 * of about 0.76 (candidate) and 0.75 (baseline), and agree as two good models do. The same rows always: seeded.
 * Made once and kept in the folder.
 */
export async function predictionFiles(
  folder: string,
  rows: number,
): Promise<{ candidate: string; baseline: string }> {
  const candidate = join(folder, `candidate-${rows}.csv`);
  const baseline = join(folder, `baseline-${rows}.csv`);
  if (!existsSync(candidate) || !existsSync(baseline)) await write(candidate, baseline, rows);
  return { candidate, baseline };
}

async function write(candidate: string, baseline: string, rows: number): Promise<void> {
  const files = [candidate, baseline].map((file) => ({ file, stream: createWriteStream(`${file}.part`) }));
  const random = mulberry32(rows);
  for (const { stream } of files) stream.write(`id,target,${SLICE_COLUMNS.join(',')},score\n`);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const texts: [string, string] = ['', ''];
    for (let i = from; i < Math.min(rows, from + CHUNK_ROWS); i += 1) {
      const target = random() < POSITIVE_SHARE ? 1 : 0;
      const levels = SLICE_COLUMNS.map(() => `l${Math.floor(random() * LEVELS)}`).join(',');
      const common = normal(random) + target;
      for (const k of [0, 1] as const) {
        const score = 1 / (1 + Math.exp(-(common + NOISE[k] * normal(random) - 2)));
        texts[k] += `${i},${target},${levels},${score.toFixed(8)}\n`;
      }
    }
    for (const [k, { stream }] of files.entries()) {
      if (!stream.write(k === 0 ? texts[0] : texts[1])) await once(stream, 'drain');
    }
  }
  for (const { file, stream } of files) {
    stream.end();
    await finished(stream);
    renameSync(`${file}.part`, file);
  }
}

/** Uniform in [0, 1); Mulberry32 by T. Ettinger. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal by Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
