import {
  constants,
  copyFileSync,
  mkdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { FileDigests } from '../contracts/artifacts.ts';
import { CancelledError, InputError } from '../contracts/errors.ts';
import type { SourceFile } from './links.ts';

/** Copied between two turns of the event loop, so that Ctrl-C is heard. */
const FILES_PER_TURN = 200;

/**
 * Copies files of a source tree to the same places below `into` (a folder that does not exist yet, or is empty), as
 * clones where the file system can. Modes stay; links stay links. Throws InputError INPUT_CHANGED when a file is not
 * what its digest says (it was edited meanwhile), CancelledError on abort.
 */
export async function copyTree(
  files: readonly SourceFile[],
  into: string,
  digests: FileDigests,
  signal: AbortSignal,
): Promise<void> {
  const made = new Set<string>();
  for (const [index, file] of files.entries()) {
    if (index % FILES_PER_TURN === 0) await nextTurn();
    if (signal.aborted) throw new CancelledError();
    const target = join(into, file.path);
    makeFolder(dirname(target), made);
    copyOne(file, target);
  }
  await assertSame(files, into, digests);
}

function makeFolder(folder: string, made: Set<string>): void {
  if (made.has(folder)) return;
  mkdirSync(folder, { recursive: true });
  made.add(folder);
}

function copyOne(file: SourceFile, target: string): void {
  try {
    if (file.mode === '120000') symlinkSync(readlinkSync(file.source), target);
    else copyFileSync(file.source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw changed([file.path], error);
    throw error;
  }
}

async function assertSame(files: readonly SourceFile[], into: string, digests: FileDigests): Promise<void> {
  const copied = await digests.digestTree(
    into,
    files.map((file) => file.path),
  );
  const blobs = new Map(copied.map((file) => [file.path, file.blob]));
  const different = files.filter((file) => blobs.get(file.path) !== file.blob);
  if (different.length > 0) throw changed(different.map((file) => file.path));
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
