import { linkSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { ExclusiveOptions } from '../contracts/artifacts.ts';
import { CancelledError } from '../contracts/errors.ts';
import { lifeOf, newOwnerName, type OwnerName, pidOf } from './owner.ts';

const POLL_MS = 100;
const HEARTBEAT_MS = 20_000;
/** A lock of another machine is given up when its heartbeat has stopped for this long. */
const SILENCE_MS = 180_000;
/** Taking over takes microseconds; whoever holds the guard for longer has died in between. */
const GUARD_MS = 10_000;

/**
 * Locks as files: `<name>.lock` holds its owner's name and appears whole, by `link`. They only spare doing the same
 * work twice; results stay right without them, because results are published by rename.
 */
export class Locks {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Runs `work` while holding the lock. Throws CancelledError while waiting. */
  async exclusively<T>(name: string, options: ExclusiveOptions, work: () => Promise<T>): Promise<T> {
    const owner = newOwnerName();
    mkdirSync(this.#dir, { recursive: true });
    await this.#acquire(name, owner, options);
    const beat = setInterval(() => this.#beat(name), HEARTBEAT_MS).unref();
    try {
      return await work();
    } finally {
      clearInterval(beat);
      this.#release(name, owner);
    }
  }

  /** True while a process that may be alive holds the lock. */
  isHeld(name: string): boolean {
    const owner = this.#ownerOf(name);
    return owner !== null && !this.#isAbandoned(name, owner);
  }

  async #acquire(name: string, owner: OwnerName, options: ExclusiveOptions): Promise<void> {
    let said = false;
    while (!this.#tryAcquire(this.#file(name), owner)) {
      const holder = this.#ownerOf(name);
      if (holder !== null && this.#isAbandoned(name, holder) && this.#breakLock(name, holder, owner))
        continue;
      if (holder !== null && !said) {
        said = true;
        options.onWait?.(`process ${pidOf(holder)}`);
      }
      await delay(POLL_MS, undefined, { signal: options.signal }).catch(() => {
        throw new CancelledError();
      });
    }
  }

  #tryAcquire(file: string, owner: OwnerName): boolean {
    const draft = join(this.#dir, `${owner}.draft`);
    writeFileSync(draft, owner);
    try {
      linkSync(draft, file);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** Removes a dead owner's lock. Only the holder of the guard removes locks, so a fresh one is never taken away. */
  #breakLock(name: string, dead: OwnerName, owner: OwnerName): boolean {
    const guard = `${this.#file(name)}.guard`;
    if (!this.#tryAcquire(guard, owner)) {
      if ((ageOf(guard) ?? 0) > GUARD_MS) rmSync(guard, { force: true });
      return false;
    }
    try {
      if (this.#ownerOf(name) === dead) rmSync(this.#file(name), { force: true });
      return true;
    } finally {
      rmSync(guard, { force: true });
    }
  }

  #isAbandoned(name: string, owner: OwnerName): boolean {
    const life = lifeOf(owner);
    if (life === 'alive') return false;
    return life !== 'elsewhere' || (ageOf(this.#file(name)) ?? 0) > SILENCE_MS;
  }

  #ownerOf(name: string): OwnerName | null {
    try {
      return readFileSync(this.#file(name), 'utf8');
    } catch {
      return null;
    }
  }

  #beat(name: string): void {
    try {
      utimesSync(this.#file(name), new Date(), new Date());
    } catch {
      // Somebody removed .slipway while we work: publishing will say so.
    }
  }

  #release(name: string, owner: OwnerName): void {
    if (this.#ownerOf(name) === owner) rmSync(this.#file(name), { force: true });
  }

  #file(name: string): string {
    return join(this.#dir, `${name}.lock`);
  }
}

function ageOf(file: string): number | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : Date.now() - stat.mtimeMs;
}
