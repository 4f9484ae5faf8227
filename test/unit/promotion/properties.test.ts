import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { answerText, decide, inOrder, requestsFrom, RULES } from '../../../src/promotion/index.ts';
import type { Decided, Request, World } from '../../../src/promotion/index.ts';
import { body, config, play, plays, SETTINGS } from './plays.ts';
import { HOUR, PEOPLE, person, Story } from './story.ts';
import type { Name } from './story.ts';

function isWriter(story: Story, id: number): boolean {
  const now = story.people.get(id);
  return now !== undefined && !now.bot && ['write', 'maintain', 'admin'].includes(now.role);
}

describe('whatever people do', () => {
  test('every entry was asked for by who may, with the approvals that its stage asks for', () => {
    let promoted = 0;
    fc.assert(
      fc.property(plays, (acts) => {
        let before = 0;
        play(acts, (story) => {
          for (const entry of story.entries.slice(before)) {
            if (['register', 'verified', 'failed'].includes(entry.op) || entry.n <= 4) continue;
            if (entry.op === 'rollback' && entry.actor.id === 99) continue;
            expect(isWriter(story, entry.actor.id)).toBe(true);
            const policy = config[entry.model as 'churn'][entry.stage as 'staging'];
            if (entry.op !== 'promote') continue;
            promoted += policy.approvals > 0 ? 1 : 0;
            const ids = new Set(entry.approvals.map(({ id }) => id));
            expect(ids.size).toBe(entry.approvals.length);
            expect(ids.size).toBeGreaterThanOrEqual(policy.approvals);
            const state = story.models.get(entry.model)!;
            const { authors } = state.versions.find((one) => one.version === entry.version)!;
            if (policy.approvals > 0) {
              expect([...ids].some((id) => authors.every((author) => author.id !== id))).toBe(true);
            }
            for (const id of ids) expect(isWriter(story, id)).toBe(true);
          }
          before = story.entries.length;
        });
      }),
      { ...SETTINGS, numRuns: 300 },
    );
    expect(promoted).toBeGreaterThan(5);
  });

  test('each key is recorded once, and everything comes to rest', () => {
    fc.assert(
      fc.property(plays, (acts) => {
        const story = play(acts).run({ status: 'verified' });
        expect(story.recorded.size).toBe(story.entries.length);
        expect(story.decide().next).toBeNull();
      }),
      SETTINGS,
    );
  });

  test('every refusal says what is and what would satisfy it, in words that can be shown', () => {
    fc.assert(
      fc.property(plays, (acts) => {
        for (const answer of play(acts).decide().answers) {
          expect(answer.unmet.length === 0).toBe(['granted', 'recorded'].includes(answer.status));
          expect(answer.n === null).toBe(answer.status !== 'recorded');
          for (const { rule, message, satisfy } of answer.unmet) {
            expect(RULES).toContain(rule);
            expect(message).toMatch(/\S.*\.$/u);
            expect(satisfy.trim()).not.toBe('');
          }
          expect(answerText(answer).headline).toMatch(/^(?:Done|Granted|Approved|Waiting|Not done): .+\.$/u);
        }
      }),
      SETTINGS,
    );
  });

  test('the order in which requests are listed changes nothing', () => {
    fc.assert(
      fc.property(plays, fc.infiniteStream(fc.nat()), (acts, numbers) => {
        const story = play(acts);
        const world = story.world();
        const shuffled = world.requests
          .map((request) => ({ request, at: numbers.next().value ?? 0 }))
          .sort((left, right) => left.at - right.at)
          .map(({ request }) => request);
        const now = new Date(story.now);
        expect(decide({ ...world, requests: shuffled }, config, now)).toEqual(decide(world, config, now));
        expect(inOrder(shuffled)).toEqual(inOrder(world.requests));
      }),
      SETTINGS,
    );
  });

  test('time only relaxes: what is granted now is granted later, and soak ends at the wake', () => {
    fc.assert(
      fc.property(plays, fc.integer({ min: 0, max: 10 * HOUR }), (acts, ms) => {
        const story = play(acts);
        const world = story.world();
        const now = decide(world, config, new Date(story.now));
        const later = decide(world, config, new Date(story.now + ms));
        const rank = { refused: 0, waiting: 1, granted: 2, recorded: 3 };
        const rules = (decided: Decided, index: number): string[] =>
          decided.answers[index]!.unmet.map(({ rule }) => rule).filter((rule) => rule !== 'superseded');
        for (const [index, answer] of now.answers.entries()) {
          if (rules(later, index).length === rules(now, index).length) continue;
          expect(rules(now, index).filter((rule) => rule !== 'soak')).toEqual(rules(later, index));
          expect(rank[later.answers[index]!.status]).toBeGreaterThanOrEqual(rank[answer.status]);
        }
        if (now.wake !== null) {
          const just = decide(world, config, new Date(now.wake.getTime() - 1));
          expect(just.answers).toHaveLength(now.answers.length);
          expect(now.wake.getTime()).toBeGreaterThan(story.now);
        }
      }),
      SETTINGS,
    );
  });

  test('taking any one approval away below what is needed refuses', () => {
    let tried = 0;
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['owner', 'writer', 'maintainer'] as const, { minLength: 2 }),
        fc.nat(2),
        (approvers, drop) => {
          const story = new Story(config).change('maintainer', { teams: ['@acme/ml'] });
          story
            .register('churn', 'v1.0.0', { by: ['writer-2'] })
            .verified('churn', 'v1.0.0', 'staging')
            .wait(HOUR);
          story
            .say('/promote churn@v1.0.0 production', 'reader')
            .say('/promote churn@v1.0.0 production', 'writer-2');
          for (const one of approvers) story.say('/approve churn@v1.0.0 production', one);
          const world = story.world();
          const now = new Date(story.now);
          expect(decide(world, config, now).next).toMatchObject({
            draft: { op: 'promote', actor: person('writer-2') },
          });
          const approvals = world.requests.filter(({ kind }) => kind === 'approve');
          const dropped = approvals[drop % approvals.length]!;
          const fewer: World = {
            ...world,
            requests: world.requests.filter((request) => request !== dropped),
          };
          tried += 1;
          expect(decide(fewer, config, now).next === null).toBe(approvers.length === 2);
        },
      ),
      { ...SETTINGS, numRuns: 50 },
    );
    expect(tried).toBeGreaterThan(10);
  });

  test('nobody without write access changes anything, however much they ask', () => {
    const forged = fc.array(fc.tuple(body, fc.constantFrom<Name>('triager', 'reader', 'outsider', 'app')), {
      maxLength: 10,
    });
    fc.assert(
      fc.property(plays, forged, (acts, words) => {
        const story = play(acts);
        const honest = story.decide();
        for (const [text, by] of words) story.say(text, by, { issue: 1 });
        for (const by of ['triager', 'reader', 'outsider', 'app'] as const) {
          story
            .change(by, { role: PEOPLE[by].role })
            .label('promote:staging2', by, 7)
            .label('approve:production2', by, 8);
        }
        const demoted = acts.some(
          (one) => one.do === 'demote' && ['triager', 'reader', 'outsider', 'app'].includes(one.who),
        );
        fc.pre(!demoted);
        const after = decide(story.world(), config, new Date(story.now));
        // Time went by while they asked: only soak may have ended.
        fc.pre(honest.wake === null || honest.wake.getTime() > story.now);
        expect(after.next).toEqual(honest.next);
      }),
      SETTINGS,
    );
  });
});

describe('whatever is written', () => {
  test('parsing ends, and gives requests only for lines that begin with a command', () => {
    const line = fc.oneof(
      body,
      fc.string({ maxLength: 60, unit: 'binary' }),
      fc.constantFrom('```', '> /promote a b', '', '    /promote a b'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.boolean(), (lines, edited) => {
        const story = new Story(config).say(lines.join('\n'), 'writer', { edited });
        const comments = story.comments.get(1)!;
        const heard = requestsFrom({
          repository: 1,
          issue: { number: 1, isPull: false },
          labelEvents: [],
          comments,
          config,
        });
        const top = lines.join('\n').split(/\r\n|\r|\n/u);
        if (edited) expect([heard.requests, heard.asked, heard.help]).toEqual([[], [], []]);
        for (const { source, key } of heard.requests) {
          expect(top[source.line - 1]).toMatch(/^ {0,3}\/[a-z-]+/iu);
          for (const earlier of top.slice(0, source.line - 1))
            expect(earlier.trim() === '' || /^ {0,3}\//u.test(earlier)).toBe(true);
          expect(key).toMatch(/^[0-9a-f]{64}$/u);
        }
        for (const { unmet } of heard.refused) expect(unmet.satisfy).not.toBe('');
      }),
      { ...SETTINGS, numRuns: 500 },
    );
  });

  test('decide never throws, whatever the requests say', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('churn', 'staging', 'v1.0.0', '__proto__', 'constructor'),
    );
    const odd = fc.record({
      key: fc.string({ unit: fc.constantFrom('0', 'a'), minLength: 64, maxLength: 64 }),
      kind: fc.constantFrom('promote', 'approve', 'rollback', 'freeze', 'unfreeze', 'accept', 'accept-test'),
      model: fc.option(text),
      version: fc.option(text),
      stage: fc.option(text),
      reason: fc.option(fc.string()),
      actor: fc.record({ id: fc.nat(9), login: fc.string() }),
      source: fc.record({
        via: fc.constantFrom('label', 'comment', 'command'),
        event: fc.nat(5),
        issue: fc.option(fc.nat(9)),
        pull: fc.boolean(),
        line: fc.nat(3),
      }),
      at: fc.oneof(fc.string(), fc.constant('2026-03-01T14:00:00Z')),
    }) satisfies fc.Arbitrary<Request>;
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 8 }), plays, fc.boolean(), (requests, acts, invalid) => {
        const story = play(acts);
        const world = { ...story.world(), requests };
        const decided = decide(world, config, new Date(invalid ? Number.NaN : story.now));
        expect(decided.answers.length).toBeGreaterThanOrEqual(new Set(requests.map(({ key }) => key)).size);
        for (const answer of decided.answers) expect(answerText(answer).headline).not.toBe('');
      }),
      { ...SETTINGS, numRuns: 150 },
    );
  });
});
