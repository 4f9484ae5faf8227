import { describe, expect, test } from 'vitest';

import { HEARD, WRITERS, person, stage, Story } from './story.ts';
import type { Name } from './story.ts';

describe('accepting an evaluation', () => {
  const judged = (decision: string, reason: string, judgedAt = '2026-03-01T12:00:00Z'): Story =>
    new Story({
      churn: {
        late: stage({ after: 'middle', approvals: 1, approvers: ['maintainer'] }),
        middle: stage({ after: 'early', approvals: 1, approvers: ['owner', 'writer'] }),
        early: stage(),
      },
      fraud: { staging: stage() },
    }).pull(7, 'writer', {
      churn: { digest: 'e'.repeat(64), decision, reason, judged: judgedAt },
      fraud: { digest: 'f'.repeat(64), decision, reason, judged: judgedAt },
    });
  const say = (story: Story, body: string, by: Name, issue = 7): string[] =>
    story.say(body, by, { issue }).verdict();

  test.each([
    ['inconclusive', 'GATE_INCONCLUSIVE', 'granted', 'refused'],
    ['skipped', 'NOTHING_TO_DO', 'granted', 'refused'],
    ['skipped', 'NO_GATES', 'refused', 'refused'],
    ['fail', 'TEST_CHANGED', 'refused', 'granted'],
    ['inconclusive', 'TEST_CHANGED', 'refused', 'granted'],
    ['fail', 'GATE_FAILED', 'refused', 'refused'],
    ['pass', 'ALL_GATES_PASS', 'refused', 'refused'],
    ['error', 'X', 'refused', 'refused'],
  ])('%s (%s): /accept is %s, /accept-test is %s', (decision, reason, accept, acceptTest) => {
    expect(say(judged(decision, reason), '/accept churn "small set"', 'owner')[0]).toBe(accept);
    expect(say(judged(decision, reason), '/accept-test churn', 'owner')[0]).toBe(acceptTest);
  });

  test('by an approver of the first stage that needs approvals, else by a writer, never by the author', () => {
    for (const name of HEARD) {
      const story = judged('inconclusive', 'X');
      const churn = say(story, '/accept churn "x"', name);
      const fraud = say(story, '/accept fraud "x"', name);
      const writes = WRITERS.includes(name);
      expect([name, ...churn]).toEqual([
        name,
        ...(name === 'owner' ? ['granted'] : ['refused', name === 'writer' ? 'author-only' : 'no-rights']),
      ]);
      expect([name, ...fraud]).toEqual([
        name,
        ...(name === 'writer' ? ['refused', 'author-only'] : writes ? ['granted'] : ['refused', 'no-rights']),
      ]);
    }
    const together = judged('inconclusive', 'X');
    together.pulls.set(7, { ...together.pulls.get(7)!, authors: [person('owner')] });
    expect(say(together, '/accept churn "x"', 'owner')).toEqual(['refused', 'author-only']);
  });

  test('the entry names the evaluation, the pull request and the reason', () => {
    const story = judged('inconclusive', 'X').say('/accept churn "few rows"', 'owner', { issue: 7 }).run();
    expect(story.entries).toMatchObject([
      {
        op: 'accept',
        model: 'churn',
        evaluation: 'e'.repeat(64),
        pull: 7,
        reason: 'few rows',
        actor: { id: 1 },
      },
    ]);
    const test_ = judged('fail', 'TEST_CHANGED').say('/accept-test churn', 'owner', { issue: 7 }).run();
    expect(test_.entries).toMatchObject([{ op: 'accept-test', reason: 'the changed test set is accepted' }]);
  });

  test('once is enough', () => {
    const story = judged('inconclusive', 'X').say('/accept churn "few rows"', 'owner', { issue: 7 }).run();
    story.say('/accept churn "once more"', 'owner', { issue: 7 }).run();
    expect(story.entries).toHaveLength(1);
    expect(story.answer()).toMatchObject({
      status: 'refused',
      unmet: [{ rule: 'already-there', message: 'This evaluation was accepted by owner (entry 1).' }],
    });
  });

  test('an evaluation that came after the command, by a later push, is another one', () => {
    const story = judged('inconclusive', 'X', '2026-03-01T12:00:01Z').say('/accept churn "x"', 'owner', {
      issue: 7,
    });
    expect(story.answer().unmet).toEqual([
      {
        rule: 'nothing-to-accept',
        message: '`churn` was judged inconclusive (X), but only after this was asked.',
        satisfy: 'Look at the report as it is now, then `/accept churn "reason"` again.',
      },
    ]);
    expect(say(judged('inconclusive', 'X', 'some day'), '/accept churn "x"', 'owner')[0]).toBe('refused');
  });

  test.each([
    ['pass', 'OK', '/accept churn "x"', 'Nothing to do: it passed.'],
    [
      'fail',
      'BAD',
      '/accept churn "x"',
      'Improve the model: a push is judged anew. What failed is never accepted.',
    ],
    ['inconclusive', 'X', '/accept-test churn', '`/accept churn "reason"` is the command for that.'],
    ['inconclusive', 'TEST_CHANGED', '/accept churn "x"', '`/accept-test churn` is the command for that.'],
  ])('%s (%s), %s: what to do instead', (decision, reason, body, satisfy) => {
    const { unmet } = judged(decision, reason).say(body, 'owner', { issue: 7 }).answer();
    expect(unmet).toEqual([
      { rule: 'nothing-to-accept', message: `\`churn\` was judged ${decision} (${reason}).`, satisfy },
    ]);
  });

  test('nobody accepts their own: somebody else is asked', () => {
    const { unmet } = judged('inconclusive', 'X').say('/accept churn "x"', 'writer', { issue: 7 }).answer();
    expect(unmet).toEqual([
      {
        rule: 'author-only',
        message: 'Nobody accepts an evaluation of their own pull request.',
        satisfy: '`/accept churn "reason"` by somebody who did not make it.',
      },
    ]);
  });

  test('outside of a pull request, or before anything was judged, there is nothing to accept', () => {
    const story = judged('inconclusive', 'X');
    expect(say(story, '/accept churn "x"', 'owner', 3)).toEqual(['refused', 'nothing-to-accept']);
    expect(story.answer().unmet[0]?.satisfy).toContain('Write `/accept churn "reason"` in the pull request');
    expect(story.answer().unmet[0]?.message).toBe(
      'This is not in a pull request, so there is no evaluation to accept.',
    );
    expect(say(story, '/accept-test churn', 'owner', 3)).toEqual(['refused', 'nothing-to-accept']);
    expect(story.answer().unmet[0]?.satisfy).toContain('Write `/accept-test churn` in the pull request');
    story.pull(8, 'writer');
    expect(say(story, '/accept-test churn', 'owner', 8)).toEqual(['waiting', 'nothing-to-accept']);
    expect(story.answer().unmet[0]).toMatchObject({
      message: '`churn` was not judged in this pull request yet.',
      satisfy: 'Wait for the evaluation, look at it, and ask again.',
    });
    expect(say(story, '/accept-test churn', 'reader', 8)).toEqual([
      'refused',
      'nothing-to-accept',
      'no-rights',
    ]);
  });

  test('in mode open nothing is accepted where a stage asks for approvals', () => {
    const story = judged('inconclusive', 'X');
    story.mode = 'open';
    expect(say(story, '/accept churn "x"', 'owner')).toEqual(['refused', 'mode']);
    expect(say(story, '/accept fraud "x"', 'owner')).toEqual(['granted']);
  });

  test('stages that wait for each other end nothing', () => {
    const story = new Story({
      churn: {
        a: stage({ after: 'b', approvals: 1, approvers: ['owner'] }),
        b: stage({ after: 'a', approvals: 1 }),
      },
    }).pull(7, 'writer', {
      churn: {
        digest: 'e'.repeat(64),
        decision: 'inconclusive',
        reason: 'X',
        judged: '2026-03-01T12:00:00Z',
      },
    });
    expect(say(story, '/accept churn "x"', 'owner')).toEqual(['granted']);
  });
});
