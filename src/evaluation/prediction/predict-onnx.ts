import { basename } from 'node:path';

import type { Task, Warning } from '../../contracts/comparison.ts';
import { InputError } from '../../contracts/errors.ts';
import { readOnnxFile } from '../../formats/index.ts';
import type { Table } from '../../table/index.ts';
import type { OnnxModel, OnnxRuntime, Tensor } from '../ports.ts';
import { memoryOf, tensorOf } from './batches.ts';
import { chooseOutputs } from './choose-outputs.ts';
import { Collector } from './collect.ts';
import type { Output } from './collect.ts';
import { sortedClasses } from './class-labels.ts';
import { decodeOutputs } from './decode.ts';
import { planFeeds } from './feeds.ts';
import type { Feeds } from './feeds.ts';
import { stripZipMaps } from './zip-map.ts';

/** Rows of one call of the model. */
export const DEFAULT_BATCH = 8192;
const MAX_BATCH = 2 ** 20;
const DEFAULT_TIMEOUT_MS = 600_000;
/** What travels to the model's process at once: short enough that both sides always have work. */
const CHUNK_CELLS = 2 ** 20;
const CHUNK_ROWS = 2 ** 14;

export interface OnnxPredictionRequest {
  /** Path of the ONNX file. */
  readonly model: string;
  /** The columns the model may see, in order, without id, target and weight. */
  readonly features: Table;
  readonly task: Task;
  /**
   * The data's classes, in any order. They matter only where the model does not name its own: then its k-th score, or
   * its label k, is the k-th class as scikit-learn sorts them (numbers by value, else by code point).
   */
  readonly classes?: readonly string[] | null;
  /** binary: the class that `score` is the probability of; default: 1 or true. */
  readonly positive?: string | null;
  /** Which outputs to read, where the model has several: {score: NAME, prediction: NAME}. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Rows of one call, ≥ 1; a model with a fixed batch dimension overrules it. */
  readonly batch?: number;
  readonly threads?: number;
  /** Longest time for loading, and for a chunk of at most 16,384 rows (or one batch); default ten minutes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told what is worth a remark: scores that are no probabilities, classes known by number only. */
  warn?(warning: Warning): void;
}

/**
 * Predicts all rows with an ONNX model, in their order. Columns of the answer: binary `score` and, where the model
 * gives labels, `prediction`; multiclass `score_<class>` and `prediction`; regression `prediction`; ranking `score`;
 * scores: every numeric output by its name (`name_0`, `name_1`, … where it gives several values a row).
 * Values are the model's own (float32 as float64, unrounded); not finite ones stay, for the verdict to judge.
 *
 * Throws InputError FILE_NOT_FOUND, MODEL_UNREADABLE, MODEL_INPUT, POSITIVE_UNKNOWN or NO_ROWS; CommandError
 * MODEL_FAILED; PlatformError NATIVE_MISSING; CancelledError.
 */
export async function predictOnnx(
  request: OnnxPredictionRequest,
  ports: { readonly onnx: OnnxRuntime },
): Promise<Table> {
  const { model: path, features, task } = request;
  const file = basename(path);
  if (features.rows === 0) {
    throw new InputError({
      code: 'NO_ROWS',
      message: `there are no rows to predict with ${file}`,
      hint: 'Check the split of the data.',
    });
  }
  const bytes = await ports.onnx.read(path);
  const onnx = readOnnxFile(bytes, file);
  const model = await ports.onnx.open({
    file: path,
    bytes: stripZipMaps(bytes, onnx),
    external: onnx.external,
    timeoutMs: request.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(request.threads === undefined ? {} : { threads: request.threads }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
  try {
    const choice = chooseOutputs(model.outputs, onnx, task, request.columns ?? {}, file);
    const fetches = [choice.score, choice.label, ...(choice.perClass?.outputs ?? []), ...choice.all];
    const plan = planFeeds(model.inputs, features, file);
    const names = [...new Set(fetches.filter((name) => name !== null))];
    const outputs = await runAll(model, plan, features.rows, names, request.batch ?? DEFAULT_BATCH, file);
    const { positive = null } = request;
    const classes = request.classes == null ? null : sortedClasses(request.classes);
    const warn = (warning: Warning): void => request.warn?.(warning);
    return decodeOutputs({ task, outputs, choice, onnx, classes, positive, file, warn });
  } finally {
    await model.close();
  }
}

/** Chunk after chunk; the next one is prepared while the model works on the last. */
async function runAll(
  model: OnnxModel,
  plan: Feeds,
  rows: number,
  fetches: readonly string[],
  wantedBatch: number,
  file: string,
): Promise<ReadonlyMap<string, Output>> {
  const batch = plan.fixedBatch ?? Math.max(1, Math.min(Math.floor(wantedBatch), MAX_BATCH));
  const chunk = chunkRows(plan, batch);
  const collectors = new Map(fetches.map((name) => [name, new Collector(name, rows, file)]));
  const collect = async (from: number, answer: Promise<ReadonlyMap<string, Tensor>>): Promise<void> => {
    for (const [name, tensor] of await answer) {
      collectors.get(name)?.add(tensor, from, Math.min(chunk, rows - from));
    }
  };
  const most = Math.min(chunk, Math.ceil(rows / batch) * batch);
  const memories = plan.feeds.map((feed) => memoryOf(feed, most));
  let pending: Promise<void> = Promise.resolve();
  for (let from = 0; from < rows; from += chunk) {
    const count = Math.min(chunk, rows - from);
    const padded = plan.fixedBatch === null ? count : Math.ceil(count / batch) * batch;
    const feeds = new Map(
      plan.feeds.map((feed, k) => [feed.name, tensorOf(feed, from, padded, memories[k])]),
    );
    const answer = model.run({ feeds, fetches, rows: padded, batch });
    // A failure of this chunk may come before the last one is collected.
    answer.catch(() => undefined);
    await pending;
    pending = collect(from, answer);
    pending.catch(() => undefined);
  }
  await pending;
  return new Map([...collectors].map(([name, collector]) => [name, collector.finish()]));
}

function chunkRows(plan: Feeds, batch: number): number {
  const width = plan.feeds.reduce((sum, feed) => sum + Math.max(1, feed.columns.length), 0);
  const rows = Math.min(CHUNK_ROWS, Math.floor(CHUNK_CELLS / width));
  return Math.max(1, Math.floor(rows / batch)) * batch;
}
