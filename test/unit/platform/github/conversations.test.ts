import { expect, test } from 'vitest';

import { Refused, type Api } from '../../../../src/platform/github/api.ts';
import { connection } from '../../../../src/platform/github/connection.ts';
import { repositoryReads } from '../../../../src/platform/github/repository-reads.ts';

const ISSUE = {
  number: 5,
  repository_url: 'https://api.github.com/repos/Owner/repo',
  state: 'open',
  title: 'Release',
  user: { id: 1, login: 'owner' },
  labels: [],
  comments: 0,
  updated_at: '2026-03-01T12:00:00Z',
};

/** Reads of owner/repo where every call has this answer. */
function reading(answer: unknown) {
  const api: Api = (route) =>
    typeof answer === 'number'
      ? Promise.reject(new Refused(route, answer, 'no'))
      : Promise.resolve({ status: 200, data: answer, headers: {} });
  return repositoryReads(connection(api, { owner: 'owner', repo: 'repo' }));
}

test('an issue that was deleted is none, wherever it is asked for', async () => {
  for (const status of [404, 410]) {
    expect(await reading(status).conversation(5)).toBeNull();
    expect(await reading(status).comments(5)).toEqual([]);
    expect(await reading(status).labelEvents(5)).toEqual([]);
  }
  await expect(reading(403).conversation(5)).rejects.toThrow('403');
});

test('an issue that was transferred is another repository’s, whatever its number there', async () => {
  expect(await reading(ISSUE).conversation(5)).toMatchObject({ number: 5, isPull: false });
  const elsewhere = { ...ISSUE, repository_url: 'https://api.github.com/repos/owner/other-repo' };
  expect(await reading(elsewhere).conversation(5)).toBeNull();
});

test('when an issue was brought here is the newest time', async () => {
  const event = (id: number, name: string, day: number) => ({
    id,
    event: name,
    actor: null,
    created_at: `2026-03-0${day}T12:00:00Z`,
  });
  const events = [event(1, 'transferred', 2), event(2, 'transferred', 1), event(3, 'closed', 3)];
  expect(await reading(events).arrived(5)).toBe('2026-03-02T12:00:00Z');
  expect(await reading([event(3, 'closed', 3)]).arrived(5)).toBeNull();
});

test('who made a pull request: authors and committers that GitHub knows, each once', async () => {
  const [one, two] = [
    { id: 1, login: 'owner' },
    { id: 2, login: 'writer' },
  ];
  const commits = [
    { sha: 'a', author: one, committer: two },
    { sha: 'b', author: null, committer: {} },
    { sha: 'c', author: two, committer: { id: 19864447, login: 'web-flow' } },
  ];
  expect(await reading(commits).makersOf(5)).toEqual([one, two]);
});
