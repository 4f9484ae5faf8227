import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeGh } from '../../../../sandbox/actions/runner/gh.ts';

/** https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-github-cli */
describe('gh in a job', () => {
  let folder: string;
  const gh = (args: readonly string[], env: Readonly<Record<string, string>> = {}): string[] =>
    execFileSync(join(folder, 'own', 'gh'), args, { env: { PATH: '/usr/bin:/bin', ...env } })
      .toString()
      .trimEnd()
      .split('\n');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sandbox-gh-'));
    const real = join(folder, 'real');
    writeFileSync(real, '#!/bin/sh\nprintf "%s\\n" "$GH_HOST" "$HTTP_PROXY" "$@"\n', { mode: 0o755 });
    writeGh(join(folder, 'own'), '/bin/bash', real, {
      serverUrl: 'http://github.localhost:4000',
      apiUrl: 'http://127.0.0.1:4000/api/v3',
      graphqlUrl: 'http://127.0.0.1:4000/api/graphql',
      resultsUrl: 'http://127.0.0.1:4000/',
      proxyUrl: 'http://127.0.0.1:4000',
    });
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds the sandbox, and takes its words as they are', () => {
    expect(gh(['issue', 'create', '--body', 'two words', ''])).toEqual([
      'github.localhost',
      'http://127.0.0.1:4000',
      ...['issue', 'create', '--body', 'two words'],
    ]);
  });

  it('knows addresses of payloads', () => {
    expect(gh(['pr', 'merge', 'http://127.0.0.1:4000/owner/repo/pull/1']).slice(2)).toEqual([
      'pr',
      'merge',
      'http://github.localhost/owner/repo/pull/1',
    ]);
  });

  it('leaves a host that the step names', () => {
    expect(gh([], { GH_HOST: 'ghe.example' })[0]).toBe('ghe.example');
  });
});
