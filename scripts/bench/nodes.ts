import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join, resolve, sep } from 'node:path';
import { spawnSync } from 'node:child_process';

export const ROOT = resolve(import.meta.dirname, '..', '..');
const LAUNCHER = join(ROOT, 'src', 'entry', 'launch.mjs');

/** A Node that starts Slipway. */
export interface NodeBinary {
  readonly file: string;
  readonly version: string;
}

/** The pinned Node that npm scripts run on: this very process. */
export const PINNED: NodeBinary = { file: process.execPath, version: process.versions.node };

/** The first Node a user's shell would find: npm puts node_modules/.bin before it, so those are passed over. */
export function firstNode(): NodeBinary {
  const own = realpathSync(process.execPath);
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    if (folder.split(sep).includes('node_modules') || !existsSync(file)) continue;
    if (realpathSync(file) === own) continue;
    const answer = spawnSync(file, ['--version'], { encoding: 'utf8' });
    if (answer.status === 0) return { file, version: answer.stdout.trim().slice(1) };
  }
  return PINNED;
}

/** Arguments of Node that run Slipway with these of its own. */
export function slipway(...args: readonly string[]): string[] {
  return [LAUNCHER, ...args];
}
