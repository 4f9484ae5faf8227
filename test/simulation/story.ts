/** What happened in one schedule, in words and in order; counted by kind. */
export class Story {
  readonly #lines: { readonly at: number; readonly who: string; readonly text: string }[] = [];
  readonly #counts = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  #hash = 0x811c9dc5;

  /** Tells a line. It also goes into the hash by which two runs of a seed are compared. */
  tell(at: number, who: string, text: string): void {
    this.#lines.push({ at, who, text });
    this.mix(`${at} ${who} ${text}`);
  }

  /** Puts something into the hash that no reader needs. */
  mix(text: string): void {
    let hash = this.#hash;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    this.#hash = hash;
  }

  /** Notes that something of a kind happened: coverage. */
  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times);
  }

  /** Notes a call of the API: there are many, so their names are put together only at the end. */
  called(operation: string): void {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<string, number> {
    return new Map([
      ...this.#counts,
      ...[...this.#calls].map(([operation, times]) => [`call: ${operation}`, times] as const),
    ]);
  }

  /** FNV-1a of everything told. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  /** The story for people. */
  text(): string {
    return this.#lines
      .map(
        ({ at, who, text }) =>
          `${new Date(at).toISOString().slice(5, 19).replace('T', ' ')}  ${who.padEnd(12)} ${text}`,
      )
      .join('\n');
  }
}
