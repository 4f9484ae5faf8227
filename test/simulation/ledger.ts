/**
 * The log once more, in the simulation's own simple words: what follows from entries as they stand in the commits. Knows
 * nothing of the product's code, so that what that code folds can be held against it.
 */

export interface RawEntry {
  readonly n: number;
  readonly at: string;
  readonly op: string;
  readonly model: string;
  readonly stage?: string;
  readonly version?: string;
  readonly manifest?: string;
  readonly commit?: string;
  readonly evaluation?: string;
  readonly verdict?: { readonly decision: string };
  readonly of?: number;
  readonly pull?: number;
  readonly request: string;
  readonly actor: { readonly id: number; readonly login: string };
  readonly approvals: readonly { readonly id: number; readonly via: string; readonly event: number }[];
  readonly authors?: readonly { readonly id: number }[];
  readonly mode: string;
  readonly config: string | null;
}

export interface Version {
  readonly n: number;
  readonly at: number;
  readonly manifest: string;
  readonly pull: number | undefined;
  readonly authors: readonly number[];
  readonly decision: string | undefined;
  readonly evaluation: string | undefined;
}

export interface Holding {
  readonly n: number;
  readonly op: string;
  readonly version: string;
  readonly at: number;
  readonly actor: number;
  status: 'pending' | 'verified' | 'failed';
}

export interface Place {
  holding: Holding | null;
  /** Version → since when it ran verified, and until when. */
  readonly verified: Map<string, { readonly since: number; until: number | null }>;
  frozen: boolean;
}

/** What the entries say of every model and stage. */
export class Ledger {
  readonly entries: RawEntry[] = [];
  /** `model@version` */
  readonly versions = new Map<string, Version>();
  /** `model/stage` */
  readonly places = new Map<string, Place>();
  readonly keys = new Map<string, number>();

  place(model: string, stage: string): Place {
    const name = `${model}/${stage}`;
    let place = this.places.get(name);
    if (place === undefined)
      this.places.set(name, (place = { holding: null, verified: new Map(), frozen: false }));
    return place;
  }

  version(model: string, version: string): Version | undefined {
    return this.versions.get(`${model}@${version}`);
  }

  add(entry: RawEntry): void {
    this.entries.push(entry);
    this.keys.set(entry.request, entry.n);
    const at = Date.parse(entry.at);
    const { op, model, version, stage, n } = entry;
    if (op === 'register')
      this.versions.set(`${model}@${version!}`, {
        n,
        at,
        manifest: entry.manifest!,
        pull: entry.pull,
        authors: (entry.authors ?? []).map(({ id }) => id),
        decision: entry.verdict?.decision,
        evaluation: entry.evaluation,
      });
    if (stage === undefined) return;
    const place = this.place(model, stage);
    if (op === 'freeze' || op === 'unfreeze') place.frozen = op === 'freeze';
    if (op === 'rollback' && place.holding !== null) place.verified.delete(place.holding.version);
    if (op === 'promote' || op === 'rollback')
      place.holding = { n, op, version: version!, at, actor: entry.actor.id, status: 'pending' };
    if (op === 'verified') this.#verified(place, at);
    if (op === 'failed' && place.holding !== null) {
      place.holding.status = 'failed';
      place.verified.delete(place.holding.version);
    }
  }

  #verified(place: Place, at: number): void {
    if (place.holding === null) return;
    place.holding.status = 'verified';
    const { version } = place.holding;
    for (const [other, span] of place.verified) if (other !== version) span.until ??= at;
    const own = place.verified.get(version);
    if (own === undefined || own.until !== null) place.verified.set(version, { since: at, until: null });
  }
}

/** The entry of a commit's message: what follows the first empty line. */
export function entryOf(message: string): RawEntry {
  return JSON.parse(message.slice(message.indexOf('\n\n') + 2)) as RawEntry;
}
