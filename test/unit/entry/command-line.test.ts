import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { documentOf, LAUNCHER, slipway } from '../../support/cli.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the command line', () => {
  test('--help lists the commands and the exit codes', async () => {
    const { code, stdout } = await slipway(folder, ['--help']);

    expect(code).toBe(0);
    for (const word of ['init', 'check', 'run', 'compare', 'evaluate', 'runs', 'Exit codes'])
      expect(stdout).toContain(word);
  });

  test.each(['init', 'check', 'run', 'compare', 'evaluate'])(
    '%s --help shows an example',
    async (command) => {
      const { code, stdout } = await slipway(folder, [command, '--help']);

      expect(code).toBe(0);
      expect(stdout).toContain('Example:');
    },
  );

  test.each([
    [['comprae', 'a', 'b'], 'Did you mean compare?'],
    [['compare', 'a'], "missing required argument 'baseline'"],
    [['run', '--sed', '1'], 'Did you mean --seed?'],
    [['compare', 'a', 'b', '--alpha', 'five'], 'expected a number, found "five"'],
    [['runs', 'list', '--limit', '0'], 'expected a whole number from 1, found 0'],
  ])('%j is a usage error that says what was meant', async (args, text) => {
    const { code, stdout, stderr } = await slipway(folder, args);

    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('    at ');
  });

  test.each([
    ['a reader that has gone away', '--help | head -c 1', 0],
    ['a full disk', 'evaluate p.csv --task regression --json > /dev/full', 4],
    ['a full disk for errors', 'evaluate none.csv --task regression 2> /dev/full', 2],
    ['a folder that was removed', '--version; mkdir gone; cd gone; rmdir ../gone; "$0" "$1" runs list', 2],
  ])('%s ends without a stack trace', (_, args, code) => {
    writeFileSync(join(folder, 'p.csv'), 'target,prediction\n1,1\n2,3\n');
    const shell = `set -o pipefail; "$0" "$1" ${args}`;

    const ended = spawnSync('bash', ['-c', shell, process.execPath, LAUNCHER], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(ended.stderr).not.toContain('    at ');
    expect(ended.status).toBe(code);
  });

  test('--json prints one document also for a usage error', async () => {
    const ended = await slipway(folder, ['comprae', '--json']);

    expect(ended.code).toBe(2);
    expect(documentOf(ended)).toMatchObject({ decision: 'error', reason: 'USAGE', command: 'comprae' });
  });

  test('without a config, run says how to make one', async () => {
    const { code, stderr } = await slipway(folder, ['run']);

    expect(code).toBe(2);
    expect(stderr).toContain('CONFIG_NOT_FOUND');
    expect(stderr).toContain('slipway init');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a config that is no text is refused by name', async () => {
    writeFileSync(join(folder, 'slipway.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0x80]));

    const { code, stderr } = await slipway(folder, ['check']);

    expect(code).toBe(2);
    expect(stderr).toContain('slipway.yaml');
  });

  test('runs of a folder without runs: an empty table, and no trace left', async () => {
    const { code, stdout } = await slipway(folder, ['runs', 'list']);

    expect(code).toBe(0);
    expect(stdout).toContain('No runs yet');
    expect(readdirSync(folder)).toEqual([]);
  });
});
