import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

import type { Readable, Writable } from 'node:stream';
import type { RepositoryTag } from '../../src/registry/gto/events.ts';

const BIN = resolve(import.meta.dirname, '..', '..', '.venv', 'bin');

/** Tests against the real GTO need the environment that `make install` brings. */
export const hasGto = existsSync(join(BIN, 'gto'));
if (!hasGto) process.stderr.write('tests with GTO: skipped without .venv/bin/gto; run: make install\n');

/** What GTO says of an artifact. */
export interface GtoShown {
  readonly version: string | null;
  readonly stage: Readonly<Record<string, string | null>>;
  /** The look-up by stage, that DVC uses. */
  readonly found: Readonly<Record<string, string>>;
  /** `gto show --versions-per-stage -1 --sort semver`: all that stand assigned, the highest first. */
  readonly listed: Readonly<Record<string, string | null>>;
  /** Registered and not deregistered. */
  readonly versions: readonly string[];
}

export interface GtoParsed {
  readonly artifact: string;
  readonly kind: string;
  readonly version: string | null;
  readonly stage: string | null;
  readonly counter: string | null;
}

export interface MadeTag {
  readonly name: string;
  /** Id of a commit, or of any other object. */
  readonly target: string;
  readonly time?: number;
  readonly message?: string;
}

/** Seconds since 1970, a function of `gto.api` (or `tag`, `drop`, `annotate`: what people do by hand), its keyword arguments. */
export type GtoStep = readonly [number, string, Readonly<Record<string, unknown>>];

/** GTO's own code in one long-lived process: starting it costs more than most questions. */
export class Gto implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor() {
    const env = {
      ...process.env,
      GIT_AUTHOR_NAME: 'writer',
      GIT_AUTHOR_EMAIL: 'writer@example.com',
      GIT_COMMITTER_NAME: 'writer',
      GIT_COMMITTER_EMAIL: 'writer@example.com',
    };
    this.#child = spawn(join(BIN, 'python'), [join(import.meta.dirname, 'gto_server.py')], {
      env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async #ask<Answer>(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('GTO ended before it answered');
    const said = JSON.parse(value) as { answer?: Answer; error?: string; message?: string };
    if (said.error !== undefined) throw new Error(`${said.error}: ${said.message ?? ''}`);
    return said.answer as Answer;
  }

  parse(names: readonly string[]): Promise<readonly (GtoParsed | null)[]> {
    return this.#ask({ ask: 'parse', names });
  }

  /** Replaces all tags of a repository, faster than git would. A tag without a time is a lightweight one. */
  make(repo: string, tags: readonly MadeTag[]): Promise<null> {
    const rows = tags.map(({ name, target, time, message = name }) => [name, target, time ?? null, message]);
    return this.#ask({ ask: 'make', repo, tags: rows });
  }

  /** `gto show --json`. Rejects with the class of GTO's error where it fails. */
  show(repo: string): Promise<Readonly<Record<string, GtoShown>>> {
    return this.#ask({ ask: 'show', repo });
  }

  /** Events and their tags as `gto history --ascending` lists them. */
  history(repo: string): Promise<readonly (readonly [string, string])[]> {
    return this.#ask({ ask: 'history', repo });
  }

  /** `gto stages --used`, sorted. */
  stages(repo: string): Promise<readonly string[]> {
    return this.#ask({ ask: 'stages', repo });
  }

  /** Lets GTO write; gives for each step the tag, or the class of GTO's error. */
  write(repo: string, steps: readonly GtoStep[]): Promise<readonly string[]> {
    return this.#ask({ ask: 'write', repo, steps });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin.end();
    await new Promise((resolve) => this.#child.once('exit', resolve));
  }
}

const FORMAT =
  '%(refname:strip=2)%00%(objecttype)%00%(taggerdate:unix)%00%(tag)%00%(objectname)%00%(type)%00%(object)';

/** All tags of a repository, by one `git for-each-ref`. */
export function readTags(folder: string): readonly RepositoryTag[] {
  const text = execFileSync('git', ['for-each-ref', `--format=${FORMAT}`, 'refs/tags'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', type, time = '', inner = '', id = '', of, target = ''] = line.split('\0');
      const annotated = type === 'tag';
      const commit = annotated ? target : id;
      return {
        name,
        annotated,
        commit: (annotated ? of : type) === 'commit' ? commit : null,
        time: time === '' ? null : Number(time),
        ...(annotated ? { inner } : {}),
      };
    });
}
