import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import { gitEnvironment } from './git.ts';

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Objects of a repository by any name that git knows: an id, a whole ref, `<commit>:<path>`. */
export interface GitObjects {
  /** In the order asked for; null where there is no such object. @throws Error with git's words where it ends early */
  ask(names: readonly string[]): Promise<readonly (GitObject | null)[]>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long a git with nothing to answer is kept. */
const IDLE_MS = 1000;

/**
 * One `git cat-file --batch` answers one question after the other: starting a git takes longer than most answers. It
 * ends when nobody asks for a second, and never keeps the process alive.
 */
export function gitObjects(folder: string, environment: Record<string, string>): GitObjects {
  let running: Conversation | null = null;
  let idle: NodeJS.Timeout | undefined;
  return {
    ask: async (names) => {
      if (names.length === 0) return [];
      clearTimeout(idle);
      running = running?.open === true ? running : new Conversation(folder, environment);
      const conversation = running;
      try {
        return await Promise.all(conversation.ask(names));
      } finally {
        clearTimeout(idle);
        idle = setTimeout(() => conversation.end(), IDLE_MS).unref();
      }
    },
  };
}

interface Question {
  answer(found: GitObject | null): void;
  fail(error: Error): void;
}

class Conversation {
  readonly #child: Child;
  readonly #questions: Question[] = [];
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes without which nothing more can be said. */
  #needed = 1;
  #said = '';
  open = true;

  constructor(folder: string, environment: Record<string, string>) {
    const env = gitEnvironment(environment);
    this.#child = spawn('git', ['cat-file', '--batch'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
      if (this.#length >= this.#needed) this.#read();
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#child.stdin.on('error', () => undefined);
    this.#child.once('error', (error) => this.#close(error));
    this.#child.once('close', () => this.#close(new Error(this.#said.trim() || 'git cat-file ended early')));
    this.#hold(false);
  }

  ask(names: readonly string[]): Promise<GitObject | null>[] {
    this.#hold(true);
    // A line break would be two questions; no object of ours has such a name.
    const asked = names.map((name) => (name.includes('\n') ? NO_SUCH : name));
    this.#child.stdin.write(`${asked.join('\n')}\n`);
    return names.map(
      () => new Promise((answer, fail: (error: Error) => void) => this.#questions.push({ answer, fail })),
    );
  }

  end(): void {
    if (this.#questions.length > 0) return;
    this.open = false;
    this.#child.stdin.end();
  }

  /** Takes as many answers as have arrived. */
  #read(): void {
    let data = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    for (;;) {
      const end = data.indexOf(10);
      if (end < 0) {
        this.#needed = data.length + 1;
        break;
      }
      const [, id, type, bytes] = HEADER.exec(data.toString('utf8', 0, end)) ?? [];
      const from = end + 1;
      if (id === undefined || type === undefined) {
        this.#questions.shift()?.answer(null);
        data = data.subarray(from);
        continue;
      }
      const to = from + Number(bytes);
      if (data.length <= to) {
        this.#needed = to + 1;
        break;
      }
      this.#questions.shift()?.answer({ id, type, content: data.subarray(from, to) });
      data = data.subarray(to + 1);
    }
    this.#chunks = [data];
    this.#length = data.length;
    if (this.#questions.length === 0) this.#hold(false);
  }

  #close(error: Error): void {
    this.open = false;
    for (const question of this.#questions.splice(0)) question.fail(error);
  }

  /** Whether this process waits for git before it ends. */
  #hold(waits: boolean): void {
    const how = waits ? 'ref' : 'unref';
    this.#child[how]();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr])
      (stream as unknown as { ref(): void; unref(): void })[how]();
  }
}

const HEADER = /^([0-9a-f]+) ([a-z]+) (\d+)$/u;
const NO_SUCH = 'refs/slipway/none';

/** The mode of a folder in a tree. */
export const FOLDER = '40000';

/** Entries of a tree object (git-ls-tree's, as they are stored): mode, NUL-ended name, raw id. */
export function treeEntries(
  tree: GitObject,
): { readonly path: string; readonly id: string; readonly mode: string }[] {
  const width = tree.id.length / 2;
  const entries: { path: string; id: string; mode: string }[] = [];
  for (let at = 0; at < tree.content.length;) {
    const space = tree.content.indexOf(32, at);
    const nul = tree.content.indexOf(0, space);
    const next = nul + 1 + width;
    entries.push({
      path: tree.content.toString('utf8', space + 1, nul),
      id: tree.content.toString('hex', nul + 1, next),
      mode: tree.content.toString('latin1', at, space),
    });
    at = next;
  }
  return entries;
}
