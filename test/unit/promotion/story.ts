import { ENTRY_SCHEMA, Entry } from '../../../src/contracts/entry.ts';
import type { DeployOutcome } from '../../../src/contracts/deployment.ts';
import type { EntryDraft, Mode, Person, VersionVerdict } from '../../../src/contracts/entry.ts';
import type { ModelState } from '../../../src/contracts/model-state.ts';
import { decide, requestsFrom } from '../../../src/promotion/index.ts';
import type {
  Action,
  Answer,
  CommentEvent,
  Decided,
  LabelEvent,
  PersonNow,
  PromotionConfig,
  PullEvaluation,
  Request,
  Role,
  SourcePull,
  StagePolicy,
  World,
} from '../../../src/promotion/index.ts';
import { applyEntry } from '../../../src/registry/log/fold.ts';

/** Accounts of the tests, by what they are. */
export const PEOPLE = {
  owner: { id: 1, login: 'owner', role: 'admin' },
  writer: { id: 2, login: 'writer', role: 'write' },
  'writer-2': { id: 3, login: 'writer-2', role: 'write' },
  maintainer: { id: 4, login: 'maintainer', role: 'maintain' },
  triager: { id: 5, login: 'triager', role: 'triage' },
  reader: { id: 6, login: 'reader', role: 'read' },
  outsider: { id: 7, login: 'outsider', role: 'none' },
  app: { id: 8, login: 'some-app[bot]', role: 'admin', bot: true },
} as const satisfies Record<string, { id: number; login: string; role: Role; bot?: boolean }>;
export type Name = keyof typeof PEOPLE;

export const NAMES = Object.keys(PEOPLE) as Name[];
/** Bots are not heard at all. */
export const HEARD = NAMES.filter((name) => name !== 'app');
export const WRITERS: readonly Name[] = ['owner', 'writer', 'writer-2', 'maintainer'];

export function person(name: Name): Person {
  return { id: PEOPLE[name].id, login: PEOPLE[name].login };
}

export const SELF: Person = { id: 99, login: 'slipway[bot]' };
export const OPEN_STAGE: StagePolicy = {
  after: null,
  soakMs: 0,
  approvals: 0,
  approvers: [],
  holdout: 'visible',
  deploys: false,
};
export const PASS: VersionVerdict = { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'visible' };
export const HOUR = 3_600_000;
export const REPOSITORY = 4711;

export function hex(seed: number, length = 64): string {
  return seed.toString(16).padStart(length, '0');
}

/** A stage with what it says different from an open one. */
export function stage(policy: Partial<StagePolicy> = {}): StagePolicy {
  return { ...OPEN_STAGE, ...policy };
}

export interface Registered {
  readonly by?: readonly Name[];
  readonly pull?: number | null;
  readonly verdict?: VersionVerdict | null;
  readonly evaluation?: string | null;
}

/** A repository in which things happen one minute after another; nothing in it is random. */
export class Story {
  now = Date.parse('2026-03-01T12:00:00.000Z');
  mode: Mode = 'app';
  blocked: World['log']['blocked'] = null;
  readonly entries: Entry[] = [];
  readonly models = new Map<string, ModelState>();
  readonly recorded = new Map<string, number>();
  readonly people = new Map<number, PersonNow>();
  readonly pulls = new Map<number, SourcePull>();
  readonly deployments = new Map<number, DeployOutcome>();
  readonly comments = new Map<number, CommentEvent[]>();
  readonly labels = new Map<number, LabelEvent[]>();
  readonly config: PromotionConfig;
  private ids = 1000;

  constructor(config: PromotionConfig) {
    this.config = config;
    for (const { id, login, role, ...rest } of Object.values(PEOPLE)) {
      this.people.set(id, { id, login, role, teams: [], bot: 'bot' in rest });
    }
  }

  /** Lets time go by. */
  wait(ms = 60_000): this {
    this.now += ms;
    return this;
  }

  change(name: Name, now: Partial<PersonNow>): this {
    const { id } = PEOPLE[name];
    this.people.set(id, { ...this.people.get(id)!, ...now });
    return this;
  }

  append(draft: EntryDraft): Entry {
    const at = new Date(this.now).toISOString();
    const n = this.entries.length + 1;
    const entry = Entry.parse({ schema: ENTRY_SCHEMA, n, repository: REPOSITORY, at, ...draft });
    if (this.recorded.has(entry.request)) throw new Error(`${entry.op}: this key is recorded already`);
    this.models.set(entry.model, applyEntry(this.models.get(entry.model) ?? null, entry));
    this.entries.push(entry);
    this.recorded.set(entry.request, entry.n);
    return entry;
  }

  private base(op: Entry['op'], model: string): EntryDraft {
    const request = hex(1_000_000 + this.entries.length);
    return { op, model, request, actor: SELF, approvals: [], mode: this.mode, config: null };
  }

  register(model: string, version: string, facts: Registered = {}): this {
    const {
      by = ['writer'],
      pull = null,
      verdict = PASS,
      evaluation = hex(500 + this.entries.length),
    } = facts;
    this.append({
      ...this.base('register', model),
      version,
      manifest: hex(100 + this.entries.length),
      commit: hex(1, 40),
      authors: by.map(person),
      ...(pull === null ? {} : { pull }),
      ...(verdict === null ? {} : { verdict }),
      ...(evaluation === null ? {} : { evaluation }),
    });
    if (pull !== null && !this.pulls.has(pull)) this.pull(pull, by[0] ?? 'writer');
    return this.wait();
  }

  adopt(model: string, version: string, stageName?: string): this {
    this.append({
      ...this.base('genesis', model),
      version,
      commit: hex(2, 40),
      ...(stageName === undefined ? {} : { stage: stageName }),
    });
    return this.wait();
  }

  pull(number: number, by: Name, evaluations: Record<string, PullEvaluation> = {}): this {
    this.pulls.set(number, { number, author: person(by), merged: true, evaluations });
    return this;
  }

  /** Puts a verified version into a stage, whatever the policy. */
  verified(model: string, version: string, stageName: string): this {
    const at = { stage: stageName, version };
    const { n } = this.append({ ...this.base('promote', model), ...at });
    this.append({ ...this.base('verified', model), ...at, of: n });
    return this.wait();
  }

  say(body: string, by: Name, { issue = 1, edited = false } = {}): this {
    const created = new Date(this.now).toISOString().replace('.000', '');
    const event: CommentEvent = {
      id: this.ids++,
      author: person(by),
      bot: by === 'app',
      body,
      created,
      updated: edited ? '2027-01-01T00:00:00Z' : created,
      url: '',
    };
    this.comments.set(issue, [...(this.comments.get(issue) ?? []), event]);
    return this.wait();
  }

  label(label: string, by: Name, pull: number, action: LabelEvent['action'] = 'labeled'): this {
    const at = new Date(this.now).toISOString().replace('.000', '');
    const event = { id: this.ids++, label, action, actor: person(by), bot: by === 'app', at };
    this.labels.set(pull, [...(this.labels.get(pull) ?? []), event]);
    return this.wait();
  }

  requests(): Request[] {
    const numbers = [...new Set([...this.comments.keys(), ...this.labels.keys()])];
    return numbers.flatMap(
      (number) =>
        requestsFrom({
          repository: REPOSITORY,
          issue: { number, isPull: this.pulls.has(number) },
          labelEvents: this.labels.get(number) ?? [],
          comments: this.comments.get(number) ?? [],
          config: this.config,
        }).requests,
    );
  }

  world(): World {
    return {
      repository: REPOSITORY,
      mode: this.mode,
      config: hex(3, 40),
      log: {
        n: this.entries.length,
        models: new Map(this.models),
        blocked: this.blocked,
        recorded: new Map(this.recorded),
      },
      requests: this.requests(),
      people: new Map(this.people),
      pulls: new Map(this.pulls),
      deployments: new Map(this.deployments),
      self: SELF,
    };
  }

  decide(): Decided {
    return decide(this.world(), this.config, new Date(this.now));
  }

  /** Answer to the newest request. */
  answer(): Answer {
    const { answers } = this.decide();
    return answers.at(-1)!;
  }

  /** Rules of the newest request that are not met, with its status first. */
  verdict(): string[] {
    const { status, unmet } = this.answer();
    return [status, ...unmet.map(({ rule }) => rule)];
  }

  do(action: Action): void {
    if (action.do === 'append') this.append(action.draft);
    else this.deployments.set(action.n, { status: 'running' });
  }

  /** Does what is decided until nothing is left; deployments end as told, or stay running. */
  run(outcome: DeployOutcome = { status: 'running' }): this {
    for (let steps = 0; steps < 100; steps += 1) {
      const { next } = this.decide();
      if (next === null) return this.wait();
      this.do(next);
      if (next.do === 'deploy') this.deployments.set(next.n, outcome);
    }
    throw new Error('it never comes to rest');
  }

  /** What a stage should run, and how that goes: `v1.0.0 verified`. */
  holds(model: string, stageName: string): string {
    const held = this.models.get(model)?.stages[stageName]?.held;
    return held == null ? 'nothing' : `${held.version} ${held.status}`;
  }

  ops(): string[] {
    return this.entries.map(({ op, version, stage: where }) =>
      [op, version, where].filter((part) => part !== undefined).join(' '),
    );
  }
}

/** churn v1.0.0, registered, with an open stage `first` and a stage `target` of the given policy. */
export function one(policy: Partial<StagePolicy> = {}, facts: Registered = {}): Story {
  return new Story({ churn: { first: stage(), target: stage(policy) } }).register('churn', 'v1.0.0', facts);
}
