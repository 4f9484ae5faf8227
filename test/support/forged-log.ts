import type { Entry } from '../../src/contracts/entry.ts';
import type { ModelState } from '../../src/contracts/model-state.ts';
import { commitOf, entry } from './log-entries.ts';
import { MemoryLogStore, type MemoryLogOptions } from './memory-log-store.ts';

export type Forged = Parameters<MemoryLogStore['forge']>[0];
/** The App's account. */
export const BOT = { id: 100, login: 'slipway[bot]' };

/** A log of entries, of which some commits are other than Slipway would have written them. */
export function logOf(
  entries: readonly Entry[],
  tamper: Record<number, (honest: { message: string; files: Record<string, string> }) => Forged> = {},
  options: MemoryLogOptions & { readonly who?: Forged } = {},
) {
  const store = new MemoryLogStore(options);
  const models = new Map<string, ModelState>();
  const ids = [''];
  for (const [at, one] of entries.entries()) {
    const honest = commitOf(one, models);
    ids.push(store.forge({ ...options.who, ...honest, ...tamper[at + 1]?.(honest) }));
  }
  return { store, ids };
}

/** Two models, six entries. */
export function sample(mode: Entry['mode'] = 'open'): Entry[] {
  return [
    entry(1, 'register', { mode }),
    entry(2, 'register', { mode, model: 'fraud' }),
    entry(3, 'promote', { mode, version: 'v1.0.0', stage: 'staging' }),
    entry(4, 'verified', { mode, of: 3, stage: 'staging' }),
    entry(5, 'register', { mode, version: 'v1.1.0' }),
    entry(6, 'register', { mode, model: 'fraud', version: 'v1.1.0' }),
  ];
}
