import { describe, expect, it } from 'vitest';

import { newId } from '../../../sandbox/kernel/core.ts';
import { checkWorld } from './world.ts';

const REPO = '/repos/owner/repo';

function started() {
  const w = checkWorld();
  const sha = w.tip('main');
  const report = (state: string, more: Record<string, unknown> = {}, as: 'writer' | 'reader' = 'writer') =>
    w.call(as, `POST ${REPO}/statuses/${sha}`, { state, ...more });
  const combined = () => w.call('reader', `GET ${REPO}/commits/main/status`).body;
  return { ...w, sha, report, combined };
}

describe('commit statuses (docs: REST API endpoints for commit statuses)', () => {
  it('are written by those who may push, and told', () => {
    const w = started();
    const made = w.report('pending', { target_url: 'https://ci.example/1', description: 'running' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        state: 'pending',
        context: 'default',
        description: 'running',
        creator: { login: 'writer' },
        avatar_url: made.body.creator.avatar_url,
        url: `http://api.github.localhost${REPO}/statuses/${w.sha}`,
      },
    });
    expect(w.report('success', {}, 'reader').status).toBe(403);
    expect(w.heard()).toMatchObject([
      {
        name: 'status',
        body: {
          sha: w.sha,
          name: 'owner/repo',
          state: 'pending',
          branches: [{ name: 'main', commit: { sha: w.sha }, protected: false }],
          commit: { sha: w.sha },
        },
      },
    ]);
  });

  it('are listed newest first; the combined status takes the newest of each context', () => {
    const w = started();
    expect(w.combined()).toMatchObject({ state: 'pending', total_count: 0, statuses: [] });
    w.report('failure', { context: 'ci' });
    w.report('success', { context: 'lint' });
    expect(w.combined().state).toBe('failure');
    w.report('pending', { context: 'CI' });
    expect(w.combined().state).toBe('pending');
    w.report('success', { context: 'ci' });
    expect(w.combined()).toMatchObject({
      state: 'success',
      sha: w.sha,
      total_count: 2,
      statuses: [
        { context: 'ci', state: 'success' },
        { context: 'lint', state: 'success' },
      ],
    });
    const listed = w.call('reader', `GET ${REPO}/commits/main/statuses`).body;
    expect(listed.map(({ context, state }: Record<string, string>) => `${context} ${state}`)).toEqual([
      'ci success',
      'CI pending',
      'lint success',
      'ci failure',
    ]);
    w.report('error', { context: 'lint' });
    expect(w.combined().state).toBe('failure');
  });

  it('are refused for unknown commits, bad addresses, long descriptions', () => {
    const w = started();
    const unknown = '0'.repeat(40);
    expect(w.call('writer', `POST ${REPO}/statuses/${unknown}`, { state: 'success' })).toMatchObject({
      status: 422,
      body: { message: `No commit found for SHA: ${unknown}` },
    });
    expect(w.report('success', { target_url: 'ftp://x' }).status).toBe(422);
    expect(w.report('success', { description: 'x'.repeat(141) }).status).toBe(422);
    expect(w.report('fine').status).toBe(422);
    expect(w.heard()).toEqual([]);
  });

  it('are a thousand at most for a commit and context', () => {
    const w = started();
    const { id, ...row } = w.core.tables.commitStatuses.require(w.report('success').body.id as number);
    w.core.store.transaction(() => {
      for (let count = 1; count < 1000; count++)
        w.core.tables.commitStatuses.put({ ...row, id: newId(w.core) });
    });
    expect(id).toBeGreaterThan(0);
    expect(w.report('success')).toMatchObject({
      status: 422,
      body: {
        errors: [{ message: 'This SHA and context has reached the maximum number of statuses.' }],
      },
    });
    expect(w.report('success', { context: 'other' }).status).toBe(201);
  });

  it('tell the branches that contain the commit, ten at most, tips first', () => {
    const w = started();
    for (let at = 0; at < 11; at++) w.push(`branch-${at}`, { [`${at}.txt`]: 'x' });
    w.heard();
    w.report('success');
    const { branches } = w.heard()[0]!.body as { branches: { name: string }[] };
    expect(branches).toHaveLength(10);
    expect(branches[0]!.name).toBe('main');
  });
});
