import { Draw } from '../../sandbox/faults/draw.ts';
import type { CallFault } from '../../sandbox/faults/index.ts';
import type { EmittedEvent } from '../../sandbox/kernel/events.ts';
import { problemsAtRest } from './at-rest.ts';
import { Cluster } from './cluster.ts';
import { pick, type Scene } from './scene.ts';
import type { Call, Machine, Process } from './process.ts';
import type { Summary } from '../../src/reconcile/index.ts';
import { versionProblems } from './finisher.ts';
import { Publisher } from './publisher.ts';
import { Replica } from './replica.ts';
import { Scheduler } from './scheduler.ts';
import { Story } from './story.ts';
import { Watch } from './watch.ts';
import { REPOSITORIES, type RepositoryName, type World } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** More steps than any sound schedule takes. */
const MOST_STEPS = 60_000;
/** Looks after which nothing may be left to do: a deployment takes some of them. */
const MOST_SWEEPS = 36;
/** Calls an hour that one process may take for a repository with a handful of models: GitHub allows 5,000. */
const CALLS_AN_HOUR = 2000;

/** What came of one schedule or flow. */
export interface Outcome {
  readonly seed: number;
  readonly problems: readonly string[];
  /** The same for the same seed, always. */
  readonly hash: string;
  readonly counts: ReadonlyMap<string, number>;
  readonly steps: number;
  story(): string;
}

/** One repository with everything that is about it. */
export interface Site extends Scene {
  readonly watch: Watch;
  readonly cluster: Cluster;
  readonly publisher: Publisher;
}

/** A world with programs that work in it, events that reach them, and watchers over every step. */
export class Play implements Machine {
  readonly seed: number;
  readonly world: World;
  readonly scheduler: Scheduler;
  readonly story = new Story();
  readonly sites: readonly Site[];
  /** Two replicas of the bot, and whoever runs the command line. */
  readonly replicas: readonly Replica[];
  readonly draw: Draw;
  outage = 0;
  /** Writes of our programs. */
  writes = 0;
  /** Told of each call. */
  readonly watchers: ((call: Call) => void)[] = [];
  readonly #broken: string[] = [];

  constructor(
    seed: number,
    world: World,
    repositories: readonly RepositoryName[] = REPOSITORIES.slice(0, 1),
  ) {
    this.seed = seed;
    this.world = world;
    this.scheduler = new Scheduler(seed, world.clock);
    this.draw = new Draw(seed, 12);
    this.sites = repositories.map((name, at) => this.#site(name, at));
    this.replicas = ['bot A', 'bot B', 'CLI'].map((name) => new Replica(name, this, this.sites));
    world.sandbox.core.listeners.push((_core, event) => {
      this.#heard(event);
    });
  }

  #site(repository: RepositoryName, at: number): Site {
    const { world, scheduler, story } = this;
    const facts = world.facts(repository);
    const draw = new Draw(this.seed, 20 + at);
    const cluster = new Cluster(world, repository, scheduler, draw, story, {
      ledger: () => watch.ledger,
      ended: () => {
        this.#deliver(this.sites[at]!);
      },
    });
    const watch: Watch = new Watch(world, repository, story, facts, cluster);
    const publisher = new Publisher(this, repository, facts);
    watch.begin();
    for (const [place, { holding }] of watch.ledger.places)
      if (holding?.status === 'verified')
        cluster.running.set(place, { n: holding.n, version: holding.version });
    const merged: Scene['merged'] = (pull) => {
      publisher.merged(pull);
    };
    return { world, draw, story, repository, facts, watch, cluster, publisher, merged };
  }

  async run(until: number, done?: () => boolean): Promise<void> {
    await this.scheduler.run(until, MOST_STEPS, done);
  }

  /** GitHub tells of an event, if the message gets through. */
  #heard(event: EmittedEvent): void {
    const site = this.sites.find(
      ({ repository, world }) => world.cast.repositories[repository] === event.repository?.id,
    );
    if (site === undefined) return;
    const ours = event.sender.id === this.world.cast.ids.bot;
    if (event.name === 'repository_dispatch')
      this.scheduler.after(2000, () => {
        site.cluster.dispatched(event);
      });
    // The bot hears of its own doings as well; most of them come while it is at work anyway.
    if (!ours || this.draw.next() < 0.1) this.#deliver(site);
  }

  #deliver(site: Site): void {
    const wake = (ms: number) => {
      this.scheduler.after(ms, () => {
        const there = this.replicas.slice(0, 2).filter(({ process }) => process.alive);
        if (there.length > 0) pick(this.draw, there).wake(site.repository);
      });
    };
    const fate = this.world.faults.fates();
    if (fate.kind !== 'deliver') this.story.count(`delivery: ${fate.kind}`);
    if (fate.kind === 'lose') return;
    wake(fate.kind === 'delay' ? fate.ms : 500);
    if (fate.kind === 'double') wake(fate.ms);
  }

  called(call: Call): void {
    const { process, repository, operation, parameters, at } = call;
    const site = this.sites.find((one) => one.repository === repository)!;
    const { owner = 'acme', repo = repository } = parameters;
    if (owner !== 'acme' || repo !== repository)
      this.fail(
        `${process.name} calls ${operation} of ${String(owner)}/${String(repo)} while it works on ${repository}`,
      );
    this.story.mix(`${at} ${process.name} ${operation} ${call.failed ?? ''}`);
    this.story.called(operation);
    this.#meter(process, at);
    for (const watch of this.watchers) watch(call);
    if (operation === 'git/get-ref' && parameters['ref'] === 'heads/slipway/log' && call.failed === null)
      process.lookedAt.set(repository, at);
    if (!call.writes) return;
    // A reaction is there once however often it is given: a new process gives it again.
    if (operation !== 'reactions/create-for-issue-comment') this.writes++;
    if (operation === 'issues/remove-label') this.#labelOff(site, call);
    const looked = process.lookedAt.get(repository) ?? process.passAt;
    const pass = Math.min(process.passAt, process.oldest);
    site.watch.look({ name: process.name, from: Math.min(looked, process.oldest), pass });
  }

  /** Labels that were answered are taken off by the bot. */
  #labelOff({ facts }: Site, { parameters, at }: Call): void {
    for (const wish of facts.wishes)
      if (
        wish.via === 'label' &&
        wish.issue === parameters['issue_number'] &&
        `${wish.kind}:${wish.stage!}` === parameters['name']
      )
        wish.gone ??= at;
  }

  #meter(process: Process, at: number): void {
    const hour = Math.floor(at / HOUR);
    if (hour !== process.hour) Object.assign(process, { hour, hourly: 0 });
    const calls = ++process.hourly;
    if (calls === CALLS_AN_HOUR * this.sites.length)
      this.fail(`${process.name} makes ${calls} calls within an hour`);
  }

  fault(process: Process, fault: CallFault, operation: string): void {
    this.story.count(`fault: ${fault}`);
    this.story.tell(this.scheduler.now(), process.name, `meets ${fault} at ${operation}`);
  }

  passed(process: Process, repository: RepositoryName, summary: Summary | null): void {
    this.story.count(summary === null ? 'pass: thrown' : summary.dirty ? 'pass: interrupted' : 'pass: whole');
    for (const { unmet, status } of summary?.decided?.answers ?? []) {
      this.story.count(`answer: ${status}`);
      for (const { rule } of unmet) this.story.count(`rule: ${rule}`);
    }
    if (summary?.blocked != null) this.story.count('pass: blocked');
    this.story.mix(`${process.name} ${repository} ${summary?.calls ?? -1}`);
  }

  crashed(process: Process, operation: string, applied: boolean): void {
    this.story.tell(this.scheduler.now(), process.name, `dies ${applied ? 'after' : 'before'} ${operation}`);
    this.kill(process);
  }

  /** Ends a process; another one is started in its place some minutes later. */
  kill(process: Process): void {
    process.die();
    this.scheduler.after((1 + this.draw.below(10)) * MINUTE, () => {
      this.replicas.find((one) => one.process === process)?.start();
      this.sites.find((site) => site.publisher.process === process)?.publisher.again();
    });
  }

  /** Faults stop; what was begun ends; after two looks nothing may be left to do. */
  async rest(): Promise<void> {
    this.world.faults.off();
    this.outage = 0;
    this.story.tell(this.scheduler.now(), 'everything', 'works again');
    if (!this.replicas.slice(0, 2).some(({ process }) => process.alive)) this.replicas[0]!.start();
    for (const replica of this.replicas) replica.stop();
    for (const { cluster, publisher } of this.sites) {
      cluster.calm();
      publisher.calm();
    }
    const busy = () => this.sites.some(({ cluster, publisher }) => cluster.busy > 0 || publisher.busy);
    // Drafts that nobody goes on with are cleared away after an hour, by a look that comes within the next.
    const drafts = this.sites.some(({ publisher }) => publisher.used);
    await this.run(this.scheduler.now() + (drafts ? 3 : 1) * HOUR);
    for (let sweep = 1; sweep <= MOST_SWEEPS; sweep++) {
      // What the last look has begun shows after some seconds.
      await this.run(this.scheduler.now() + 10_000);
      await this.run(this.scheduler.now() + 7 * HOUR, () => !busy());
      const { writes } = this;
      await this.#sweep();
      if (sweep === 1 || this.writes !== writes || busy()) continue;
      for (const site of this.sites) this.#broken.push(...(await versionProblems(site)));
      return;
    }
    this.fail('it does not come to rest');
  }

  async #sweep(): Promise<void> {
    for (const { repository } of this.sites) {
      const replica = pick(
        this.draw,
        this.replicas.filter(({ process }) => process.alive),
      );
      const sweep = { done: false };
      replica.once([repository], () => {
        sweep.done = true;
      });
      await this.run(this.scheduler.now() + HOUR, () => sweep.done);
      if (!sweep.done) this.fail(`a pass of ${replica.process.name} does not end`);
    }
  }

  fail(problem: string): void {
    this.#broken.push(problem);
    this.story.tell(this.scheduler.now(), 'BROKEN', problem);
  }

  outcome(): Outcome {
    const atRest = this.sites.flatMap((site) => [...site.watch.problems, ...problemsAtRest(site)]);
    return {
      seed: this.seed,
      problems: [...this.#broken, ...atRest],
      hash: this.story.hash,
      counts: this.story.counts,
      steps: this.scheduler.steps,
      story: () => this.story.text(),
    };
  }
}
