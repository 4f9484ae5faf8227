import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { documentOf, slipway } from '../support/cli.ts';
import { flights } from './flights.ts';
import { hasPython, PATH } from './python.ts';

interface Document {
  readonly reason: string;
  readonly models: readonly {
    readonly stages: readonly { readonly name: string; readonly status: string }[];
    readonly comparison: { readonly metrics: readonly { readonly candidate: { readonly value: number } }[] };
  }[];
}

describe.skipIf(!hasPython)('a repository with a predict command and no ONNX', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-variant-'));
    cpSync(join(import.meta.dirname, 'predict-variant'), folder, { recursive: true });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'flights.csv'), flights().csv);
    const git = (...args: string[]): void =>
      void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], {
        cwd: folder,
      });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'first');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is trained, predicted without its answers, scored, and not run again', async () => {
    const first = await slipway(folder, ['run', '--json'], { PATH });
    const again = await slipway(folder, ['run', '--json'], { PATH });

    const [ran, reused] = [first, again].map((ended) => documentOf(ended) as unknown as Document);
    expect(ran?.models[0]?.stages.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'data ran',
      'train ran',
      'predict ran',
      'evaluate ran',
    ]);
    expect(ran?.models[0]?.comparison.metrics[0]?.candidate.value).toBeGreaterThan(0.6);
    expect(ran?.reason).toBe('FIRST_VERSION');
    expect([first.code, again.code]).toEqual([3, 3]);
    expect(new Set(reused?.models[0]?.stages.map(({ status }) => status))).toEqual(new Set(['reused']));
  }, 90_000);
});
