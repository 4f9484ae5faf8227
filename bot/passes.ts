import { setTimeout as wait } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

import type { Person } from '../src/contracts/entry.ts';
import { PlatformError } from '../src/contracts/errors.ts';
import { Limited, Refused, type Api } from '../src/platform/github/api.ts';
import { appApi, installationOf } from '../src/platform/github/app-api.ts';
import { installationApi, type AppAuthOptions } from '../src/platform/github/app-auth.ts';
import { accountOfApp } from '../src/platform/github/identity.ts';
import {
  dueIn,
  judgeRepository,
  recall,
  reconcile,
  type Line,
  type Summary,
} from '../src/reconcile/index.ts';
import type { Identity } from './identity.ts';
import type { BotLog } from './log.ts';
import type { Metrics } from './metrics.ts';
import { Parking } from './parking.ts';
import type { Pass, Repository } from './queue.ts';
import { refuseForbidden } from './permissions.ts';
import { portsOf, type KnownRepository } from './repository-ports.ts';

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
  /** Told after each pass over a repository that uses Slipway. */
  passed(repository: Repository): void;
}

/** Runs passes: one repository each, with the rights of its own installation, restricted to that one repository. */
export class Passes {
  readonly #options: PassesOptions;
  #self: Person | null = null;
  readonly #app: Api;
  readonly #api: (installation: number, repository: number) => Api;
  readonly #known = new LRUCache<number, KnownRepository>({ max: REMEMBERED });
  readonly #parking = new Parking(() => Date.now());

  constructor(options: PassesOptions) {
    this.#options = options;
    this.#api = installationApi(options.auth);
    this.#app = appApi(options.auth);
  }

  /** One pass over a repository. */
  run(repository: Repository): Promise<Pass> {
    return this.#guarded(repository, async ({ ports, memory, judging, judgingPorts }) => {
      await recall(judgingPorts, judging);
      const ended = this.#options.metrics.pass.startTimer();
      const summary = await reconcile(ports, memory, {
        signal: this.#options.signal,
        sleep: (ms) => wait(ms),
        log: this.#lines(repository),
      }).finally(ended);
      const now = ports.repository.now();
      if (summary.parkedUntil !== null) this.#limited(repository, summary.parkedUntil, now);
      this.#count(summary);
      const { calls, recorded, ignored } = summary;
      this.#options.log.debug({ repository: nameOf(repository), calls, recorded: recorded.length }, 'pass');
      if (!ignored) this.#options.passed(repository);
      return { again: dueIn(factsOf(summary), now) };
    });
  }

  /** Judges what pull requests handed over; true in `learned` where a pass should follow. */
  judge(repository: Repository): Promise<Pass & { readonly learned: boolean }> {
    const nothing = { again: null, learned: false };
    return this.#guarded(repository, async ({ judgingPorts, judging, memory }) => ({
      again: null,
      learned: await judgeRepository(judgingPorts, judging, memory, {
        signal: this.#options.signal,
        log: this.#lines(repository),
      }),
    })).then((pass) => ({ ...nothing, ...pass }));
  }

  /** Refusals and limits park who they concern; whatever else is thrown is tried again by the queue. */
  async #guarded<Result extends Pass>(
    repository: Repository,
    work: (known: KnownRepository) => Promise<Result>,
  ): Promise<Result | Pass> {
    const { metrics, log } = this.#options;
    const itself = `repository ${repository.id}`;
    const parkedMs = this.#parking.waitMs(installationKey(repository), itself);
    if (parkedMs > 0) return { again: parkedMs };
    try {
      return await work(await this.#connect(repository));
    } catch (error) {
      const refused = refusalOf(error);
      metrics.passes.inc({ outcome: refused === null ? 'failed' : 'refused' });
      if (error instanceof Limited) this.#limited(repository, error.until, new Date());
      if (refused === null) throw error;
      this.#parking.park(itself, Date.now() + REFUSED_MS);
      const { message: reason, problems } = refused;
      log.warn({ repository: nameOf(repository), reason, hint: problems[0]?.hint }, 'repository parked');
      return { again: REFUSED_AGAIN_MS };
    }
  }

  /** A limit holds for all repositories of an installation. */
  #limited(repository: Repository, until: Date, now: Date): void {
    this.#parking.park(installationKey(repository), Date.now() + until.getTime() - now.getTime());
  }

  #lines(repository: Repository): (line: Line) => void {
    return ({ level, message, facts }) =>
      this.#options.log[level]({ ...facts, repository: nameOf(repository) }, message);
  }

  #count({ recorded, parkedUntil, dirty, ignored }: Summary): void {
    const { entries, passes } = this.#options.metrics;
    for (const { entry } of recorded) entries.inc({ op: entry.op });
    passes.inc({
      outcome: ignored ? 'ignored' : parkedUntil !== null ? 'limited' : dirty ? 'unclear' : 'done',
    });
  }

  async #connect(repository: Repository): Promise<KnownRepository> {
    const known = this.#known.get(repository.id);
    if (known !== undefined && isSamePlace(known.of, repository)) return known;
    const { slug, web } = await this.#options.identity;
    const { id, installation } = repository;
    // Whatever woke it: with a forbidden permission nothing is done, not even read.
    refuseForbidden((await installationOf(this.#app, installation)).permissions);
    const api = this.#api(installation, id);
    // Asked with an installation's token: the App's own is good for nothing but /app.
    const self = (this.#self ??= await accountOfApp(api, slug));
    const fresh = portsOf(repository, { auth: this.#options.auth, api, self, web, log: this.#options.log });
    this.#known.set(id, fresh);
    return fresh;
  }
}

/** What asking again soon does not change: GitHub's refusal, or a permission that the bot must not have. */
function refusalOf(error: unknown): PlatformError | null {
  return error instanceof PlatformError && (error instanceof Refused || error.code === 'PERMISSION')
    ? error
    : null;
}

function nameOf({ owner, name }: Repository): string {
  return `${owner}/${name}`;
}

function installationKey({ installation }: Repository): string {
  return `installation ${installation}`;
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
