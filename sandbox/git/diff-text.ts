/** Differences as git prints them: https://git-scm.com/docs/diff-format#generate_patch_text_with_p */
import { changedFiles, fileDiff, sideBytes } from './diff.ts';
import type { Side } from './changes.ts';
import type { ObjectStore } from './objects.ts';
import { isBinary } from './patch.ts';
import type { FileChange } from './renames.ts';

const SHORT = 7;
const NOTHING = '0'.repeat(SHORT);

/** A path as git writes it: quoted with octal escapes where a byte is not plain. */
export function quotedPath(path: string): string {
  const bytes = Buffer.from(path);
  if (bytes.every((byte) => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c)) return path;
  let text = '"';
  for (const byte of bytes) {
    const named = { 7: 'a', 8: 'b', 9: 't', 10: 'n', 11: 'v', 12: 'f', 13: 'r', 34: '"', 92: '\\' }[byte];
    if (named !== undefined) text += `\\${named}`;
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${text}"`;
}

function headers(change: FileChange): string[] {
  const { before, after, from, path, similarity } = change;
  const lines: string[] = [];
  if (before === undefined) lines.push(`new file mode ${after!.mode}`);
  else if (after === undefined) lines.push(`deleted file mode ${before.mode}`);
  else if (before.mode !== after.mode) lines.push(`old mode ${before.mode}`, `new mode ${after.mode}`);
  if (from !== undefined)
    lines.push(
      `similarity index ${String(similarity ?? 100)}%`,
      `rename from ${quotedPath(from)}`,
      `rename to ${quotedPath(path)}`,
    );
  if (before?.id !== after?.id) {
    const mode = before !== undefined && before.mode === after?.mode ? ` ${before.mode}` : '';
    const short = (side: Side | undefined) => side?.id.slice(0, SHORT) ?? NOTHING;
    lines.push(`index ${short(before)}..${short(after)}${mode}`);
  }
  return lines;
}

/** A name with a blank is followed by a tab, so that tools see where it ends. */
function named(path: string): string {
  const quoted = quotedPath(path);
  return quoted.includes(' ') && !quoted.startsWith('"') ? `${quoted}\t` : quoted;
}

/** One changed file, its headers and its hunks. */
export function fileText(store: ObjectStore, change: FileChange): string {
  const { before, after } = change;
  if (before !== undefined && after !== undefined && before.mode.slice(0, 3) !== after.mode.slice(0, 3))
    // A file that became a link or a submodule goes and comes.
    return fileText(store, { path: change.path, before }) + fileText(store, { path: change.path, after });
  const old = quotedPath(`a/${change.from ?? change.path}`);
  const now = quotedPath(`b/${change.path}`);
  const lines = [`diff --git ${old} ${now}`, ...headers(change)];
  if (before?.id === after?.id) return `${lines.join('\n')}\n`;
  if (isBinary(sideBytes(store, before)) || isBinary(sideBytes(store, after))) {
    lines.push(
      `Binary files ${before === undefined ? '/dev/null' : old} and ${after === undefined ? '/dev/null' : now} differ`,
    );
    return `${lines.join('\n')}\n`;
  }
  const { patch } = fileDiff(store, change);
  if (patch === undefined || patch === '') return `${lines.join('\n')}\n`;
  lines.push(
    `--- ${before === undefined ? '/dev/null' : named(`a/${change.from ?? change.path}`)}`,
    `+++ ${after === undefined ? '/dev/null' : named(`b/${change.path}`)}`,
    patch,
  );
  return `${lines.join('\n')}\n`;
}

/** The difference of two trees (undefined: the empty tree) as `git diff` prints it. */
export function diffText(store: ObjectStore, before: string | undefined, after: string | undefined): string {
  return changedFiles(store, before, after)
    .map((change) => fileText(store, change))
    .join('');
}
