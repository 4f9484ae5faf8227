import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { basename, dirname, parse } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CancelledError, CommandError, InputError, PlatformError } from '../../contracts/errors.ts';
import type {
  NumericArray,
  OnnxModel,
  OpenRequest,
  RunRequest,
  Tensor,
  TensorSpec,
} from '../../evaluation/ports.ts';
import { Exchange } from './onnx-exchange.ts';
import type { Place } from './onnx-exchange.ts';
import { nativeMissing } from './parts.ts';
import type { FromWorker, ToWorker, WireOutput, WireTensor } from './onnx-protocol.ts';

const STDERR_BYTES = 4000;
/** Starting a process and reading a model may take this long on a busy machine, however short requests must be. */
const LEAST_LOADING_MS = 60_000;

interface ProcessRequest extends OpenRequest {
  /** Module or file URL from which onnxruntime-node is resolved. */
  readonly library: string;
  /** Of our own, gone once the model is loaded. */
  readonly folder: string;
  removeFolder(): Promise<void>;
}

interface Waiting {
  readonly resolve: (message: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/** One model in one process. Requests are answered in order; whatever ends the process rejects all that wait. */
export class OnnxProcess implements OnnxModel {
  inputs: readonly TensorSpec[] = [];
  outputs: readonly TensorSpec[] = [];
  readonly #request: ProcessRequest;
  readonly #exchange: Exchange;
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  readonly #dictionaries = new Map<readonly string[], number>();
  readonly #exited: Promise<void>;
  readonly #onAbort = (): void => this.#end(new CancelledError());
  #timer: NodeJS.Timeout | undefined;
  #ended: Error | null = null;
  #loaded = false;
  #folderGone: Promise<void> | null = null;
  #stderr = '';

  constructor(request: ProcessRequest) {
    this.#request = request;
    this.#exchange = new Exchange(request.folder);
    this.#child = startWorker(this.#exchange.fd);
    this.#child.stderr?.on(
      'data',
      (chunk: Buffer) => (this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_BYTES)),
    );
    this.#child.on('message', (message) => this.#answer(message as FromWorker));
    this.#child.on('error', (error) => this.#end(this.#crash(error.message)));
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#end(this.#crash(signal === null ? `exit code ${code ?? 'unknown'}` : signal));
        resolve();
      });
      this.#child.once('error', () => resolve());
    });
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (request.signal?.aborted === true) this.#onAbort();
  }

  /** Of the process, for those who watch it. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  async load(model: string): Promise<OnnxModel> {
    const { library, threads } = this.#request;
    try {
      const answer = await this.#ask({ kind: 'load', model, library, threads: threads ?? null });
      if (answer.kind !== 'loaded') throw new Error(`unexpected answer ${answer.kind}`);
      this.inputs = answer.inputs;
      this.outputs = answer.outputs;
      this.#loaded = true;
      // What is loaded, mapped files included, needs no names any more: so nothing is left behind however we end.
      if (process.platform !== 'win32') this.#folderGone = this.#request.removeFolder();
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async run(request: RunRequest): Promise<ReadonlyMap<string, Tensor>> {
    const { feeds, fetches, rows, batch } = request;
    const heads = [...feeds].map(([name, tensor]) => [name, this.#headOf(tensor)] as const);
    const place = this.#write(feeds);
    const answer = await this.#ask({ kind: 'run', feeds: heads, at: place.at, fetches, rows, batch });
    this.#exchange.release(place);
    if (answer.kind !== 'result') throw new Error(`unexpected answer ${answer.kind}`);
    return new Map(answer.outputs.map((output) => [output.name, fromWire(output)]));
  }

  async close(): Promise<void> {
    this.#end(new Error('the model is closed'));
    if (this.#folderGone === null) {
      await this.#exited;
      this.#folderGone = this.#request.removeFolder();
    }
    await this.#folderGone;
  }

  #write(feeds: RunRequest['feeds']): Place {
    if (this.#ended !== null) throw this.#ended;
    try {
      return this.#exchange.write([...feeds.values()].map(bytesOf));
    } catch (error) {
      throw new PlatformError(
        {
          code: 'DISK',
          message: `cannot hand rows to ${basename(this.#request.file)}: ${String(error)}`,
          hint: 'Free space in the folder for temporary files.',
        },
        { cause: error },
      );
    }
  }

  #headOf(tensor: Tensor): WireTensor {
    const { type, shape } = tensor;
    const bytes = bytesOf(tensor).byteLength;
    return {
      type,
      shape,
      bytes,
      dictionary: tensor.type === 'string' ? this.#dictionaryOf(tensor.levels) : null,
    };
  }

  #dictionaryOf(levels: readonly string[]): number {
    const known = this.#dictionaries.get(levels);
    if (known !== undefined) return known;
    const dictionary = this.#dictionaries.size;
    this.#dictionaries.set(levels, dictionary);
    this.#post({ kind: 'dictionary', dictionary, levels });
    return dictionary;
  }

  #ask(message: ToWorker): Promise<FromWorker> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      this.#waiting.push({ resolve, reject });
      if (this.#waiting.length === 1) this.#restartTimer();
      this.#post(message);
    });
  }

  #post(message: ToWorker): void {
    if (this.#ended !== null) return;
    // A process that died while being written to is reported by its exit.
    this.#child.send(message, () => undefined);
  }

  #restartTimer(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => this.#end(this.#tooLong()), this.#limitMs());
  }

  #limitMs(): number {
    const { timeoutMs } = this.#request;
    return this.#loaded ? timeoutMs : Math.max(timeoutMs, LEAST_LOADING_MS);
  }

  #answer(message: FromWorker): void {
    if (this.#ended !== null) return;
    const waiting = this.#waiting.shift();
    this.#restartTimer();
    if (message.kind === 'failed') waiting?.reject(this.#failure(message));
    else waiting?.resolve(message);
  }

  /** First reason wins; the process is killed whatever it is doing. */
  #end(reason: Error): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(reason);
    this.#child.kill('SIGKILL');
    this.#exchange.close();
    // A model that nobody closes leaves nothing behind either.
    void this.#exited.then(() => this.#request.removeFolder()).catch(() => undefined);
  }

  #failure(message: Extract<FromWorker, { kind: 'failed' }>): Error {
    const reason = firstLine(withoutSources(message.message));
    if (message.at === 'native') return nativeMissing('onnx', reason);
    if (message.at === 'load') return this.#unreadable(reason);
    return this.#failed(`failed: ${reason}`, 'Run the model on these rows with onnxruntime to see it fail.');
  }

  #crash(how: string): Error {
    const said = this.#stderr === '' ? '' : `; its last words: ${lastWords(this.#stderr)}`;
    if (!this.#loaded) return this.#unreadable(`the runtime crashed while loading it (${how})${said}`);
    return this.#failed(
      `crashed the runtime (${how})${said}`,
      'Export it again with current versions of its exporter.',
    );
  }

  #tooLong(): Error {
    const seconds = this.#limitMs() / 1000;
    if (!this.#loaded) return this.#unreadable(`loading it took longer than ${seconds} s`);
    return this.#failed(
      `gave no answer within ${seconds} s and was stopped`,
      'Look for a loop in the model that does not end.',
    );
  }

  #unreadable(reason: string): InputError {
    const { file } = this.#request;
    return new InputError({
      code: 'MODEL_UNREADABLE',
      message: `${basename(file)}: cannot be read as a model: ${reason}`,
      file,
      hint: 'Check it with onnx.checker, or export it again with current versions of its exporter.',
    });
  }

  #failed(what: string, hint: string): CommandError {
    const { file } = this.#request;
    return new CommandError({
      code: 'MODEL_FAILED',
      message: `${basename(file)}: the model ${what}`,
      file,
      hint,
    });
  }
}

/** Its standard input is the file of feeds. */
function startWorker(feeds: number): ChildProcess {
  // Sources run as .ts, the published package as .js.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = fileURLToPath(new URL(`./onnx.worker.${extension}`, import.meta.url));
  return fork(worker, [], {
    cwd: parse(worker).root,
    env: workerEnvironment(),
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    stdio: [feeds, 'ignore', 'pipe', 'ipc'],
  });
}

/** Nothing of the user's environment, secrets least of all, goes where foreign models run. */
function workerEnvironment(): NodeJS.ProcessEnv {
  const compiled = getCompileCacheDir();
  const { SystemRoot } = process.env;
  return {
    // Where this process keeps compiled code, the other finds its own: a third of its start.
    ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) }),
    ...(process.platform === 'win32' && SystemRoot !== undefined ? { SystemRoot } : {}),
  };
}

function bytesOf(tensor: Tensor): Uint8Array {
  const { buffer, byteOffset, byteLength } = tensor.type === 'string' ? tensor.codes : tensor.values;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function fromWire(output: WireOutput): Tensor {
  if (output.type === 'string') return output;
  return { type: output.type, shape: output.shape, values: output.values as NumericArray };
}

/** What the runtime says without where in its own sources it says so, and without the private copy's path. */
function withoutSources(text: string): string {
  return text
    .replace(/Load model from .*? failed:\s*/, '')
    .replace(/\S*onnxruntime_src\S*:\d+ [^(]*\([^)]*\)(?: const)? /g, '');
}

function lastWords(text: string): string {
  return firstLine(text.split('\n').find((line) => /error/i.test(line)) ?? text);
}

function firstLine(text: string): string {
  const line = text.split('\n').find((part) => part.trim() !== '') ?? '';
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
