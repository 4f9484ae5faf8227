import { finishVersions, type FinishPorts } from '../registry/index.ts';
import type { Chore } from './types.ts';

/** Half-done versions are looked for when the log has grown, and this often besides. */
const LOOK_MS = 60 * 60_000;

export interface FinishingOptions {
  /** By GitHub's clock. */
  readonly now: () => Date;
  readonly log: Readonly<Record<'info' | 'warn', (facts: object, message: string) => void>>;
  /** `owner/name`, for the log. */
  readonly repository: string;
}

/** Finishes or clears away what registrations left half done, before a pass decides anything. */
export function finishing(ports: FinishPorts, { now, log, repository }: FinishingOptions): Chore {
  const published = new Set<string>();
  let looked = { at: -Infinity, n: -1 };
  return async (state) => {
    const at = now().getTime();
    if (looked.n === state.n && at - looked.at < LOOK_MS) return state;
    const { finished, cleaned, troubles } = await finishVersions(ports, state, published);
    for (const tag of finished) log.info({ repository, tag }, 'a half-done version was finished');
    for (const tag of cleaned) log.info({ repository, tag }, 'a draft that nothing speaks of was deleted');
    for (const { message, hint } of troubles) log.warn({ repository, hint }, message);
    looked = { at, n: state.n };
    return state;
  };
}
