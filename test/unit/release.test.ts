import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeRelease, stampFiles } from '../../scripts/release.ts';
import { notesOf, problemsOf, stamp, type Release } from '../../scripts/release/checks.ts';

const CHANGELOG = `# Changelog

## Unreleased

- more to come

## 1.2.0 (2026-01-02)

- it does this

## 1.1.0

`;
const READY: Release = {
  version: '1.2.0',
  manifest: '1.2.0',
  changelog: CHANGELOG,
  tags: ['v1.1.0', 'v1', 'churn@v9.0.0'],
  changed: [],
};

describe('a version', () => {
  test('is released with its part of the changelog', () => {
    expect(problemsOf(READY)).toEqual([]);
    expect(notesOf(CHANGELOG, '1.2.0')).toBe('- it does this');
  });

  test('is kept back by everything that is wrong, all at once', () => {
    const tags = ['v1.2.0'];

    expect(problemsOf({ ...READY, manifest: '1.1.0', changelog: '', tags, changed: ['src/a.ts'] })).toEqual([
      'package.json has version 1.1.0',
      'CHANGELOG.md has no section "## 1.2.0" with text',
      'v1.2.0 is released already',
      'src/a.ts is changed and not committed',
    ]);
  });

  test.each(['', '1.2', 'v1.2.0', '1.2.0 ', 'latest'])('is not called "%s"', (version) => {
    expect(problemsOf({ ...READY, version })).toHaveLength(1);
  });

  test('without text in the changelog has no notes', () => {
    expect(notesOf(CHANGELOG, '1.1.0')).toBeNull();
    expect(notesOf(CHANGELOG, '1.2')).toBeNull();
  });
});

const SHA = 'b'.repeat(40);

describe('references to our own actions', () => {
  test('are pointed to a commit, and no others are', () => {
    const text = [
      `- uses: slipway-ml/slipway/actions/train@${'0'.repeat(40)} # unreleased`,
      `  uses: slipway-ml/slipway/.github/workflows/pull-request.yml@${'a'.repeat(40)} # v1.0.0`,
      `- uses: slipway-ml/slipway@${'a'.repeat(40)} # v1.0.0`,
      `- uses: actions/checkout@${'c'.repeat(40)} # v5.0.0`,
      `- uses: else/slipway-ml/slipway-two@${'c'.repeat(40)} # v5.0.0`,
    ].join('\n');

    expect(stamp(text, SHA, 'v1.2.0').split('\n')).toEqual([
      `- uses: slipway-ml/slipway/actions/train@${SHA} # v1.2.0`,
      `  uses: slipway-ml/slipway/.github/workflows/pull-request.yml@${SHA} # v1.2.0`,
      `- uses: slipway-ml/slipway@${SHA} # v1.2.0`,
      `- uses: actions/checkout@${'c'.repeat(40)} # v5.0.0`,
      `- uses: else/slipway-ml/slipway-two@${'c'.repeat(40)} # v5.0.0`,
    ]);
  });
});

describe('the commits of a release', () => {
  let folder: string;
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trimEnd();
  const write = (file: string, text: string): void => {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const WORKFLOW = '.github/workflows/pull-request.yml';

  function repository(): void {
    folder = mkdtempSync(join(tmpdir(), 'slipway-release-test-'));
    git('init', '--quiet', '--initial-branch=main');
    write('.gitignore', 'dist/\n');
    write(WORKFLOW, `- uses: slipway-ml/slipway/actions/train@${'0'.repeat(40)} # unreleased\n`);
    write('docs/use.md', `uses: slipway-ml/slipway@${'0'.repeat(40)} # unreleased\n`);
    git('add', '.');
    const date = '2026-01-02T03:04:05Z';
    execFileSync(
      'git',
      ['-c', 'user.name=writer', '-c', 'user.email=w@example.com', 'commit', '-qm', 'feat: all'],
      {
        cwd: folder,
        env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      },
    );
    write('dist/train.js', 'train\n');
  }
  beforeEach(repository);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('add what is built beside main, point workflows to it, and are what the tags name', () => {
    const before = git('rev-parse', 'main');
    git('checkout', '--quiet', '--detach');

    const { actions, commit } = makeRelease(folder, '1.2.0', '- it does this');

    expect(git('rev-parse', 'main')).toBe(before);
    expect(git('ls-tree', '-r', '--name-only', 'main')).not.toContain('dist');
    expect(git('show', `${actions}:dist/train.js`)).toBe('train');
    expect(git('show', `v1.2.0:${WORKFLOW}`)).toBe(
      `- uses: slipway-ml/slipway/actions/train@${actions} # parent of v1.2.0`,
    );
    expect([git('rev-parse', 'v1.2.0^{commit}'), git('rev-parse', 'v1^{commit}')]).toEqual([commit, commit]);
    expect(git('rev-parse', `${commit}^`, `${actions}^`).split('\n')).toEqual([actions, before]);
    expect(git('tag', '--list', '--format=%(contents)', 'v1.2.0')).toContain('- it does this');
  });

  test('have the same ids for whoever makes them of the same commit', () => {
    const one = makeRelease(folder, '1.2.0', 'notes');
    rmSync(folder, { recursive: true });
    repository();

    expect(makeRelease(folder, '1.2.0', 'notes')).toEqual(one);
  });

  test('are named by what users copy, once they are there', () => {
    expect(stampFiles(folder, ['docs/*.md', 'README.md'], SHA, 'v1.2.0')).toEqual(['docs/use.md']);
    expect(stampFiles(folder, ['docs/*.md'], SHA, 'v1.2.0')).toEqual([]);
    expect(readFileSync(join(folder, 'docs/use.md'), 'utf8')).toBe(
      `uses: slipway-ml/slipway@${SHA} # v1.2.0\n`,
    );
  });
});
