/** Whether a change of a ref makes sense at all: its name, its objects, what stands there now. */
import { isHiddenFromPush } from '../git/endpoint.ts';
import { peel } from '../git/commit-object.ts';
import { isAncestor } from '../git/history.ts';
import { isObjectId, type ObjectStore } from '../git/objects.ts';
import { blockingRef, isRefName } from '../git/ref-names.ts';
import type { Repository } from '../state/repositories.ts';
import { shortName } from './change.ts';
import { refusal, type Refusal } from './refusal.ts';

/** A wish for one ref. `before` is what the asker believes: null for "not there", undefined for "whatever". */
export interface RefUpdate {
  readonly ref: string;
  readonly before?: string | null | undefined;
  readonly after: string | null;
  /** False refuses what is not a fast forward, as the REST API does; git asks the rules alone. */
  readonly force?: boolean | undefined;
}

/** The refs as they are while several updates are decided one after the other. */
export interface RefView {
  get(name: string): string | undefined;
  /** A ref whose name begins with the prefix. */
  below(prefix: string): string | undefined;
}

const NOT_UPDATED = 'Reference update failed';

function nameRefusal(update: RefUpdate, refs: RefView): Refusal | undefined {
  const { ref, after } = update;
  if (!isRefName(ref) || !ref.startsWith('refs/') || ref.split('/').length < 3)
    return refusal('name', 'funny refname', `${ref} is not a valid ref name.`);
  if (isHiddenFromPush(ref)) return refusal('hidden', 'deny updating a hidden ref', NOT_UPDATED);
  if (after === null || refs.get(ref) !== undefined) return undefined;
  const short = shortName(ref)?.name ?? '';
  if (/^[0-9a-f]{40}$/i.test(short)) {
    const lines = [
      'error: GH002: Sorry, branch or tag names consisting of 40 hex characters are not allowed.',
    ];
    return refusal('name', 'pre-receive hook declined', NOT_UPDATED, { lines });
  }
  const blocking = blockingRef(
    ref,
    (name) => refs.get(name) !== undefined,
    (prefix) => refs.below(prefix),
  );
  if (blocking === undefined) return undefined;
  const reason = `cannot lock ref '${ref}': '${blocking}' exists; cannot create '${ref}'`;
  return refusal('conflict', reason, NOT_UPDATED);
}

function staleRefusal({ ref, before, after }: RefUpdate, now: string | undefined): Refusal | undefined {
  if (before === undefined && after === null && now === undefined)
    return refusal('missing', 'no such ref', 'Reference does not exist');
  if (before === undefined) return undefined;
  if (before === null && now !== undefined)
    return refusal('exists', 'reference already exists', 'Reference already exists');
  if (before !== null && now === undefined)
    return refusal('missing', `unable to resolve reference '${ref}'`, 'Reference does not exist');
  if (before !== null && before !== now) {
    const reason = `cannot lock ref '${ref}': is at ${now!} but expected ${before}`;
    return refusal('stale', reason, NOT_UPDATED);
  }
  return undefined;
}

function objectRefusal(store: ObjectStore, { ref, after }: RefUpdate): Refusal | undefined {
  if (after === null) return undefined;
  const target = isObjectId(after) ? peel(store, after) : undefined;
  if (target === undefined) return refusal('object', 'missing necessary objects', 'Object does not exist');
  const branch = ref.startsWith('refs/heads/');
  // A branch is a commit itself; a tag may name one through a tag object, or anything else.
  if (branch && (target.type !== 'commit' || target.id !== after))
    return refusal('object', `trying to write non-commit object ${after} to branch '${ref}'`, NOT_UPDATED);
  return undefined;
}

function fastForwardRefusal(store: ObjectStore, { after, force }: RefUpdate, now: string | undefined) {
  if (force !== false || after === null || now === undefined) return undefined;
  const [old, target] = [peel(store, now), peel(store, after)];
  const forward = old?.type === 'commit' && target?.type === 'commit' && isAncestor(store, old.id, target.id);
  return forward ? undefined : refusal('fast-forward', 'non-fast-forward', 'Update is not a fast forward');
}

/** Why the update is impossible whoever asks; undefined when only rules can be against it. */
export function impossible(
  store: ObjectStore,
  repository: Repository,
  update: RefUpdate,
  refs: RefView,
): Refusal | undefined {
  const now = refs.get(update.ref);
  const found =
    nameRefusal(update, refs) ??
    staleRefusal(update, now) ??
    objectRefusal(store, update) ??
    fastForwardRefusal(store, update, now);
  if (found !== undefined) return found;
  if (update.after === null && update.ref === `refs/heads/${repository.defaultBranch}`) {
    const reason = `refusing to delete the current branch: ${update.ref}`;
    return refusal('default-branch', reason, 'Cannot delete the default branch');
  }
  return undefined;
}
