import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { globSync } from 'tinyglobby';

/** One check of `make lint`: all are run, all failures are shown, any failure fails. */
interface Check {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Where the tool comes from PyPI it may be absent until `make install` ran. */
  readonly optional?: boolean;
}

const bin = (name: string): string => join('node_modules', '.bin', name);
const zizmor = join('.venv', 'bin', 'zizmor');

/** Our own workflows, and everything that users copy or call. */
function shippedYaml(): string[] {
  const patterns = ['.github/workflows/*.yml', 'templates/**/*.yml', 'actions/*/action.yml', 'action.yml'];
  return globSync(patterns, { dot: true, ignore: ['**/node_modules/**'] }).sort();
}

const CHECKS: readonly Check[] = [
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  {
    name: 'eslint',
    command: [
      bin('eslint'),
      '.',
      '--max-warnings',
      '0',
      '--cache',
      '--cache-location',
      'node_modules/.cache/eslint/',
    ],
  },
  { name: 'format', command: [bin('prettier'), '--check', '--log-level', 'warn', '--cache', '.'] },
  {
    name: 'arrows',
    command: [
      bin('depcruise'),
      'src',
      'sandbox',
      '--config',
      '.dependency-cruiser.js',
      '--output-type',
      'err',
    ],
  },
  { name: 'dead code', command: [bin('knip'), '--no-progress'] },
  { name: 'house rules', command: [process.execPath, 'scripts/house-rules.ts'] },
  { name: 'workflows', command: [process.execPath, 'scripts/lint-workflows.ts'] },
  {
    name: 'workflow security',
    command: [zizmor, '--offline', '--quiet', '--persona', 'pedantic', ...shippedYaml()],
    optional: true,
  },
];

const only = process.argv.slice(2);
const failed: string[] = [];
for (const check of CHECKS) {
  if (only.length > 0 && !only.includes(check.name)) continue;
  const [command, ...args] = check.command;
  if (check.optional === true && !existsSync(command)) {
    console.log(`lint: ${check.name} skipped, ${command} is not installed (make install)`);
    continue;
  }
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(
    `lint: ${check.name} ${status === 0 ? 'ok' : 'FAILED'} ${((Date.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed.push(check.name);
}
if (failed.length > 0) {
  console.error(`lint: failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
