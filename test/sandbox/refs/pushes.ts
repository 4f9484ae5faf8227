import type { RefActor, RefOutcome, Via } from '../../../sandbox/refs/update.ts';
import type { World } from './world.ts';

export const MAIN = 'refs/heads/main';

/** What the rules said: 'ok', what was passed over, or the lines of the refusal. */
export function sentences(outcome: RefOutcome): string {
  if (outcome.ok) return outcome.lines.length === 0 ? 'ok' : `bypassed: ${outcome.lines.join('|')}`;
  return outcome.refused.lines.slice(3).join('|');
}

/** A new commit on main, pushed. */
export function push(w: World, actor: RefActor = w.people.write, via: Via = { kind: 'push' }): string {
  return sentences(w.update(actor, { ref: MAIN, after: w.commit({ 'b.txt': '2' }, [w.tip('main')!]) }, via));
}

/** Puts another history onto main. */
export const rewrite = (w: World, actor: RefActor): string =>
  sentences(w.update(actor, { ref: MAIN, after: w.commit({ x: 'unrelated' }) }));
