import { createHash } from 'node:crypto';

import type { ListedFile } from '../ports.ts';

/** The mode of what an entry writes: a plain file. */
export const PLAIN = '100644';

/**
 * The files of a tree, and the id that git gives to it: SHA-1 over `<mode> <name>`, NUL and the raw id of each item, in
 * the order of their names, folders' with a slash (git-scm.com/docs/git-mktree; gitformat-pack names the kinds). So one
 * id that a commit names tells that all of its files are as they must be, and nothing needs to be read.
 */
export class LogTree {
  readonly #root = new Folder();
  readonly #files = new Map<string, string>();

  constructor(files: Iterable<ListedFile> = []) {
    for (const { path, blob, mode } of files) this.put(path, blob, mode);
  }

  /** By path, the blob; behind the mode where it is no plain file. */
  get files(): ReadonlyMap<string, string> {
    return this.#files;
  }

  put(path: string, blob: string, mode = PLAIN): void {
    this.#files.set(path, mode === PLAIN ? blob : `${mode} ${blob}`);
    this.#root.put(path.split('/'), blob, mode);
  }

  id(): string {
    return this.#root.id().toString('hex');
  }
}

interface Item {
  /** Mode and name as they are hashed. */
  readonly head: Buffer;
  readonly below: Folder | Buffer;
}

class Folder {
  readonly #items = new Map<string, Item>();
  /** Names in git's order. */
  readonly #names: string[] = [];
  #id: Buffer | null = null;

  put([name = '', ...rest]: readonly string[], blob: string, mode: string): void {
    this.#id = null;
    if (rest.length === 0) {
      this.#set(name, { head: headOf(mode, name), below: Buffer.from(blob, 'hex') });
      return;
    }
    const known = this.#items.get(`${name}/`)?.below;
    const folder = known instanceof Folder ? known : new Folder();
    if (folder !== known) this.#set(`${name}/`, { head: headOf('40000', name), below: folder });
    folder.put(rest, blob, mode);
  }

  id(): Buffer {
    if (this.#id !== null) return this.#id;
    const parts: Buffer[] = [];
    for (const name of this.#names) {
      const { head, below } = this.#items.get(name)!;
      parts.push(head, below instanceof Folder ? below.id() : below);
    }
    const content = Buffer.concat(parts);
    this.#id = createHash('sha1').update(`tree ${content.length}\0`).update(content).digest();
    return this.#id;
  }

  #set(name: string, item: Item): void {
    if (!this.#items.has(name)) {
      let [from, to] = [0, this.#names.length];
      while (from < to) {
        const middle = (from + to) >> 1;
        if (this.#names[middle]! < name) from = middle + 1;
        else to = middle;
      }
      this.#names.splice(from, 0, name);
    }
    this.#items.set(name, item);
  }
}

function headOf(mode: string, name: string): Buffer {
  return Buffer.from(`${mode} ${name}\0`);
}
