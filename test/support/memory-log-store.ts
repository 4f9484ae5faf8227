import { createHash } from 'node:crypto';

import { gitBlobId } from '../../src/contracts/digest.ts';
import { PlatformError } from '../../src/contracts/errors.ts';
import type { AppendOutcome, LogChange, ListedFile, LogCommit, LogStore } from '../../src/registry/ports.ts';
import { LogTree, PLAIN } from '../../src/registry/log/tree.ts';

/** What may happen to a write: said no, applied or not without an answer, or the process dies before or after it. */
export type WriteFault =
  'refused' | 'ambiguous-before' | 'ambiguous-after' | 'crash-before' | 'crash-after' | 'network';

export class Crash extends Error {}

interface Kept {
  readonly commit: LogCommit;
  readonly files: ReadonlyMap<string, string>;
}

export interface MemoryLogOptions {
  /** Account and signature of what `append` writes. */
  readonly author?: LogCommit['author'];
  readonly signed?: boolean | null;
}

/** The log's branch in memory, with faults on demand and a door for forgers. */
export class MemoryLogStore implements LogStore {
  readonly #author: LogCommit['author'];
  readonly #signed: boolean | null;
  readonly commits = new Map<string, Kept>();
  /** Where the branch points to. */
  tip: string | null = null;
  /** The next reads of the head answer these instead. */
  readonly staleHeads: (string | null)[] = [];
  /** What happens to the next writes; `none` lets one through. */
  readonly writeFaults: (WriteFault | 'none')[] = [];
  /** Done just before the next append is applied: what others do meanwhile. */
  meanwhile: (() => void | Promise<void>) | null = null;
  /** Names of the calls so far. */
  readonly calls: string[] = [];
  time = Date.parse('2026-01-01T00:00:00Z');

  constructor(options: MemoryLogOptions = {}) {
    this.#author = options.author ?? null;
    this.#signed = options.signed ?? null;
  }

  repository(): Promise<number> {
    return Promise.resolve(1);
  }

  head(): Promise<string | null> {
    this.calls.push('head');
    return Promise.resolve(this.staleHeads.length > 0 ? this.staleHeads.shift()! : this.tip);
  }

  async *history(head: string, until: string | null, path?: string): AsyncIterable<LogCommit> {
    this.calls.push('history');
    await Promise.resolve();
    for (let id: string | undefined = head; id !== undefined && id !== until;) {
      const { commit, files } = this.#at(id);
      id = commit.parents[0];
      const before: Kept | undefined = id === undefined ? undefined : this.commits.get(id);
      if (path === undefined || before?.files.get(path) !== files.get(path)) yield commit;
    }
  }

  read(commit: string, paths: readonly string[]): Promise<readonly (string | null)[]> {
    this.calls.push('read');
    const { files } = this.#at(commit);
    return Promise.resolve(paths.map((path) => files.get(path) ?? null));
  }

  list(commit: string, folder: string): Promise<readonly ListedFile[]> {
    this.calls.push('list');
    const found = [...this.#at(commit).files].filter(
      ([path]) => folder === '' || path.startsWith(`${folder}/`),
    );
    return Promise.resolve(listed(found));
  }

  isAncestor(base: string, head: string): Promise<boolean> {
    this.calls.push('isAncestor');
    for (let id: string | undefined = head; id !== undefined; id = this.commits.get(id)?.commit.parents[0])
      if (id === base) return Promise.resolve(true);
    return Promise.resolve(false);
  }

  async append(parent: string | null, change: LogChange): Promise<AppendOutcome> {
    this.calls.push('append');
    const fault = this.writeFaults.shift() ?? 'none';
    const { meanwhile } = this;
    this.meanwhile = null;
    await meanwhile?.();
    if (fault === 'refused') return { status: 'refused' };
    if (fault === 'network') throw new PlatformError({ code: 'NETWORK', message: 'no answer' });
    if (fault === 'crash-before') throw new Crash('before the write');
    if (fault === 'ambiguous-before') throw unclear();
    if (parent !== this.tip) return { status: 'refused' };
    this.forge({ ...change, author: this.#author, signed: this.#signed });
    if (fault === 'crash-after') throw new Crash('after the write');
    if (fault === 'ambiguous-after') throw unclear();
    return { status: 'appended', commit: this.tip! };
  }

  now(): Promise<Date> {
    return Promise.resolve(new Date((this.time += 1000)));
  }

  /** Whatever git can push: a commit of any form on top of the branch (or of `parents`), which then points to it. */
  forge(
    change: Partial<LogChange> & {
      readonly author?: LogCommit['author'];
      readonly signed?: boolean | null;
      readonly parents?: readonly string[];
      /** Paths to remove. */
      readonly without?: readonly string[];
    },
  ): string {
    const parents = change.parents ?? (this.tip === null ? [] : [this.tip]);
    const before = parents[0] === undefined ? undefined : this.commits.get(parents[0]);
    const files = new Map([...(before?.files ?? []), ...Object.entries(change.files ?? {})]);
    for (const path of change.without ?? []) files.delete(path);
    const message = change.message ?? '';
    const id = createHash('sha1')
      .update(JSON.stringify([parents, message, [...files]]))
      .digest('hex');
    const { author = null, signed = null } = change;
    let tree: string | undefined;
    const commit: LogCommit = {
      ...{ id, parents, message, author, signed },
      get tree() {
        return (tree ??= new LogTree(listed(files)).id());
      },
    };
    this.commits.set(id, { commit, files });
    this.tip = id;
    return id;
  }

  #at(id: string): Kept {
    const kept = this.commits.get(id);
    if (kept === undefined) throw new Error(`no commit ${id}`);
    return kept;
  }
}

function listed(files: Iterable<readonly [string, string]>): ListedFile[] {
  return Array.from(files, ([path, text]) => ({ path, blob: gitBlobId(text), mode: PLAIN }));
}

function unclear(): PlatformError {
  return new PlatformError({ code: 'AMBIGUOUS', message: 'no clear answer to a write' });
}
