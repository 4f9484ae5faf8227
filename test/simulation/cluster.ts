import type { Draw } from '../../sandbox/faults/draw.ts';
import { newId } from '../../sandbox/kernel/core.ts';
import { isoTime } from '../../sandbox/kernel/environment.ts';
import type { EmittedEvent } from '../../sandbox/kernel/events.ts';
import { refKey } from '../../sandbox/state/repositories.ts';
import type { Ledger } from './ledger.ts';
import type { Scheduler } from './scheduler.ts';
import type { Story } from './story.ts';
import type { RepositoryName, World } from './world.ts';

/** What a job is asked to deploy, as the event that started it says. */
export interface Wanted {
  readonly n: number;
  readonly model: string;
  readonly stage: string;
  readonly version: string;
  readonly manifest: string | null;
}

/** What runs at one stage's target. */
export interface Running {
  readonly n: number;
  readonly version: string;
}

type Ending = 'success' | 'failure' | 'cancelled' | 'timed_out';

/** Shares of deployments that fail, hang, are thrown out of the queue or take long, and of events that start no run. */
export interface Troubles {
  slow: number;
  failing: number;
  hanging: number;
  evicted: number;
  lost: number;
}

interface Outside {
  /** What the log says now. */
  ledger(): Ledger;
  /** A run has ended: GitHub tells of it. */
  ended(): void;
}

const MINUTE = 60_000;
/** GitHub ends a job after six hours. */
const JOB_LIMIT = 360 * MINUTE;

/**
 * The runs of the workflow that deploys, and what they deploy to: jobs that take their time, end in any order, fail or
 * hang; and one target a stage that takes what has a greater number than what runs there, and nothing else. A job looks
 * into the log by itself: what is not recorded there is not deployed, whoever asked for it.
 */
export class Cluster {
  /** By `model/stage`. */
  readonly running = new Map<string, Running>();
  readonly troubles: Troubles = { slow: 0, failing: 0, hanging: 0, evicted: 0, lost: 0 };
  /** Versions whose runs all end in one way. */
  readonly fates = new Map<string, Ending>();
  readonly problems: string[] = [];
  /** Jobs that have not ended. */
  busy = 0;
  /** n → how its runs ended; an empty list while the first still runs. */
  readonly #ends = new Map<
    number,
    { open: number; readonly ended: { readonly at: number; readonly ending: Ending }[] }
  >();
  readonly #world: World;
  readonly #repository: RepositoryName;
  readonly #scheduler: Scheduler;
  readonly #draw: Draw;
  readonly #story: Story;
  readonly #outside: Outside;

  constructor(
    world: World,
    repository: RepositoryName,
    scheduler: Scheduler,
    draw: Draw,
    story: Story,
    outside: Outside,
  ) {
    this.#world = world;
    this.#repository = repository;
    this.#scheduler = scheduler;
    this.#draw = draw;
    this.#story = story;
    this.#outside = outside;
  }

  /** Whether a run of an entry's deployment had succeeded, or ended otherwise, by a time. */
  ended(n: number, by: number, well: boolean): boolean {
    return (
      this.#ends.get(n)?.ended.some(({ at, ending }) => at <= by && (ending === 'success') === well) ?? false
    );
  }

  /** From now on everything goes well. */
  calm(): void {
    Object.assign(this.troubles, { slow: 0, failing: 0, hanging: 0, evicted: 0, lost: 0 });
  }

  /** A `repository_dispatch` of ours arrived: a run begins, mostly. */
  dispatched(event: EmittedEvent): void {
    const wanted = event.body()['client_payload'] as Wanted;
    const { sender } = event;
    if (this.#draw.next() < this.troubles.lost) {
      this.#story.count('deployment: event starts no run');
      return;
    }
    const id = this.#begin(wanted, sender.id);
    const runs = this.#ends.get(wanted.n) ?? { open: 0, ended: [] };
    this.#ends.set(wanted.n, runs);
    if (runs.open + runs.ended.length > 0) this.#story.count('deployment: run twice');
    runs.open++;
    this.busy++;
    this.#tell(
      `run ${id} of ${sender.login} begins: ${wanted.model}@${wanted.version} to ${wanted.stage} as ${wanted.n}`,
    );
    const [ms, plan] = this.#plan(wanted.version);
    this.#scheduler.after(ms, () => {
      const ending = plan === 'success' ? this.#apply(wanted) : plan;
      runs.open--;
      // What somebody else started says nothing of ours, however it ends.
      if (sender.id === this.#world.cast.ids.bot) runs.ended.push({ at: this.#scheduler.now(), ending });
      this.busy--;
      this.#finish(id, ending);
      this.#tell(`run ${id} ends: ${ending}`);
      this.#story.count(`deployment: ${ending}`);
      this.#outside.ended();
    });
  }

  /** Somebody's own workflow succeeds under the name of a deployment, on their branch or from the default one. */
  pretend(wanted: Wanted, actor: number, branch: string): void {
    const id = this.#begin(wanted, actor, branch);
    this.#finish(id, 'success');
  }

  #plan(version: string): readonly [ms: number, ending: Ending] {
    const fate = this.fates.get(version);
    if (fate !== undefined) return [fate === 'timed_out' ? JOB_LIMIT : MINUTE, fate];
    const { slow, failing, hanging, evicted } = this.troubles;
    const drawn = this.#draw.next();
    // Some take much longer than others: later ones overtake them.
    const ms = (1 + this.#draw.below(this.#draw.next() < slow ? 90 : 6)) * MINUTE;
    if (drawn < hanging) return [JOB_LIMIT, 'timed_out'];
    if (drawn < hanging + evicted) return [MINUTE, 'cancelled'];
    return [ms, drawn < hanging + evicted + failing ? 'failure' : 'success'];
  }

  #apply({ n, model, stage, version, manifest }: Wanted): Ending {
    const entry = this.#outside.ledger().entries[n - 1];
    const recorded =
      entry !== undefined &&
      (entry.op === 'promote' || entry.op === 'rollback') &&
      entry.model === model &&
      entry.stage === stage &&
      entry.version === version &&
      (entry.manifest ?? null) === manifest;
    if (!recorded) {
      this.#story.count('deployment: not in the log');
      return 'failure';
    }
    const where = `${model}/${stage}`;
    const before = this.running.get(where)?.n ?? 0;
    if (n < before) {
      this.#story.count('deployment: came too late');
      return 'failure';
    }
    this.#put(where, { n, version });
    return 'success';
  }

  #put(where: string, running: Running): void {
    const before = this.running.get(where)?.n ?? 0;
    if (running.n < before) this.problems.push(`${where} fell from ${before} to ${running.n}`);
    this.running.set(where, running);
  }

  #begin(wanted: Wanted, actor: number, branch = 'main'): number {
    const { core } = this.#world.sandbox;
    const repositoryId = this.#world.cast.repositories[this.#repository];
    const at = isoTime(core.clock.now());
    const sha = core.tables.refs.require(refKey(repositoryId, 'refs/heads/main')).oid;
    return core.store.transaction(() => {
      const id = newId(core);
      core.tables.workflowRuns.put({
        id,
        repositoryId,
        workflowId: 1,
        number: id,
        attempt: 1,
        event: 'repository_dispatch',
        action: 'slipway-deploy',
        name: 'deploy',
        title: `slipway deploy ${wanted.model} ${wanted.stage} #${wanted.n}`,
        path: '.github/workflows/deploy.yml',
        headSha: sha,
        headBranch: branch,
        headRepositoryId: repositoryId,
        sha,
        ref: `refs/heads/${branch}`,
        workflowSha: sha,
        pullIds: [],
        status: 'in_progress',
        conclusion: null,
        trust: 'full',
        chain: 0,
        actorId: actor,
        triggeringActorId: actor,
        concurrency: null,
        cancelledAt: null,
        problems: [],
        referenced: [],
        checkSuiteId: null,
        createdAt: at,
        startedAt: at,
        updatedAt: at,
      });
      return id;
    });
  }

  #finish(id: number, conclusion: Ending): void {
    const { core } = this.#world.sandbox;
    core.store.transaction(() => {
      const run = core.tables.workflowRuns.require(id);
      const updatedAt = isoTime(core.clock.now());
      core.tables.workflowRuns.put({ ...run, status: 'completed', conclusion, updatedAt });
    });
  }

  #tell(text: string): void {
    this.#story.tell(this.#scheduler.now(), 'Actions', text);
  }
}
