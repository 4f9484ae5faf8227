import { describe, expect, it } from 'vitest';

import { createApp, installApp } from '../../../sandbox/access/apps.ts';
import { issueInstallationToken } from '../../../sandbox/access/tokens.ts';
import { approvals } from '../../../sandbox/pulls/approvals.ts';
import { newId, now } from '../../../sandbox/kernel/core.ts';
import { addAccount } from '../../../sandbox/seed.ts';
import { pullWorld, type PullWorld } from './world.ts';

/** `acme/model`: `owner` owns the organisation, `reader` is in its team `ml`, which may write. */
function organization(): PullWorld & { readonly repo: string } {
  const w = pullWorld();
  const { core } = w;
  const account = (login: string) => core.tables.accounts.find('login', login)!.id;
  core.store.transaction(() => {
    const org = addAccount(core, 'acme', 'Organization');
    for (const [login, role] of [
      ['owner', 'admin'],
      ['reader', 'member'],
      ['writer', 'member'],
    ] as const)
      core.tables.memberships.put({
        key: `${org.id}/${account(login)}`,
        organizationId: org.id,
        userId: account(login),
        role,
      });
    const at = now(core);
    const team = core.tables.teams.put({
      id: newId(core),
      organizationId: org.id,
      slug: 'ml',
      name: 'ML',
      description: null,
      privacy: 'closed',
      parentId: null,
      createdAt: at,
      updatedAt: at,
    });
    core.tables.teamMembers.put({
      key: `${team.id}/${account('reader')}`,
      teamId: team.id,
      userId: account('reader'),
      role: 'member',
    });
    const { repositories } = core.tables;
    repositories.put({ ...repositories.require(w.repository.id), ownerId: org.id });
    core.tables.teamRepositories.put({
      key: `${team.id}/${w.repository.id}`,
      teamId: team.id,
      repositoryId: w.repository.id,
      role: 'write',
    });
  });
  return { ...w, repo: '/repos/acme/repo' };
}

function open(w: ReturnType<typeof organization>): void {
  w.push('feature', { 'model.py': '1\n' });
  const made = w.call('writer', `POST ${w.repo}/pulls`, { title: 'x', head: 'feature', base: 'main' });
  expect(made.status).toBe(201);
}

describe('teams', () => {
  it('are asked for a review, and no longer once a member has reviewed', () => {
    const w = organization();
    open(w);
    w.told();
    const asked = w.call('writer', `POST ${w.repo}/pulls/1/requested_reviewers`, { team_reviewers: ['ml'] });
    expect(asked.body.requested_teams).toMatchObject([{ slug: 'ml' }]);
    expect(w.told()[0]!.body).toMatchObject({ action: 'review_requested', requested_team: { slug: 'ml' } });
    w.call('reader', `POST ${w.repo}/pulls/1/reviews`, { event: 'APPROVE' });
    expect(w.call('reader', `GET ${w.repo}/pulls/1/requested_reviewers`).body).toEqual({
      users: [],
      teams: [],
    });
    const [pull] = w.core.tables.pulls.all();
    expect(approvals(w.core, pull!).map(({ counts }) => counts)).toEqual([true]);
  });

  it('own code', () => {
    const w = organization();
    w.push('main', { '.github/CODEOWNERS': '*.py @acme/ml @acme/nobody\n' }, { as: 'owner' });
    open(w);
    const { body } = w.call('reader', `GET ${w.repo}/pulls/1/requested_reviewers`);
    expect(body.teams.map(({ slug }: { slug: string }) => slug)).toEqual(['ml']);
  });
});

describe('tokens of Apps', () => {
  it('open, review and merge by their permissions, as their bot', () => {
    const w = pullWorld();
    const { core } = w;
    const { token, weak } = core.store.transaction(() => {
      const owner = core.tables.accounts.find('login', 'owner')!.id;
      const permissions = { contents: 'write', pull_requests: 'write' } as const;
      const { app } = createApp(core, { ownerId: owner, name: 'helper', permissions, publicKey: 'none' });
      const { id } = installApp(core, app.id, owner, { repositories: 'all' });
      const grant = (of: Record<string, 'read' | 'write'>) =>
        issueInstallationToken(core, id, { permissions: of, repositories: 'all' }).text;
      return { token: grant(permissions), weak: grant({ pull_requests: 'write' }) };
    });
    w.push('feature', { 'b.txt': '1\n' });
    w.push('second', { 'c.txt': '1\n' });
    const opened = w.call({ token }, 'POST /repos/owner/repo/pulls', {
      title: 'x',
      head: 'feature',
      base: 'main',
    });
    expect(opened.body).toMatchObject({ user: { login: 'helper[bot]', type: 'Bot' } });
    const own = w.call({ token }, 'POST /repos/owner/repo/pulls/1/reviews', { event: 'APPROVE' });
    expect(own.body.errors).toEqual(['Can not approve your own pull request']);
    w.open('second');
    w.call({ token }, 'POST /repos/owner/repo/pulls/2/reviews', { event: 'APPROVE' });
    const second = [...core.tables.pulls.all()].at(-1)!;
    expect(approvals(core, second).map(({ counts }) => counts)).toEqual([true]);
    expect(w.call({ token: weak }, 'PUT /repos/owner/repo/pulls/2/merge', {}).status).toBe(403);
    expect(w.call({ token }, 'PUT /repos/owner/repo/pulls/2/merge', {}).status).toBe(200);
  });
});
