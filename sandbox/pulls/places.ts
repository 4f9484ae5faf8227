import { changedFiles, fileDiff } from '../git/diff.ts';
import type { Core } from '../kernel/core.ts';
import type { FieldError } from '../kernel/errors.ts';
import type { Place, Pull, Side } from '../state/pulls.ts';
import { baseOf, compareCommits, objectsOf, treeOf } from './comparison.ts';
import { findLine, hunkDownTo, lineAt, patchLines, type PatchLine } from './positions.ts';

/** Where somebody wants to comment, as the API takes it. */
export interface PlaceInput {
  readonly path: string;
  readonly position?: number | undefined;
  readonly line?: number | undefined;
  readonly side?: string | undefined;
  readonly start_line?: number | undefined;
  readonly start_side?: string | undefined;
  readonly subject_type?: string | undefined;
}

/** A place of the changes that is there. */
export interface FoundPlace {
  readonly place: Place;
  readonly position: number;
  readonly diffHunk: string;
  readonly base: string;
}

/** What is wrong with a place: a member of GitHub's review thread, and what about it. */
export interface PlaceProblem {
  readonly field: 'path' | 'position' | 'line' | 'start_line' | 'diff_hunk';
  readonly message: string;
}

const NO_HUNK: PlaceProblem = { field: 'diff_hunk', message: "can't be blank" };
const OUTSIDE: PlaceProblem = { field: 'line', message: 'must be part of the diff' };

/** Finds a place in the changes of a pull request up to one of its commits; gives the problems where it is not there. */
export function findPlace(
  core: Core,
  pull: Pull,
  commit: string,
  input: PlaceInput,
): FoundPlace | readonly PlaceProblem[] {
  const store = objectsOf(core, pull);
  const { mergeBase } = compareCommits(store, baseOf(core, pull), commit);
  const files = changedFiles(store, treeOf(store, mergeBase), treeOf(store, commit));
  const change = files.find(({ path }) => path === input.path);
  if (change === undefined) return [{ field: 'path', message: 'could not be resolved' }];
  const base = mergeBase ?? commit;
  if (input.subject_type === 'file') {
    const place = { path: input.path, side: 'RIGHT' as const, line: null, startSide: null, startLine: null };
    return { place, position: 1, diffHunk: '', base };
  }
  const lines = patchLines(fileDiff(store, change).patch ?? '');
  const end = endOf(lines, input);
  if ('field' in end) return [end, NO_HUNK];
  const start = startOf(lines, input, end);
  if (start !== null && 'field' in start) return [start];
  const place = {
    path: input.path,
    side: end.side,
    line: end.line,
    startSide: start?.side ?? null,
    startLine: start?.line ?? null,
  };
  return { place, position: end.at.position, diffHunk: hunkDownTo(lines, end.at), base };
}

interface End {
  readonly side: Side;
  readonly line: number;
  readonly at: PatchLine;
}

function endOf(lines: readonly PatchLine[], input: PlaceInput): End | PlaceProblem {
  if (input.line === undefined && input.position !== undefined) {
    const found = lineAt(lines, input.position);
    if (found === undefined) return { field: 'position', message: 'is invalid' };
    return { ...found, at: lines[input.position]! };
  }
  if (input.line === undefined) return { field: 'line', message: "can't be blank" };
  const side = input.side === 'LEFT' ? 'LEFT' : 'RIGHT';
  const at = findLine(lines, side, input.line);
  return at === undefined ? OUTSIDE : { side, line: input.line, at };
}

function startOf(
  lines: readonly PatchLine[],
  input: PlaceInput,
  end: End,
): { side: Side; line: number } | PlaceProblem | null {
  if (input.start_line === undefined || input.line === undefined) return null;
  const side = input.start_side === 'LEFT' ? 'LEFT' : input.start_side === 'RIGHT' ? 'RIGHT' : end.side;
  const at = findLine(lines, side, input.start_line);
  if (at === undefined || at.hunk !== end.at.hunk)
    return { field: 'start_line', message: 'must be part of the same hunk as the line.' };
  if (at.position >= end.at.position) return { field: 'start_line', message: 'must precede the end line.' };
  return { side, line: input.start_line };
}

/** The problems as one sentence: how reviews tell them. */
export function placeSentence(problems: readonly PlaceProblem[]): string {
  const parts = problems.map(({ field, message }) =>
    field === 'path'
      ? `Path ${message}`
      : `Pull request review thread ${field.replaceAll('_', ' ')} ${message}`,
  );
  if (parts.length < 3) return parts.join(' and ');
  return `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)!}`;
}

/** The problems as field errors: how single comments tell them. */
export function placeErrors(problems: readonly PlaceProblem[]): FieldError[] {
  return problems.map(({ field, message }) => {
    const name = `pull_request_review_thread.${field}`;
    const resource = 'PullRequestReviewComment';
    if (field === 'diff_hunk' || message === "can't be blank")
      return { resource, code: 'missing_field', field: name };
    if (field === 'path' || field === 'position') return { resource, code: 'invalid', field: name };
    return { resource, code: 'custom', field: name, message: `${name} ${message}` };
  });
}
