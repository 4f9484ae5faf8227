import type { EntryDraft } from '../contracts/entry.ts';
import { isCodedError, PlatformError } from '../contracts/errors.ts';
import { decide, type Decided, type World } from '../promotion/index.ts';
import { appendEntry, openLog, type Log, type RecordedEntry, type Refusal } from '../registry/index.ts';
import { adoptHistory } from './adopt.ts';
import { hear, hearAgain } from './hear.ts';
import { ignoredLines } from './ignored.ts';
import { forgetHourly, type ReadConfig, type ReconcileMemory } from './memory.ts';
import type { RepositoryFacts } from './ports.ts';
import { readConfig } from './read-config.ts';
import { isSameValue, pendingDeployments, readWorld } from './world.ts';
import type { Line, ReconcileOptions, ReconcilePorts, Summary } from './types.ts';
import { renderViews } from './views/index.ts';

/** More steps than any pass has to do; a fuse against deciding in circles. */
const MOST_STEPS = 100;

/**
 * One pass over one repository: reads the world, does the one next thing that is decided, and again until there is
 * nothing to do; then the views. Level-triggered: it never matters why it was called. Two passes at once, by whomever,
 * are safe; each entry is written by compare-and-set after a last look at everything it stands on.
 *
 * Rate limits park the repository, answers that were unclear leave it dirty; neither is thrown.
 *
 * @throws PlatformError GitHub refuses this account · anything that is a bug of ours
 */
export async function reconcile(
  ports: ReconcilePorts,
  memory: ReconcileMemory,
  options: ReconcileOptions,
): Promise<Summary> {
  const pass = new Pass(ports, memory, options);
  const before = ports.repository.calls();
  let end: { parkedUntil: Date | null; dirty: boolean } = { parkedUntil: null, dirty: false };
  try {
    await pass.run();
  } catch (error) {
    end = interrupted(error);
    pass.say('warn', 'the pass was interrupted', { reason: (error as Error).message });
  }
  return { ...pass.summary(), ...end, calls: ports.repository.calls() - before };
}

/** A limit or an unclear answer ends a pass without harm; everything else is the caller's. */
function interrupted(error: unknown): { parkedUntil: Date | null; dirty: boolean } {
  if (!(error instanceof PlatformError)) throw error;
  if (error.code === 'RATE_LIMITED')
    return { parkedUntil: (error as PlatformError & { until: Date }).until, dirty: true };
  if (error.code === 'AMBIGUOUS' || error.code === 'NETWORK' || error.code === 'LOG_BUSY') {
    return { parkedUntil: null, dirty: true };
  }
  throw error;
}

class Pass {
  readonly #ports: ReconcilePorts;
  readonly #memory: ReconcileMemory;
  readonly #options: ReconcileOptions;
  readonly #recorded: RecordedEntry[] = [];
  #facts: RepositoryFacts | null = null;
  #decided: Decided | null = null;
  #world: World | null = null;
  #ignored = false;
  #unfinished = false;

  constructor(ports: ReconcilePorts, memory: ReconcileMemory, options: ReconcileOptions) {
    this.#ports = ports;
    this.#memory = memory;
    this.#options = options;
  }

  async run(): Promise<void> {
    const memory = this.#memory;
    const config = await this.#config();
    if (config.status === 'none') {
      this.#ignored = true;
      return;
    }
    if (config.status === 'broken')
      this.say('warn', 'slipway.yaml of the default branch cannot be used', { problem: config.problem });
    let log = await this.#log();
    if (log.trouble === null && config.status === 'good' && this.#options.dryRun !== true) {
      log = memory.log = await this.#adopt(log, config);
      for (const chore of this.#ports.chores ?? []) log = memory.log = await chore(log, config, memory);
    }
    forgetHourly(memory, this.#ports.repository.now());
    await hear(this.#ports.repository, memory, await this.#hearing(config));
    await this.#decideAndAct(log, config);
    const heard = memory.conversations.values();
    for (const line of ignoredLines(heard, this.#decided?.answers ?? [], memory.told))
      this.#options.log?.(line);
    const { promotion } = config;
    this.#unfinished ||= pendingDeployments(memory.log ?? log, config).length > 0;
    if (this.#options.dryRun === true || this.#decided === null || this.#world === null) return;
    await renderViews(this.#ports.repository, {
      store: this.#ports.log,
      log: memory.log ?? log,
      config: promotion,
      adopt: config.adopt,
      world: this.#world,
      decided: this.#decided,
      conversations: [...memory.conversations.values()],
      memory: memory.views,
      self: this.#ports.self,
      now: this.#ports.repository.now(),
      page: this.#ports.page,
      tags: this.#ports.tagHistory ?? null,
      judged: this.#ports.judgements?.() ?? [],
      past: this.#ports.pastJudgements?.() ?? [],
      send: async (text) => {
        if (config.notify !== null) await this.#ports.send?.(config.notify, text);
      },
    });
  }

  async #adopt(log: Log, config: ReadConfig): Promise<Log> {
    const { tagHistory, log: store, trust, mode, self } = this.#ports;
    if (tagHistory === undefined) return log;
    const { id } = await this.#here();
    const { sleep } = this.#options;
    const say = (line: Line) => this.#options.log?.(line);
    const ports = { repository: id, tags: tagHistory, store, trust, mode, self, sleep, log: say };
    return await adoptHistory(ports, this.#memory, log, config);
  }

  async #decideAndAct(first: Log, begun: ReadConfig): Promise<void> {
    let log = first;
    for (let step = 0; step < MOST_STEPS; step++) {
      this.#options.signal?.throwIfAborted();
      // A last look may have found that the default branch moved: from then on that one decides.
      const config = this.#memory.config ?? begun;
      const world = await this.#read(log, config);
      const decided = decide(world, config.promotion, this.#ports.repository.now());
      [this.#world, this.#decided] = [world, decided];
      const { next } = decided;
      if (next === null || this.#options.dryRun === true) return;
      if (next.do === 'deploy') {
        await this.#deploy(log, config);
        return;
      }
      log = await this.#append(next.draft, log);
    }
    throw new Error(`a pass of more than ${MOST_STEPS} steps`);
  }

  /** Starts every deployment that is pending and not known to run: one that waits must not hold up another. */
  async #deploy(log: Log, config: ReadConfig): Promise<void> {
    for (const deployment of pendingDeployments(log, config)) {
      if (this.#world?.deployments.has(deployment.n) === true) continue;
      await this.#ports.deployer.start(deployment);
      this.#memory.dispatched.set(deployment.n, this.#ports.repository.now().getTime());
      this.say('info', 'deployment started', { ...deployment });
    }
    this.#unfinished = true;
  }

  async #append(draft: EntryDraft, log: Log): Promise<Log> {
    const appended = await appendEntry(this.#ports.log, draft, {
      trust: this.#ports.trust,
      followed: log,
      sleep: this.#options.sleep,
      recheck: (now) => this.#recheck(draft, now),
    });
    this.#memory.log = appended.log;
    if (appended.status === 'refused') {
      this.say('warn', 'an entry was not written', {
        op: draft.op,
        model: draft.model,
        reason: appended.refusal.message,
      });
      return appended.log;
    }
    const { recorded } = appended;
    this.#memory.recorded.set(recorded.entry.request, recorded.entry.n);
    if (appended.status === 'appended') {
      this.#recorded.push(recorded);
      const { n, op, model, stage, version } = recorded.entry;
      this.say('info', 'entry appended', { n, op, model, stage, version });
    }
    return appended.log;
  }

  /**
   * The last look before an entry is written: everything it stands on is read again (config, the conversations of its
   * request and approvals, the rights of their people), and it must be decided the same way again.
   */
  async #recheck(draft: EntryDraft, log: Log): Promise<Refusal | null> {
    const memory = this.#memory;
    const config = await this.#config();
    const answer = this.#decided?.answers.find(({ key }) => key === draft.request);
    const approved = new Set(draft.approvals.map(({ via, event }) => `${via} ${event}`));
    const sources = [
      ...(answer === undefined ? [] : [answer.request.source]),
      ...(this.#world?.requests ?? [])
        .filter(({ kind, source }) => kind === 'approve' && approved.has(`${source.via} ${source.event}`))
        .map(({ source }) => source),
    ].flatMap(({ issue }) => (issue === null ? [] : [issue]));
    await hearAgain(this.#ports.repository, memory, sources, await this.#hearing(config));
    const fresh = new Set([draft.actor.id, ...draft.approvals.map(({ id }) => id)]);
    const world = await this.#read(log, config, fresh);
    const { next } = decide(world, config.promotion, this.#ports.repository.now());
    if (next?.do === 'append' && isSameValue(next.draft, draft)) return null;
    return {
      code: 'REQUEST_REFUSED',
      message: `${draft.op} of ${draft.model} is not decided the same way any more`,
    };
  }

  async #read(log: Log, config: ReadConfig, fresh?: ReadonlySet<number>): Promise<World> {
    const { repository, log: store, deployer, mode, self } = this.#ports;
    const evaluations = (pull: number) => this.#ports.evaluations?.(pull) ?? {};
    const { id } = await this.#here();
    return await readWorld(
      { repository: id, reads: repository, store, deployer, mode, self, evaluations },
      this.#memory,
      log,
      config,
      fresh,
    );
  }

  /** Asked once a pass: neither id nor default branch change within one. */
  async #here(): Promise<RepositoryFacts> {
    return (this.#facts ??= await this.#ports.repository.facts());
  }

  async #config(): Promise<ReadConfig> {
    const { defaultBranch } = await this.#here();
    return (this.#memory.config = await readConfig(
      this.#ports.repository,
      defaultBranch,
      this.#memory.config,
    ));
  }

  async #log(): Promise<Log> {
    const { log: store, trust } = this.#ports;
    const log = (this.#memory.log = await openLog(store, { followed: this.#memory.log, trust }));
    if (log.trouble !== null) this.say('warn', 'the log is not acted upon', { ...log.trouble });
    return log;
  }

  async #hearing(config: ReadConfig) {
    const { id } = await this.#here();
    return { repository: id, self: this.#ports.self, config: config.promotion };
  }

  say(level: Line['level'], message: string, facts: Line['facts']): void {
    this.#options.log?.({ level, message, facts });
  }

  summary(): Pick<Summary, 'ignored' | 'recorded' | 'decided' | 'blocked' | 'unfinished'> {
    return {
      ignored: this.#ignored,
      recorded: this.#recorded,
      decided: this.#decided,
      blocked: this.#world?.log.blocked ?? null,
      unfinished: this.#unfinished,
    };
  }
}

/** The words of an error that ends a pass for good, for the log. */
export function reasonOf(error: unknown): string {
  return isCodedError(error)
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
}
