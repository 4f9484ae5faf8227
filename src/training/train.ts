import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { CacheEntry, TreeFile } from '../contracts/artifacts.ts';
import type { Warning } from '../contracts/comparison.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import { explainKey } from './explain.ts';
import { KeyDocument } from './key.ts';
import { type Plan, planTraining } from './plan.ts';
import type { TrainPorts } from './ports.ts';
import { KEY_FILE, KIND, type Trained } from './stored.ts';
import { seedKeyOf, trainSeed } from './train-seed.ts';
import type { Tree } from './tree.ts';
import type { TrainRequest, TrainResult } from './types.ts';
import { changed } from './work-copy.ts';

/**
 * Trains a model from a source tree, or answers what an equal training gave before.
 * The command runs in a copy of the tree's unignored files and declared inputs, in its own environment, and sees the
 * training and validation rows only; the tree itself is never changed. With `repeats: R` it runs with the seeds
 * `seed … seed + R − 1`; the first is the artifact. Outputs are stored whole or not at all.
 * Throws InputError (config, params, inputs), CommandError TRAIN_FAILED, INSTALL_FAILED, COMMAND_TIMEOUT,
 * OUTPUT_MISSING or OUTPUT_STALE, CancelledError, PlatformError.
 */
export async function train(request: TrainRequest, ports: TrainPorts): Promise<TrainResult> {
  const plan = await planTraining(request, ports);
  const note = noteName(request, plan.tree);
  const seeds: Trained[] = [];
  for (let repeat = 0; repeat < request.train.repeats; repeat += 1) {
    seeds.push(await trainSeed({ request, plan, seed: request.seed + repeat, repeat }, ports));
  }
  const ran = seeds.some((seed) => seed.status === 'ran');
  if (ran) await assertUnchanged(request, plan, ports);
  const before = Note.safeParse(ports.cache.readNote(note)).data ?? null;
  const why = ran ? reasonsOf(request, seeds, await documentOf(before, ports), plan) : [];
  if (before?.key !== plan.key) ports.cache.writeNote(note, noteOf(plan, request));
  if (!ran) request.onEvent?.({ type: 'reused', key: plan.key });
  return resultOf(plan, seeds, why);
}

/** The last training of a model in a tree: its key, and under which key its document is stored. */
const Note = z.object({ key: z.string(), stored: z.string(), seed: z.number(), repeats: z.number() });
type Note = z.infer<typeof Note>;

function noteOf(plan: Plan, { seed, train: { repeats } }: TrainRequest): Note {
  return { key: plan.key, stored: seedKeyOf({ plan, seed, repeat: 0 }), seed, repeats };
}

/** The key document of an earlier training; null when it is no longer in the cache. */
async function documentOf(note: Note | null, ports: TrainPorts): Promise<KeyDocument | null> {
  const entry = note === null ? null : await ports.cache.lookup(KIND, note.stored);
  if (entry === null || note === null) return null;
  const document = KeyDocument.safeParse(JSON.parse(readFileSync(join(entry.dir, KEY_FILE), 'utf8')));
  return document.success ? { ...document.data, seed: note.seed, repeats: note.repeats } : null;
}

/** The last key of this model in this tree; another checkout's training is no "previous" one. */
function noteName(request: TrainRequest, tree: Tree): string {
  return `last-train-${digestOf({ model: request.model, root: request.root, dir: tree.dir }).slice(0, 16)}`;
}

/**
 * The result is that of the copy, which was exact; but a verdict on it would be read as one on the tree. So the
 * training stands (it is found again when the edit is undone) and the edit is said.
 */
async function assertUnchanged(request: TrainRequest, plan: Plan, ports: TrainPorts): Promise<void> {
  const now = await planTraining(request, ports);
  if (now.key === plan.key) return;
  const [before, after] = [inputsOf(plan), inputsOf(now)];
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter(
    (path) => before.get(path) !== after.get(path),
  );
  const other = digestOf(now.params) === digestOf(plan.params) ? [] : request.train.params;
  throw changed([...paths, ...other]);
}

function inputsOf({ document }: Plan): ReadonlyMap<TreeFile['path'], string> {
  return new Map(document.inputs.map(([path, mode, blob]) => [path, `${mode} ${blob}`]));
}

function reasonsOf(
  request: TrainRequest,
  seeds: readonly Trained[],
  before: KeyDocument | null,
  plan: Plan,
): readonly string[] {
  if (request.force === true) return ['asked for with force'];
  if (before === null) return ['first training'];
  const reasons = explainKey(before, plan.document);
  if (reasons.length > 0) return reasons;
  const [reason] = seeds.flatMap((seed) => seed.because ?? []);
  return [reason ?? 'the earlier training did not finish, or its result is no longer in the cache'];
}

function resultOf(plan: Plan, seeds: readonly Trained[], why: readonly string[]): TrainResult {
  const [artifact] = seeds;
  if (artifact === undefined) throw new TypeError('repeats must be 1 or more');
  const seedIgnored = seeds.length > 1 && new Set(seeds.map(modelDigest)).size < seeds.length;
  return {
    key: plan.key,
    status: seeds.some((seed) => seed.status === 'ran') ? 'ran' : 'reused',
    why,
    outputsDir: outputsDirOf(artifact.entry),
    files: modelFilesOf(artifact.entry),
    entry: entryOf(artifact),
    metrics: artifact.meta.metrics,
    params: plan.params,
    seeds: seeds.map((seed) => ({
      seed: seed.meta.seed,
      entry: entryOf(seed),
      outputsDir: outputsDirOf(seed.entry),
    })),
    seedIgnored,
    durationMs: sum(seeds.map((seed) => seed.meta.durationMs)) ?? 0,
    peakMemoryBytes: seeds
      .map((seed) => seed.meta.peakMemoryBytes)
      .reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b))),
    cpuMs: sum(seeds.map((seed) => seed.meta.cpuMs)),
    environment: artifact.meta.environment,
    logFile: artifact.entry.files.some((file) => file.path === 'train.log')
      ? join(artifact.entry.dir, 'train.log')
      : null,
    warnings: [...seeds.flatMap((seed) => seed.warnings), ...(seedIgnored ? [seedWarning(seeds)] : [])],
  };
}

function seedWarning(seeds: readonly Trained[]): Warning {
  const numbers = seeds.map((seed) => seed.meta.seed).join(', ');
  return {
    code: 'SEED_IGNORED',
    message: `different seeds (${numbers}) gave the same bytes: the command does not use SLIPWAY_SEED, so repeats say nothing about the change`,
  };
}

function sum(values: readonly (number | null)[]): number | null {
  return values.reduce((total, value) => (total === null || value === null ? null : total + value), 0);
}

function outputsDirOf(entry: CacheEntry): string {
  return join(entry.dir, 'model');
}

function modelFilesOf(entry: CacheEntry) {
  const files = entry.files.filter((file) => file.path.startsWith('model/'));
  return files.map((file) => ({ ...file, path: file.path.slice('model/'.length) }));
}

function modelDigest({ entry }: Trained): Digest {
  return digestOf(modelFilesOf(entry).map(({ path, sha256 }) => [path, sha256]));
}

function entryOf({ entry, meta }: Trained): string | null {
  return meta.entry === null ? null : join(outputsDirOf(entry), meta.entry);
}
