import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');
export const TEMPLATE = join(ROOT, 'templates', 'flights');
const BIN = join(ROOT, '.venv', 'bin');
/** The path with that environment activated. */
export const PATH = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;

/** The starter's own tests need the Python that `make install` brings. */
export const hasPython = existsSync(join(BIN, 'python'));
if (!hasPython) process.stderr.write('test/starter: skipped without .venv; run: make install\n');

/** Runs a script with the project's Python as a user's activated environment would; gives its output. */
export function python(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string {
  return execFileSync('python', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, PATH },
  });
}
