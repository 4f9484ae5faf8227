/** Who waits, and until when: a repository that GitHub refuses, or every repository of an installation at its limit. */
export class Parking {
  readonly #until = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Never shortens a wait. */
  park(who: string, until: number): void {
    this.#until.set(who, Math.max(until, this.#until.get(who) ?? 0));
  }

  /** How long the longest wait of these goes on, in ms; 0: none. */
  waitMs(...names: readonly string[]): number {
    let longest = 0;
    for (const name of names) {
      const left = (this.#until.get(name) ?? 0) - this.#now();
      if (left <= 0) this.#until.delete(name);
      longest = Math.max(longest, left);
    }
    return longest;
  }
}
