import { setTimeout as wait } from 'node:timers/promises';

import { CancelledError, isCodedError } from '../src/contracts/errors.ts';
import type { Api } from '../src/platform/github/api.ts';
import { appApi } from '../src/platform/github/app-api.ts';
import type { AppAuthOptions } from '../src/platform/github/app-auth.ts';
import { reasonOf } from '../src/reconcile/index.ts';
import { createProbot, slipwayApp, type Wakes } from './app.ts';
import type { BotConfig } from './config.ts';
import { deliveryReader, type Delivery, type Received } from './deliveries.ts';
import { identify, type Identity } from './identity.ts';
import { createLog } from './log.ts';
import { Metrics } from './metrics.ts';
import { Passes } from './passes.ts';
import { Queue, type Pass, type Repository } from './queue.ts';
import { startServer, type RunningServer } from './server.ts';
import { sweep } from './sweep.ts';

const SWEEP_MS = 60 * 60_000;
/** A sweep that could not be made is tried again after this. */
const SWEEP_AGAIN_MS = 60_000;
/** How long passes under way may take to end when the bot is stopped: what is left is found again at the next start. */
const STOP_MS = 20_000;
/** How long processes may take to end once they are told to. */
const END_MS = 2000;
const JUDGED_AT_ONCE = 2;
const USER_AGENT = 'slipway-bot';

export interface StartOptions {
  /** Gives up starting. */
  readonly signal?: AbortSignal;
  /** Where log lines go; default stdout. */
  readonly out?: { write(line: string): void };
  readonly onReady?: (url: string) => void;
}

export interface RunningBot {
  readonly url: string;
  /** No new deliveries; passes under way end, at most 20 s. */
  stop(): Promise<void>;
}

/**
 * Starts the bot and resolves when it is ready: it listens, GitHub knows it, its permissions are right. While GitHub
 * gives no answer it goes on asking, with `/readyz` saying so.
 *
 * @throws PlatformError PORT_TAKEN · PERMISSION a forbidden one is granted · GITHUB_REFUSED the key does not fit
 */
export async function startBot(config: BotConfig, options: StartOptions = {}): Promise<RunningBot> {
  const bot = new Bot(config, options);
  return await bot.start(options);
}

class Bot {
  readonly #config: BotConfig;
  readonly #log: ReturnType<typeof createLog>;
  readonly #metrics = new Metrics();
  readonly #ended = new AbortController();
  readonly #identity = Promise.withResolvers<Identity>();
  readonly #auth: AppAuthOptions;
  readonly #app: Api;
  readonly #queue: Queue;
  /** Judging takes minutes and runs in processes of its own: passes never wait for it. */
  readonly #judgings: Queue;
  #own: string | null = null;
  #state: 'starting' | 'ready' | 'stopping' = 'starting';

  constructor(config: BotConfig, { out }: StartOptions) {
    this.#config = config;
    this.#log = createLog(config.logLevel, out);
    this.#auth = {
      appId: config.appId,
      privateKey: config.privateKey,
      baseUrl: config.api,
      userAgent: USER_AGENT,
      onCall: ({ status }) => this.#metrics.calls.inc({ status }),
    };
    this.#app = appApi(this.#auth);
    const passes = new Passes({
      auth: this.#auth,
      identity: this.#identity.promise,
      log: this.#log,
      metrics: this.#metrics,
      signal: this.#ended.signal,
      passed: (repository) => this.#judgings.wake(repository),
    });
    this.#queue = this.#queueOf('pass failed', config.concurrency, (repository) => passes.run(repository));
    this.#judgings = this.#queueOf('judging failed', JUDGED_AT_ONCE, async (repository) => {
      const { learned, again } = await passes.judge(repository);
      if (learned) this.#queue.wake(repository);
      return { again };
    });
    this.#metrics.watch(this.#queue);
  }

  #queueOf(failure: string, concurrency: number, run: (repository: Repository) => Promise<Pass>): Queue {
    return new Queue({
      concurrency,
      timers: { now: () => performance.now(), after: runAfter },
      run,
      onError: ({ owner, name }, error, retryMs) => {
        if (this.#ended.signal.aborted) return;
        this.#log.error({ repository: `${owner}/${name}`, reason: reasonOf(error), retryMs }, failure);
      },
    });
  }

  async start({ signal, onReady }: StartOptions): Promise<RunningBot> {
    const receive = await this.#receiver();
    const server = await startServer(
      {
        receive: async (delivery) =>
          this.#state === 'stopping' ? { status: 503, message: 'stopping' } : await receive(delivery),
        metrics: this.#metrics,
        notReady: () => (this.#state === 'ready' ? null : this.#state),
      },
      this.#config,
    );
    try {
      const identity = await identify(this.#app, this.#log, signal ?? this.#ended.signal);
      this.#identity.resolve(identity);
      this.#own = `${identity.slug}[bot]`;
      this.#log.info({ app: identity.slug, url: server.url }, 'ready');
    } catch (error) {
      await server.close();
      throw error;
    }
    this.#state = 'ready';
    onReady?.(server.url);
    void this.#sweepForever();
    return { url: server.url, stop: () => this.#stop(server) };
  }

  /** What deliveries go through: signature first, then Probot, which turns events into wakes. */
  async #receiver(): Promise<(delivery: Delivery) => Promise<Received>> {
    const probot = createProbot(this.#config, this.#log);
    await probot.load((app) => slipwayApp(app, this.#wakes()));
    return deliveryReader({
      secrets: this.#config.secrets,
      log: this.#log,
      take: ({ id, name, payload }) => {
        // The answer goes out first: Probot makes a client for every event, which takes its time.
        setImmediate(() => {
          probot
            .receive({ id, name, payload } as Parameters<typeof probot.receive>[0])
            .catch((error: unknown) => {
              this.#log.error({ delivery: id, reason: reasonOf(error) }, 'event failed');
            });
        });
      },
    });
  }

  #wakes(): Wakes {
    return {
      idle: (facts) => this.#log.info(facts, 'ignored'),
      own: () => this.#own,
      wake: (repository) => this.#queue.wake(repository),
      forget: (id) => {
        this.#queue.forget(id);
        this.#judgings.forget(id);
      },
    };
  }

  /** At the start and every hour: no pass depends on a webhook. */
  async #sweepForever(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const pause = await this.#sweep();
      await wait(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #sweep(): Promise<number> {
    try {
      let repositories = 0;
      for await (const repository of sweep(this.#auth, this.#app, this.#log)) {
        if (this.#state === 'stopping') break;
        this.#queue.wake(repository);
        repositories += 1;
      }
      this.#log.info({ repositories }, 'all repositories woken');
      return SWEEP_MS;
    } catch (error) {
      const level = isCodedError(error) ? 'warn' : 'error';
      this.#log[level]({ reason: reasonOf(error), retryMs: SWEEP_AGAIN_MS }, 'installations not listed');
      return SWEEP_AGAIN_MS;
    }
  }

  async #stop(server: RunningServer): Promise<void> {
    if (this.#state === 'stopping') return;
    this.#state = 'stopping';
    const judged = this.#judgings.stop();
    const ended = await Promise.race([
      this.#queue.stop().then(() => true),
      wait(STOP_MS, false, { ref: false }),
    ]);
    // What is being judged is judged again after the next start: nothing of it is recorded before its end.
    this.#ended.abort(new CancelledError());
    await Promise.race([judged, wait(END_MS, undefined, { ref: false })]);
    await server.close();
    this.#log.info({ passesEnded: ended }, 'stopped');
  }
}

function runAfter(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
