import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('slipway sandbox, when it cannot start', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-start-'));
    writeFileSync(join(folder, 'notes.txt'), 'mine');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]) =>
    new Promise<{ code: number; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ['src/entry/main.ts', 'sandbox', '--port', '0', ...args],
        { timeout: 20_000 },
        (error, _stdout, stderr) => resolve({ code: (error?.code as number | undefined) ?? 0, stderr }),
      );
    });

  it.each([
    ['a port that is none', ['--port', '70000'], 2, 'expected a number from 0 to 65535'],
    ['an import that is not there', ['--import', 'not-there'], 2, 'not-there'],
    ['an import that is no repository', ['--import', '{folder}'], 2, 'git finds no repository there'],
    ['a folder of the user’s', ['--data', '{folder}'], 2, 'no sandbox wrote it'],
  ])('says so and ends: %s', { timeout: 30_000 }, async (_name, args, code, words) => {
    const ended = await run(...args.map((arg) => arg.replace('{folder}', folder)));
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(code);
  });
});
