import { type Manifest, parseUses } from './manifest.ts';
import type { PlannedStep } from './plan.ts';
import { usesOf } from './prepare-actions.ts';

type Manifests = ReadonlyMap<string, Manifest>;

/** Does the action run something before the first step? Local actions never do. */
export function hasPre(uses: string, manifests: Manifests): boolean {
  const manifest = manifests.get(uses);
  if (manifest === undefined || parseUses(uses)?.kind !== 'repository') return false;
  if (manifest.kind !== 'composite') return manifest.pre;
  return usesOf(manifest.steps).some((one) => hasPre(one, manifests));
}

/** Does the action run something after the last step? Undefined where it is read only when its step runs. */
export function hasPost(uses: string, manifests: Manifests): boolean | undefined {
  const manifest = manifests.get(uses);
  if (manifest === undefined) return undefined;
  if (manifest.kind !== 'composite') return manifest.post;
  const nested = usesOf(manifest.steps).map((one) => hasPost(one, manifests));
  if (nested.includes(true)) return true;
  return nested.includes(undefined) ? undefined : false;
}

/**
 * Step numbers as GitHub's runner gives them: set up, pre steps, steps; then a gap of as many numbers for post steps,
 * taken from its end as the actions register them; last "Complete job".
 */
export class Numbering {
  readonly setUp = 1;
  readonly #pre = new Map<string, number>();
  readonly #main = new Map<string, number>();
  readonly #post = new Map<string, number>();
  #last: number;

  constructor(steps: readonly PlannedStep[], manifests: Manifests) {
    let number = this.setUp;
    for (const step of steps) {
      if (step.uses !== undefined && hasPre(step.uses, manifests)) this.#pre.set(step.id, ++number);
    }
    for (const step of steps) this.#main.set(step.id, ++number);
    this.#last = number;
  }

  pre(id: string): number | undefined {
    return this.#pre.get(id);
  }

  main(id: string): number {
    return this.#main.get(id)!;
  }

  /** The post step's number; the first to ask opens the gap. */
  post(id: string): number {
    let number = this.#post.get(id);
    if (number === undefined) {
      if (this.#post.size === 0) this.#last *= 2;
      this.#post.set(id, (number = this.#last - this.#post.size));
    }
    return number;
  }

  hasPost(id: string): boolean {
    return this.#post.has(id);
  }

  get complete(): number {
    return this.#last + 1;
  }
}
