import { setTimeout as wait } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

import type { Person } from '../src/contracts/entry.ts';
import { Refused, type Api } from '../src/platform/github/api.ts';
import { installationApi, type AppAuthOptions } from '../src/platform/github/app-auth.ts';
import { connectRepository } from '../src/platform/github/connect.ts';
import { accountOfApp } from '../src/platform/github/identity.ts';
import {
  dueIn,
  newMemory,
  reconcile,
  type ReconcileMemory,
  type ReconcilePorts,
  type Summary,
} from '../src/reconcile/index.ts';
import type { Identity } from './identity.ts';
import type { BotLog } from './log.ts';
import type { Metrics } from './metrics.ts';
import { Parking } from './parking.ts';
import type { Pass, Repository } from './queue.ts';

/** Repositories whose memory is kept: what falls out is read again when it wakes. */
const REMEMBERED = 500;
/** A repository that GitHub refuses is not asked again before this, whatever wakes it… */
const REFUSED_MS = 60_000;
/** …and looked at again after this even if nothing does. */
const REFUSED_AGAIN_MS = 10 * 60_000;

export interface PassesOptions {
  readonly auth: AppAuthOptions;
  /** Resolves once GitHub has told which App this is. */
  readonly identity: Promise<Identity>;
  readonly log: BotLog;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

interface Known {
  readonly of: Repository;
  readonly ports: ReconcilePorts;
  readonly memory: ReconcileMemory;
}

/** Runs passes: one repository each, with the rights of its own installation, restricted to that one repository. */
export class Passes {
  readonly #options: PassesOptions;
  #self: Person | null = null;
  readonly #api: (installation: number, repository: number) => Api;
  readonly #known = new LRUCache<number, Known>({ max: REMEMBERED });
  readonly #parking = new Parking(() => Date.now());

  constructor(options: PassesOptions) {
    this.#options = options;
    this.#api = installationApi(options.auth);
  }

  /** One pass. Refusals and limits park who they concern; whatever else is thrown is tried again by the queue. */
  async run(repository: Repository): Promise<Pass> {
    const installation = `installation ${repository.installation}`;
    const itself = `repository ${repository.id}`;
    const parkedMs = this.#parking.waitMs(installation, itself);
    if (parkedMs > 0) return { again: parkedMs };
    const { metrics, log, signal } = this.#options;
    const about = { repository: `${repository.owner}/${repository.name}` };
    const ended = metrics.pass.startTimer();
    try {
      const { ports, memory } = await this.#connect(repository);
      const summary = await reconcile(ports, memory, {
        signal,
        sleep: (ms) => wait(ms),
        log: ({ level, message, facts }) => log[level]({ ...facts, ...about }, message),
      });
      const now = ports.repository.now();
      if (summary.parkedUntil !== null)
        this.#parking.park(installation, Date.now() + summary.parkedUntil.getTime() - now.getTime());
      this.#count(summary);
      log.debug({ ...about, calls: summary.calls, recorded: summary.recorded.length }, 'pass');
      return { again: dueIn(factsOf(summary), now) };
    } catch (error) {
      metrics.passes.inc({ outcome: error instanceof Refused ? 'refused' : 'failed' });
      if (!(error instanceof Refused)) throw error;
      this.#parking.park(itself, Date.now() + REFUSED_MS);
      log.warn({ ...about, reason: error.message, hint: error.problems[0]?.hint }, 'repository parked');
      return { again: REFUSED_AGAIN_MS };
    } finally {
      ended();
    }
  }

  #count({ recorded, parkedUntil, dirty, ignored }: Summary): void {
    const { entries, passes } = this.#options.metrics;
    for (const { entry } of recorded) entries.inc({ op: entry.op });
    passes.inc({
      outcome: ignored ? 'ignored' : parkedUntil !== null ? 'limited' : dirty ? 'unclear' : 'done',
    });
  }

  async #connect(repository: Repository): Promise<Known> {
    const known = this.#known.get(repository.id);
    if (known !== undefined && isSamePlace(known.of, repository)) return known;
    const { slug, web } = await this.#options.identity;
    const { id, owner, name, installation } = repository;
    const api = this.#api(installation, id);
    // Asked with an installation's token: the App's own is good for nothing but /app.
    const self = (this.#self ??= await accountOfApp(api, slug));
    const ports: ReconcilePorts = {
      ...connectRepository(api, { owner, repo: name, self }),
      trust: { bot: self.id },
      mode: 'app',
      self,
      page: `${web}/${owner}/${name}`,
    };
    const fresh = { of: repository, ports, memory: newMemory() };
    this.#known.set(id, fresh);
    return fresh;
  }
}

/** A repository that was renamed or moved is asked under its new name, through its new installation. */
function isSamePlace(one: Repository, other: Repository): boolean {
  return one.owner === other.owner && one.name === other.name && one.installation === other.installation;
}

function factsOf({ unfinished, dirty, recorded, decided, parkedUntil }: Summary) {
  return {
    unfinished: unfinished || dirty,
    active: recorded.length > 0 || decided?.answers.some(({ status }) => status === 'waiting') === true,
    parkedUntil,
    wake: decided?.wake ?? null,
  };
}
