import { Queue, type Pass, type Repository } from '../../bot/queue.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { connection } from '../../src/platform/github/connection.ts';
import { githubDeployer } from '../../src/platform/github/deployer.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { githubRepository } from '../../src/platform/github/repository.ts';
import { newMemory, type ReconcileMemory } from '../../src/reconcile/memory.ts';
import { reconcile, type ReconcilePorts, type Summary } from '../../src/reconcile/index.ts';
import { dueIn } from '../../src/reconcile/schedule.ts';
import { finishingAt } from './finisher.ts';
import { judgedAt } from './judged.ts';
import { apiOf, Process, type Machine } from './process.ts';
import { OWNER, type Cast, type RepositoryName } from './world.ts';

const MINUTE = 60_000;

type Site = Parameters<typeof finishingAt>[3];

/** What a process has of one repository. */
interface Held {
  readonly ports: ReconcilePorts;
  readonly memory: ReconcileMemory;
}

interface Watchers {
  /** A pass has ended; null: it threw. */
  passed(process: Process, repository: RepositoryName, summary: Summary | null): void;
}

/** One program that reconciles: a replica of the bot, or a command line's run. Its memory ends with its process. */
export class Replica {
  readonly process: Process;
  readonly #machine: Machine & Watchers;
  readonly #names: readonly RepositoryName[];
  readonly #sites: readonly Site[];
  #queue: Queue | null = null;
  #held = new Map<RepositoryName, Held>();
  #sweeps = true;
  #waiting: { readonly name: RepositoryName; readonly done: () => void }[] = [];

  constructor(name: string, machine: Machine & Watchers, sites: readonly Site[]) {
    this.#sites = sites;
    this.process = new Process(name);
    this.#machine = machine;
    this.#names = sites.map(({ repository }) => repository);
  }

  /** A new process: it knows nothing and looks at everything, now and every so often. */
  start(): void {
    if (this.process.alive || !this.#sweeps) return;
    this.#born();
    this.#sweep();
  }

  /** A process that has been running all the time: it knows what was so, and waits for what comes. */
  resume(): void {
    this.#born();
    for (const name of this.#names)
      this.#held.set(name, { ...this.#hold(name), memory: this.#machine.world.memory(name) });
    this.#later();
  }

  #born(): void {
    const { process } = this;
    process.alive = true;
    this.#held = new Map();
    this.#waiting = [];
    this.#queue = new Queue({
      concurrency: 2,
      timers: {
        now: () => this.#machine.scheduler.now(),
        after: (ms, run) => this.#timer(ms, run),
      },
      run: (repository) => this.#pass(repository.name as RepositoryName),
      onError: (repository) => {
        this.#ended(repository.name as RepositoryName, null);
      },
    });
  }

  #timer(ms: number, run: () => void): () => void {
    let off = false;
    this.#machine.scheduler.after(
      ms,
      this.process.inThisLife(() => {
        if (!off) run();
      }),
    );
    return () => {
      off = true;
    };
  }

  #sweep(): void {
    for (const name of this.#names) this.wake(name);
    this.#later();
  }

  #later(): void {
    this.#machine.scheduler.after(
      60 * MINUTE,
      this.process.inThisLife(() => {
        if (this.#sweeps) this.#sweep();
      }),
    );
  }

  /** No more sweeps and no starts: what comes now is asked for. */
  stop(): void {
    this.#sweeps = false;
  }

  wake(name: RepositoryName): void {
    if (!this.process.alive) return;
    const { cast } = this.#machine.world;
    const repository: Repository = {
      id: cast.repositories[name],
      owner: OWNER,
      name,
      installation: cast.installation,
    };
    this.#queue?.wake(repository);
  }

  /** One pass over each of some repositories, by a process that is started for it and ends after it if none runs. */
  once(names: readonly RepositoryName[] = this.#names, done: () => void = () => undefined): void {
    const alone = !this.process.alive;
    if (alone) this.#born();
    let left = names.length;
    for (const name of names) {
      this.#waiting.push({
        name,
        done: () => {
          if (--left > 0) return;
          if (alone) this.process.die();
          done();
        },
      });
      this.wake(name);
    }
  }

  #ended(name: RepositoryName, summary: Summary | null): void {
    this.#machine.passed(this.process, name, summary);
    const over = this.#waiting.filter((one) => one.name === name);
    this.#waiting = this.#waiting.filter((one) => one.name !== name);
    for (const { done } of over) done();
  }

  async #pass(name: RepositoryName): Promise<Pass> {
    const { scheduler } = this.#machine;
    const now = new Date(scheduler.now());
    this.process.begin(now.getTime());
    let held = this.#held.get(name);
    if (held === undefined) this.#held.set(name, (held = this.#hold(name)));
    const summary = await reconcile(held.ports, held.memory, { sleep: scheduler.sleep });
    this.#ended(name, summary);
    const facts = {
      unfinished: summary.unfinished || summary.dirty,
      active: summary.recorded.length > 0,
      parkedUntil: summary.parkedUntil,
      wake: summary.decided?.wake ?? null,
    };
    // Sweeps are the simulation's own, and fewer: deployments tell when they end, or nobody looks until then.
    const again = dueIn({ ...facts, unfinished: summary.dirty }, new Date(scheduler.now()));
    if (again < 5 * MINUTE || facts.wake !== null || facts.parkedUntil !== null) return { again };
    // Of a deployment whose run does not show the next one is asked for after a quarter of an hour.
    return { again: summary.unfinished ? 16 * MINUTE : null };
  }

  #hold(repository: RepositoryName): Held {
    const { world, scheduler } = this.#machine;
    const api = apiOf(this.#machine, this.process, repository);
    const now = () => new Date(scheduler.now());
    const ports = portsOver(api, { cast: world.cast, repository, now, sleep: scheduler.sleep });
    const site = this.#sites.find((one) => one.repository === repository)!;
    return {
      ports: { ...ports, ...judgedAt(site), chores: [finishingAt(this.#machine, api, ports.log, site)] },
      memory: newMemory(),
    };
  }
}

interface Surroundings {
  readonly cast: Cast;
  readonly repository: RepositoryName;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
}

/** The adapters of a bot for one repository. */
export function portsOver(api: Api, { cast, repository: repo, now, sleep }: Surroundings): ReconcilePorts {
  const self = { id: cast.ids.bot, login: cast.botLogin };
  const at = connection(api, { owner: OWNER, repo, now, sleep });
  const repository = githubRepository(at);
  return {
    repository,
    log: githubLogStore(at.write, { owner: OWNER, repo }),
    deployer: githubDeployer(at, repository, self),
    trust: { bot: self.id },
    mode: 'app',
    self,
    page: `https://github.com/${OWNER}/${repo}`,
  };
}
