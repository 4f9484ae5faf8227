import { parseCommit } from '../../sandbox/git/commit-object.ts';
import { readBody } from '../../sandbox/git/objects.ts';
import { refKey } from '../../sandbox/state/repositories.ts';
import type { Cluster } from './cluster.ts';
import type { Facts } from './facts.ts';
import { judge, type Evidence } from './judge.ts';
import { entryOf, Ledger, type RawEntry } from './ledger.ts';
import type { Story } from './story.ts';
import type { RepositoryName, World } from './world.ts';

const LOG = 'refs/heads/slipway/log';

/** Who moved the branch, and since when what it knew can be of. */
export interface Writer {
  readonly name: string;
  readonly from: number;
  readonly pass: number;
}

/** Entries that stand when a watch begins: the same in many schedules. */
const BEGUN = new WeakMap<object, RawEntry>();

/** Watches the log's branch of one repository: every entry is judged the moment it stands. */
export class Watch {
  readonly ledger = new Ledger();
  readonly problems: string[] = [];
  /** The newest commit that one of ours wrote on nothing but ours. */
  head: string | null = null;
  /** What somebody else put on top: nothing of ours may follow it. */
  forged: string | null = null;
  readonly #used: Evidence['used'] = new Map();
  readonly #world: World;
  readonly #repository: RepositoryName;
  readonly #story: Story;
  readonly #facts: Facts;
  readonly #cluster: Cluster;

  constructor(world: World, repository: RepositoryName, story: Story, facts: Facts, cluster: Cluster) {
    this.#world = world;
    this.#repository = repository;
    this.#story = story;
    this.#facts = facts;
    this.#cluster = cluster;
  }

  /** Where the branch is. */
  tip(): string | null {
    const { cast, sandbox } = this.#world;
    return sandbox.core.tables.refs.get(refKey(cast.repositories[this.#repository], LOG))?.oid ?? null;
  }

  /** Looks at what a step of one of our processes did to the branch. */
  look(writer: Writer): void {
    const tip = this.tip();
    if (tip === (this.forged ?? this.head)) return;
    if (tip === null || this.forged !== null) {
      this.#fail(`${writer.name} wrote to a log that was tampered with`);
      this.forged ??= tip;
      return;
    }
    const commit = this.#commit(tip);
    if (commit.parents.length > 1 || (commit.parents[0] ?? null) !== this.head)
      this.#fail(
        `${writer.name} moved the log from ${short(this.head)} to ${short(tip)}, which does not follow it`,
      );
    this.#take(entryOf(commit.message), writer);
    this.head = tip;
  }

  /** Takes what stands when the watch begins. */
  begin(): void {
    const entries: RawEntry[] = [];
    this.head = this.tip();
    for (let at = this.head; at !== null;) {
      const commit = this.#commit(at);
      let entry = BEGUN.get(commit);
      if (entry === undefined) BEGUN.set(commit, (entry = entryOf(commit.message)));
      entries.push(entry);
      at = commit.parents[0] ?? null;
    }
    for (const entry of entries.toReversed()) this.ledger.add(entry);
  }

  /** Somebody who is none of ours moved the branch. */
  tampered(): void {
    this.forged = this.tip();
  }

  /** The owner put the branch back to where ours had left it. */
  repaired(): void {
    this.forged = null;
  }

  #take(entry: RawEntry, { name, from, pass }: Writer): void {
    const at = this.#world.clock.now();
    const what = [entry.op, entry.model, entry.version, entry.stage]
      .filter((part) => part !== undefined)
      .join(' ');
    this.#story.tell(at, name, `records ${entry.n}: ${what}`);
    this.#story.count(`entry: ${entry.op}`);
    if (entry.n !== this.ledger.entries.length + 1)
      this.#fail(`entry ${entry.n} follows entry ${this.ledger.entries.length}`);
    const twin = this.ledger.keys.get(entry.request);
    if (twin !== undefined) this.#fail(`entries ${twin} and ${entry.n} answer the same request`);
    const evidence = {
      facts: this.#facts,
      world: this.#world,
      repository: this.#repository,
      cast: this.#world.cast,
      cluster: this.#cluster,
      ledger: this.ledger,
      from,
      pass,
      to: at,
      used: this.#used,
    };
    for (const problem of judge(entry, evidence)) this.#fail(`entry ${entry.n} (${what}): ${problem}`);
    this.ledger.add(entry);
  }

  #commit(id: string) {
    const { core } = this.#world.sandbox;
    const repository = core.tables.repositories.require(this.#world.cast.repositories[this.#repository]);
    return parseCommit(readBody(core.objects(repository), id, 'commit'));
  }

  #fail(problem: string): void {
    this.problems.push(problem);
    this.#story.tell(this.#world.clock.now(), 'BROKEN', problem);
  }
}

function short(commit: string | null): string {
  return commit?.slice(0, 7) ?? 'nothing';
}
