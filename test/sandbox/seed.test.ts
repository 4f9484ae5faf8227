import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { createSandbox } from '../../sandbox/index.ts';
import { SAMPLE_LOGINS, seedSamples } from '../../sandbox/seed.ts';
import { sqliteBacking } from '../../sandbox/state/sqlite.ts';

describe('the sample people', () => {
  it('are an owner, two writers, a reader and an outsider, with tokens that work', () => {
    const sandbox = createSandbox();
    const users = seedSamples(sandbox.core);
    expect(users.map(({ login }) => login)).toEqual([...SAMPLE_LOGINS]);
    for (const { login, token } of users) {
      expect(token).toMatch(/^ghp_[0-9A-Za-z]{36}$/);
      const answer = sandbox.handle({
        method: 'GET',
        url: 'http://api.github.localhost/user',
        headers: { 'user-agent': 'test', authorization: `Bearer ${token}` },
      });
      expect(JSON.parse(answer.body as string)).toMatchObject({ login });
    }
    const { tables } = sandbox.core;
    const acme = tables.accounts.find('login', 'acme')!;
    const id = (login: string) => tables.accounts.find('login', login)!.id;
    expect(tables.memberships.get(`${acme.id}/${id('owner')}`)?.role).toBe('admin');
    const team = tables.teams.find('slug', `${acme.id}/ml`)!;
    expect(tables.teamMembers.where('team', team.id).map((row) => row.userId)).toEqual([
      id('writer'),
      id('writer-2'),
    ]);
  });

  it('have the same tokens after a restart, others in another sandbox, and are seeded once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'seed-'));
    try {
      const open = () => createSandbox({ backing: sqliteBacking(join(folder, 'state.sqlite')) });
      const first = open();
      const users = seedSamples(first.core);
      const size = first.core.tables.accounts.size;
      first.close();
      const second = open();
      expect(seedSamples(second.core)).toEqual(users);
      expect(second.core.tables.accounts.size).toBe(size);
      second.close();
      expect(seedSamples(createSandbox().core)).not.toEqual(users);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('come with the App that workflows act as, which nobody can sign for', () => {
    const { tables } = createSandbox().core;
    expect(tables.apps.find('slug', 'github-actions')).toMatchObject({ id: 15_368, publicKeys: [] });
    expect(tables.accounts.find('login', 'github-actions[bot]')?.id).toBe(41_898_282);
  });
});
