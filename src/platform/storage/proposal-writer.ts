import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { InputError, PlatformError } from '../../contracts/errors.ts';
import type { ProposalWriter } from '../../config/ports.ts';

/** Writes files of a folder whole or not at all. Throws PlatformError DISK, InputError EXISTS. */
export function createProposalWriter(root: string): ProposalWriter {
  return {
    exists: async (path) => (await lstat(join(root, path)).catch(() => null)) !== null,
    create: (path, text) =>
      write(root, path, text, async (temporary, file) => {
        // A link fails where a file is, so nothing is ever overwritten, not even by two at once.
        await link(temporary, file);
      }),
    replace: (path, text) =>
      write(root, path, text, async (temporary, file) => {
        await rename(temporary, file);
      }),
  };
}

async function write(
  root: string,
  path: string,
  text: string,
  place: (temporary: string, file: string) => Promise<void>,
): Promise<void> {
  const file = join(root, path);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(temporary, text, { flag: 'w' });
    await place(temporary, file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    // A folder of the path may be a file too: that is no config which exists.
    const isLink = error instanceof Error && 'syscall' in error && error.syscall === 'link';
    if (code === 'EEXIST' && isLink)
      throw new InputError(
        { code: 'EXISTS', message: `${path} exists already and is never overwritten`, file: path },
        { cause: error },
      );
    const hint = 'Check the permissions of the folder and the space on the disk.';
    throw new PlatformError(
      { code: 'DISK', message: `${path} cannot be written (${code})`, file: path, hint },
      { cause: error },
    );
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
