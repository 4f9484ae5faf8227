import { sha256 } from '../../src/contracts/digest.ts';
import type { ModelState } from '../../src/contracts/model-state.ts';
import { requestNote } from '../../src/registry/log/entries.ts';
import { applyEntry } from '../../src/registry/log/fold.ts';
import { entryMessage } from '../../src/registry/log/message.ts';
import { README } from '../../src/registry/log/readme.ts';
import { stateText } from '../../src/registry/log/state-text.ts';
import { modelPath, requestPath } from '../../src/registry/log/types.ts';
import { ENTRY_SCHEMA, type Entry, type EntryDraft, type Op } from '../../src/contracts/entry.ts';

/** Entries of a sample log: only what a test speaks of must be said. */

export const OWNER = { id: 1, login: 'owner' };
const COMMIT = 'c'.repeat(40);

let drafts = 0;

/** A draft with a request key of its own, unless it names one. */
export function draft(op: Op, more: Partial<EntryDraft> = {}): EntryDraft {
  const adds = op === 'register' || op === 'genesis';
  return {
    op,
    model: 'churn',
    request: sha256(`request ${++drafts}`),
    actor: OWNER,
    approvals: [],
    mode: 'open',
    config: null,
    ...(adds ? { version: 'v1.0.0', commit: COMMIT } : {}),
    ...(op === 'register' ? { manifest: sha256(more.version ?? 'v1.0.0') } : {}),
    ...more,
  };
}

/** An entry in its place, made a second after the one before. */
export function entry(n: number, op: Op, more: Partial<Omit<Entry, 'n'>> = {}): Entry {
  const at = new Date(Date.parse('2026-01-01T00:00:00Z') + n * 1000).toISOString();
  return { schema: ENTRY_SCHEMA, n, repository: 1, at, ...draft(op, more) };
}

/** An entry as Slipway commits it: message and files. The states of `models` are kept up to date. */
export function commitOf(one: Entry, models: Map<string, ModelState>) {
  const state = applyEntry(models.get(one.model) ?? null, one);
  models.set(one.model, state);
  const files: Record<string, string> = {
    [modelPath(one.model)]: stateText(state),
    [requestPath(one.request)]: requestNote(one.n),
    ...(one.n === 1 ? { 'README.md': README } : {}),
  };
  return { message: entryMessage(one), files };
}
