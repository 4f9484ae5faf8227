/** Commits as mails: https://git-scm.com/docs/git-format-patch */
import { readCommit, type Commit } from './commit-object.ts';
import { changedFiles, fileDiff, type FileDiff } from './diff.ts';
import { diffText, quotedPath } from './diff-text.ts';
import { node } from './graph.ts';
import type { ObjectStore } from './objects.ts';
import type { Person } from './person.ts';
import type { FileChange } from './renames.ts';

const WIDTH = 72;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The commits, merges left out, each as a mail that `git am` takes. */
export function patchText(store: ObjectStore, commits: readonly string[]): string {
  const single = commits.filter((id) => node(store, id).parents.length < 2);
  return single.map((id, at) => mail(store, id, at + 1, single.length)).join('');
}

function mail(store: ObjectStore, id: string, number: number, total: number): string {
  const commit = readCommit(store, id);
  const [parent] = commit.parents;
  const before = parent === undefined ? undefined : node(store, parent).tree;
  const [subject, body] = parts(commit);
  const tag =
    total === 1
      ? '[PATCH]'
      : `[PATCH ${String(number).padStart(String(total).length, '0')}/${String(total)}]`;
  const plain = isPlain(body);
  return [
    `From ${id} Mon Sep 17 00:00:00 2001`,
    `From: ${encoded(commit.author.name)} <${commit.author.email}>`,
    `Date: ${mailDate(commit.author)}`,
    `Subject: ${tag} ${encoded(subject)}`,
    ...(plain
      ? []
      : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
    '',
    ...(body === '' ? [] : [body]),
    '---',
    statText(store, changedFiles(store, before, commit.tree)),
    diffText(store, before, commit.tree) + '-- ',
    '2.39.5',
    '',
    '',
  ].join('\n');
}

/** Subject (the first paragraph on one line) and the rest. */
function parts({ message }: Commit): [string, string] {
  const text = message.replace(/^\s*\n/, '').trimEnd();
  const end = text.indexOf('\n\n');
  const first = end < 0 ? text : text.slice(0, end);
  return [first.split('\n').join(' '), end < 0 ? '' : text.slice(end).trim()];
}

function isPlain(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- ASCII is the question
  return /^[\x00-\x7f]*$/.test(text);
}

/** A header's text, as RFC 2047 has it where it is not ASCII. */
function encoded(text: string): string {
  if (isPlain(text)) return text;
  const bytes = [...Buffer.from(text)];
  const quoted = bytes.map((byte) =>
    (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `=?UTF-8?q?${quoted.join('')}?=`;
}

/** RFC 2822 in the writer's own zone. */
function mailDate({ time, zone }: Person): string {
  const sign = zone.startsWith('-') ? -1 : 1;
  const offset = sign * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3, 5)) * 60);
  const date = new Date((time + offset) * 1000);
  const clock = date.toISOString().slice(11, 19);
  return `${DAYS[date.getUTCDay()]!}, ${String(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]!} ${String(date.getUTCFullYear())} ${clock} ${zone}`;
}

/** `git diff --stat --summary`. */
function statText(store: ObjectStore, changes: readonly FileChange[]): string {
  const files = changes.map((change) => ({ change, diff: fileDiff(store, change) }));
  const names = changes.map(statName);
  const longest = Math.max(...names.map((name) => name.length), 0);
  const most = Math.max(...files.map(({ diff }) => diff.changes), 0);
  const digits = String(most).length;
  const room = Math.max(WIDTH - longest - digits - 6, 6);
  const lines = files.map(({ diff, change }, at) => {
    const count = isBinaryChange(change, diff) ? 'Bin' : String(diff.changes).padStart(digits);
    return ` ${names[at]!.padEnd(longest)} | ${count}${bar(diff, most, room)}`;
  });
  const plus = files.reduce((sum, { diff }) => sum + diff.additions, 0);
  const minus = files.reduce((sum, { diff }) => sum + diff.deletions, 0);
  const sums = [` ${String(files.length)} file${files.length === 1 ? '' : 's'} changed`];
  if (plus > 0 || minus === 0) sums.push(`${String(plus)} insertion${plus === 1 ? '' : 's'}(+)`);
  if (minus > 0 || plus === 0) sums.push(`${String(minus)} deletion${minus === 1 ? '' : 's'}(-)`);
  return [...lines, sums.join(', '), ...changes.flatMap(summary), ''].join('\n');
}

function isBinaryChange({ before, after }: FileChange, diff: FileDiff): boolean {
  return diff.changes === 0 && before?.id !== after?.id && diff.patch === undefined;
}

function statName({ from, path }: FileChange): string {
  return from === undefined ? quotedPath(path) : `${quotedPath(from)} => ${quotedPath(path)}`;
}

function bar({ additions, deletions, changes }: FileDiff, most: number, room: number): string {
  if (changes === 0) return '';
  const scale = (count: number) =>
    most <= room || count === 0 ? count : Math.max(1, Math.floor((count * room) / most));
  return ` ${'+'.repeat(scale(additions))}${'-'.repeat(scale(deletions))}`;
}

function summary({ before, after, from, path, similarity }: FileChange): string[] {
  if (before === undefined) return [` create mode ${after!.mode} ${quotedPath(path)}`];
  if (after === undefined) return [` delete mode ${before.mode} ${quotedPath(path)}`];
  if (from !== undefined)
    return [` rename ${quotedPath(from)} => ${quotedPath(path)} (${String(similarity ?? 100)}%)`];
  return before.mode === after.mode
    ? []
    : [` mode change ${before.mode} => ${after.mode} ${quotedPath(path)}`];
}
