/**
 * The process that holds one model. It is a process and not a thread because a thread inside native code can neither
 * be terminated (a model with an endless Loop outlives `Worker.terminate()` and even `process.exit()`) nor crash
 * alone. It has none of the user's environment variables and ends with its parent.
 */
import { readSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

import type * as Ort from 'onnxruntime-node';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

import { ELEMENT_TYPES } from '../../evaluation/ports.ts';
import type { ElementType, TensorSpec } from '../../evaluation/ports.ts';
import type { FromWorker, ToWorker, WireOutput, WireTensor } from './onnx-protocol.ts';

let ort: typeof Ort;
let session: InferenceSession;
const dictionaries = new Map<number, readonly string[]>();

function send(message: FromWorker): void {
  process.send?.(message);
}

/** Runs beside blocked native code: a parent that went away leaves no process behind. */
function watchParent(): void {
  const source = `setInterval(() => {
    if (process.ppid !== ${process.ppid}) process.kill(process.pid, 'SIGKILL');
  }, 1000);`;
  new Worker(source, { eval: true }).unref();
}

/** Under memory pressure the kernel should end this process, not the one that reports it. */
function volunteerForOutOfMemory(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not permitted in some containers; the kernel then chooses by itself.
  }
}

async function load(message: Extract<ToWorker, { kind: 'load' }>): Promise<void> {
  try {
    ort = createRequire(message.library)('onnxruntime-node') as typeof Ort;
  } catch (error) {
    send({ kind: 'failed', at: 'native', message: textOf(error) });
    return;
  }
  try {
    session = await ort.InferenceSession.create(message.model, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      logSeverityLevel: 4,
      ...(message.threads === null ? {} : { intraOpNumThreads: message.threads }),
      interOpNumThreads: 1,
      // Idle threads that spin take the cores from the process that prepares the next rows.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    send({
      kind: 'loaded',
      inputs: session.inputMetadata.map(specOf),
      outputs: session.outputMetadata.map(specOf),
    });
  } catch (error) {
    send({ kind: 'failed', at: 'load', message: textOf(error) });
  }
}

function specOf(metadata: InferenceSession.ValueMetadata): TensorSpec {
  if (!metadata.isTensor) return { name: metadata.name, type: null, shape: [] };
  const type = ELEMENT_TYPES.find((known) => known === metadata.type) ?? null;
  return {
    name: metadata.name,
    type,
    shape: metadata.shape.map((size) => (typeof size === 'number' ? size : null)),
  };
}

async function run(message: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  let at = message.at;
  const received = message.feeds.map(([name, tensor]) => {
    const feed = receiveFeed(name, tensor, at);
    at += tensor.bytes;
    return feed;
  });
  const parts = new Map<string, OrtTensor[]>(message.fetches.map((name) => [name, []]));
  for (let start = 0; start < message.rows; start += message.batch) {
    const rows = Math.min(message.batch, message.rows - start);
    const feeds = Object.fromEntries(received.map((feed) => [feed.name, slice(feed, start, rows)]));
    const outputs = await session.run(feeds, message.fetches);
    for (const name of message.fetches) {
      const tensor = outputs[name];
      if (tensor?.dims[0] !== rows) {
        throw new Error(`output "${name}" has shape [${tensor?.dims.join(', ') ?? ''}] for ${rows} rows`);
      }
      parts.get(name)?.push(tensor);
    }
  }
  send({
    kind: 'result',
    outputs: [...parts].map(([name, tensors]) => joined(name, tensors, message.rows)),
  });
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  bool: Uint8Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  /** Codes into the dictionary. */
  string: Int32Array,
} as const;

interface ReceivedFeed {
  readonly name: string;
  readonly tensor: WireTensor;
  readonly values: InstanceType<(typeof ARRAYS)[ElementType]>;
}

/** Memory of each feed, used again by the next request: touching new pages costs as much as the copy. */
const memories = new Map<string, ArrayBuffer>();

function receiveFeed(name: string, tensor: WireTensor, at: number): ReceivedFeed {
  let memory = memories.get(name);
  if (memory === undefined || memory.byteLength < tensor.bytes) {
    memory = new ArrayBuffer(tensor.bytes);
    memories.set(name, memory);
  }
  const bytes = new Uint8Array(memory, 0, tensor.bytes);
  for (let filled = 0; filled < bytes.length;) {
    const count = readSync(0, bytes, filled, bytes.length - filled, at + filled);
    if (count === 0) throw new Error(`the rows of "${name}" did not arrive`);
    filled += count;
  }
  const array = ARRAYS[tensor.type];
  return { name, tensor, values: new array(memory, 0, tensor.bytes / array.BYTES_PER_ELEMENT) };
}

/** Rows start … start + rows of a feed, without copying numbers. */
function slice({ tensor, values }: ReceivedFeed, start: number, rows: number): OrtTensor {
  const dims = [rows, ...tensor.shape.slice(1)];
  const width = dims.slice(1).reduce((product, size) => product * size, 1);
  const part = values.subarray(start * width, (start + rows) * width);
  if (tensor.type !== 'string') return new ort.Tensor(tensor.type as 'float32', part as Float32Array, dims);
  const levels = dictionaries.get(tensor.dictionary ?? -1) ?? [];
  const texts = new Array<string>(part.length);
  for (let index = 0; index < part.length; index++) texts[index] = levels[Number(part[index])] ?? '';
  return new ort.Tensor('string', texts, dims);
}

/** One tensor of all batches' outputs. */
function joined(name: string, tensors: readonly OrtTensor[], rows: number): WireOutput {
  const first = tensors[0];
  if (first === undefined) throw new Error(`output "${name}" is empty`);
  const type = ELEMENT_TYPES.find((known) => known === first.type);
  if (type === undefined) throw new Error(`output "${name}" holds ${first.type}, which is not read`);
  const inner = first.dims.slice(1);
  const width = inner.reduce((product, size) => product * size, 1);
  if (tensors.some((tensor) => tensor.size !== (tensor.dims[0] ?? 0) * width)) {
    throw new Error(`output "${name}" changes its shape from batch to batch`);
  }
  const shape = [rows, ...inner];
  if (type === 'string') return { name, type, shape, ...encode(tensors) };
  return { name, type, shape, values: concatenated(tensors, type, rows * width) };
}

function concatenated(
  tensors: readonly OrtTensor[],
  type: Exclude<ElementType, 'string'>,
  size: number,
): ArrayBufferView {
  const first = tensors[0]?.data as Float32Array;
  if (tensors.length === 1) return first;
  const all = new (first.constructor as Float32ArrayConstructor)(size);
  let offset = 0;
  for (const tensor of tensors) {
    const values = tensor.data as Float32Array;
    if (values.length + offset > size) throw new Error(`outputs of type ${type} do not fit together`);
    all.set(values, offset);
    offset += values.length;
  }
  return all;
}

function encode(tensors: readonly OrtTensor[]): { codes: Int32Array; levels: string[] } {
  const codeOf = new Map<string, number>();
  const codes: number[] = [];
  for (const tensor of tensors) {
    for (const text of tensor.data as string[]) {
      const code = codeOf.get(text) ?? codeOf.size;
      codeOf.set(text, code);
      codes.push(code);
    }
  }
  return { codes: Int32Array.from(codes), levels: [...codeOf.keys()] };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let queue = Promise.resolve();

function receive(message: ToWorker): void {
  queue = queue.then(async () => {
    switch (message.kind) {
      case 'load':
        return load(message);
      case 'dictionary':
        dictionaries.set(message.dictionary, message.levels);
        return;
      case 'run':
        return run(message).catch((error: unknown) =>
          send({ kind: 'failed', at: 'run', message: textOf(error) }),
        );
    }
  });
}

watchParent();
volunteerForOutOfMemory();
process.on('message', receive);
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C reaches the whole foreground group; whether to stop is the parent's decision.
process.on('SIGINT', () => undefined);
