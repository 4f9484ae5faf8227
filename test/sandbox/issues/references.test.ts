import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readReferences } from '../../../sandbox/issues/references.ts';
import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

describe('reading what a text names (docs: autolinked references, linking a pull request to an issue)', () => {
  it.each([
    ['Fixes #12', [{ number: 12, closes: true }]],
    [
      'closes: #1, resolved #2 and #3',
      [
        { number: 1, closes: true },
        { number: 2, closes: true },
        { number: 3, closes: false },
      ],
    ],
    ['FIXED GH-7', [{ number: 7, closes: true }]],
    ['fix owner/repo#4', [{ owner: 'owner', repo: 'repo', number: 4, closes: true }]],
    ['resolves https://github.com/o/r/issues/5', [{ owner: 'o', repo: 'r', number: 5, closes: true }]],
    ['see http://github.localhost:80/o/r/pull/6', [{ owner: 'o', repo: 'r', number: 6, closes: false }]],
    ['prefixes #9', [{ number: 9, closes: false }]],
    ['fixed the colour #123abc of a#4 and &#35;5', []],
    ['`fixes #1` and\n```\nfixes #2\n```\n<!-- fixes #3 -->', []],
    ['~~~ js\n#1', []],
  ])('%s', (text, issues) => {
    expect(readReferences(text).issues).toEqual(issues);
  });

  it.each([
    ['@reader and @Writer-2, (@owner).', ['reader', 'writer-2', 'owner']],
    ['mail a@b.example, @org/team, `@code`, \\@', []],
    ['@dependabot[bot]', ['dependabot[bot]']],
  ])('%s', (text, mentions) => {
    expect(readReferences(text).mentions).toEqual(mentions);
  });

  it('reads anything, fast', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (text) => {
        for (const { number } of readReferences(text).issues) expect(Number.isSafeInteger(number)).toBe(true);
      }),
    );
    const start = performance.now();
    readReferences(
      `${'`'.repeat(20_000)}${'@a'.repeat(10_000)}${'<!--'.repeat(5000)}${'fixes '.repeat(2000)}`,
    );
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('commits and pull requests that name issues', () => {
  it('a commit pushed to the default branch closes what it fixes', () => {
    const w = pullWorld();
    for (const title of ['one', 'two']) w.call('writer', `POST ${ISSUES}`, { title });
    w.told();
    const oid = w.push('main', { 'b.txt': '1\n' }, { message: 'Fix it\n\nFixes #1, see #2\n' });
    expect(w.call('reader', `GET ${ISSUES}/1`).body).toMatchObject({
      state: 'closed',
      state_reason: 'completed',
      closed_by: { login: 'writer' },
    });
    expect(w.call('reader', `GET ${ISSUES}/2`).body.state).toBe('open');
    expect(w.call('reader', `GET ${ISSUES}/1/events`).body).toMatchObject([
      { event: 'referenced', commit_id: oid },
      { event: 'closed', commit_id: oid },
    ]);
    expect(w.call('reader', `GET ${ISSUES}/2/events`).body).toMatchObject([
      { event: 'referenced', commit_id: oid, commit_url: expect.stringContaining(oid) as string },
    ]);
    expect(w.told().map(({ name }) => name)).toContain('issues.closed');
  });

  it('a commit on another branch only refers to it, and closes it once it is merged', () => {
    const w = pullWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'one' });
    w.push('feature', { 'b.txt': '1\n' }, { message: 'Fixes #1\n' });
    expect(w.call('reader', `GET ${ISSUES}/1`).body.state).toBe('open');
    const number = w.open('feature');
    w.call('writer', `PUT /repos/owner/repo/pulls/${number}/merge`, {});
    expect(w.call('reader', `GET ${ISSUES}/1`).body.state).toBe('closed');
    const events = w
      .call('reader', `GET ${ISSUES}/1/events`)
      .body.map(({ event }: { event: string }) => event);
    expect(events).toEqual(['referenced', 'closed']);
  });

  it('issues of another repository are closed by those who may write there', () => {
    const w = pullWorld();
    const fork = w.fork('outsider');
    w.call('outsider', 'POST /repos/outsider/repo/issues', { title: 'there' });
    w.call('writer', `POST ${ISSUES}`, { title: 'here' });
    w.push('main', { 'b.txt': '1\n' }, { message: 'Fixes outsider/repo#1\n' });
    expect(w.call('reader', 'GET /repos/outsider/repo/issues/1').body.state).toBe('open');
    w.push('main', { 'c.txt': '1\n' }, { as: 'outsider', into: fork, message: 'Fixes owner/repo#1\n' });
    expect(w.call('reader', `GET ${ISSUES}/1`).body.state).toBe('open');
    expect(w.call('reader', `GET ${ISSUES}/1/events`).body).toMatchObject([{ event: 'referenced' }]);
  });

  it('who has a commit on the default branch is a contributor', () => {
    const w = pullWorld();
    const { accounts } = w.core.tables;
    w.core.store.transaction(() =>
      accounts.put({ ...accounts.find('login', 'outsider')!, email: 'outsider@example.com' }),
    );
    w.call('outsider', `POST ${ISSUES}`, { title: 'x' });
    const tip = w.commit({ 'b.txt': '1\n' }, [w.tip('main')], 'Theirs\n', 'outsider');
    w.move('main', tip);
    expect(w.call('reader', `GET ${ISSUES}/1`).body.author_association).toBe('CONTRIBUTOR');
  });
});
