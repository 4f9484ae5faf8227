import {
  constants,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FileDigests } from '../contracts/artifacts.ts';
import { gitBlobId } from '../contracts/digest.ts';
import { CancelledError, InputError } from '../contracts/errors.ts';
import type { SourceFile } from './links.ts';

/** Copied between two turns of the event loop, so that Ctrl-C is heard. */
const FILES_PER_TURN = 200;

/** Small files are read and written: on many file systems far cheaper than copying blocks, and checked on the way. */
const SMALL_BYTES = 1 << 20;

/**
 * Copies files of a source tree to the same places below `into` (a folder that does not exist yet, or is empty), the
 * large ones as clones where the file system can. Modes stay; links stay links. Throws InputError INPUT_CHANGED when a
 * file is not what its digest says (it was edited meanwhile), CancelledError on abort.
 */
export async function copyTree(
  files: readonly SourceFile[],
  into: string,
  digests: FileDigests,
  signal: AbortSignal,
): Promise<void> {
  const made = new Set<string>();
  const different: string[] = [];
  for (const [index, file] of files.entries()) {
    if (index % FILES_PER_TURN === 0) await nextTurn();
    if (signal.aborted) throw new CancelledError();
    makeFolder(dirname(join(into, file.path)), made);
    if (!(await isCopied(file, into, digests))) different.push(file.path);
  }
  if (different.length > 0) throw changed(different);
}

function makeFolder(folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  mkdirSync(folder, { recursive: true });
  made.add(folder);
}

/** Copies one file; false when its content is not the expected one. */
async function isCopied(file: SourceFile, into: string, digests: FileDigests): Promise<boolean> {
  const target = join(into, file.path);
  try {
    if (file.mode === '120000') return copyLink(file, target);
    if (statSync(file.source).size <= SMALL_BYTES) return copySmall(file, target);
    copyFileSync(file.source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  const [copied] = await digests.digestTree(into, [file.path]);
  return copied?.blob === file.blob;
}

function copySmall(file: SourceFile, target: string): boolean {
  const content = readFileSync(file.source);
  writeFileSync(target, content, { mode: file.mode === '100755' ? 0o755 : 0o644 });
  return gitBlobId(content) === file.blob;
}

function copyLink(file: SourceFile, target: string): boolean {
  const text = readlinkSync(file.source, 'buffer');
  symlinkSync(text, target);
  return gitBlobId(text) === file.blob;
}

/** The error for inputs that were edited while a command ran or was prepared. */
export function changed(paths: readonly string[], cause?: unknown): InputError {
  const shown = paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
  const message = `inputs changed while the training ran: ${shown}`;
  return new InputError(
    { code: 'INPUT_CHANGED', message, hint: 'run again when nothing edits them' },
    { cause },
  );
}

/** Copies a file or replaces one, making its folder. */
export function placeFile(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  copyFileSync(source, target, constants.COPYFILE_FICLONE);
}

/** A time no program writes at: a file that still has it was not written since it was marked. Seconds since 1970. */
const UNTOUCHED_TIME = 1;

/** Marks a file of a work copy, so that `wasWritten` can tell whether a command has written it. */
export function markUntouched(file: string): void {
  utimesSync(file, UNTOUCHED_TIME, UNTOUCHED_TIME);
}

/** False for a marked file that nobody has written since. */
export function wasWritten(file: string): boolean {
  return statSync(file).mtimeMs !== UNTOUCHED_TIME * 1000;
}
