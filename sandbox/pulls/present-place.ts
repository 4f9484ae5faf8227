import { fileDiff } from '../git/diff.ts';
import { node } from '../git/graph.ts';
import type { ObjectStore } from '../git/objects.ts';
import { findEntry } from '../git/tree.ts';
import type { Core } from '../kernel/core.ts';
import type { Pull, ReviewComment, Side } from '../state/pulls.ts';
import { comparisonOf, filesOf, objectsOf } from './comparison.ts';
import { carriedLine, findLine, patchLines } from './positions.ts';

/** Where a comment stands in the changes as they are now. */
export interface PresentPlace {
  readonly position: number;
  readonly line: number | null;
  readonly startLine: number | null;
}

/** Where a comment stands now; undefined once its line was changed or is no longer part of the changes (outdated). */
export function presentPlace(core: Core, pull: Pull, comment: ReviewComment): PresentPlace | undefined {
  const { place, originalCommit, originalBase, originalPosition } = comment;
  const { mergeBase } = comparisonOf(core, pull);
  const change = filesOf(core, pull).find(({ path }) => path === place.path);
  if (change === undefined) return undefined;
  if (place.line === null) return { position: 1, line: null, startLine: null };
  if (originalCommit === pull.head.oid && originalBase === mergeBase)
    return { position: originalPosition, line: place.line, startLine: place.startLine };
  const store = objectsOf(core, pull);
  const before = change.from ?? place.path;
  const carry = (side: Side, line: number): number | undefined =>
    side === 'RIGHT'
      ? carriedLine(textAt(store, originalCommit, place.path), textAt(store, pull.head.oid, place.path), line)
      : carriedLine(textAt(store, originalBase, before), textAt(store, mergeBase, before), line);
  const line = carry(place.side, place.line);
  if (line === undefined) return undefined;
  const startLine = place.startLine === null ? null : carry(place.startSide ?? place.side, place.startLine);
  if (startLine === undefined) return undefined;
  const at = findLine(patchLines(fileDiff(store, change).patch ?? ''), place.side, line);
  return at === undefined ? undefined : { position: at.position, line, startLine };
}

/** The text of a file in a commit; nothing where it is not there. */
function textAt(store: ObjectStore, commit: string | undefined, path: string): string {
  if (commit === undefined) return '';
  const entry = findEntry(store, node(store, commit).tree, path);
  const object = entry === undefined ? undefined : store.read(entry.id);
  return object?.type === 'blob' ? object.body.toString('utf8') : '';
}
