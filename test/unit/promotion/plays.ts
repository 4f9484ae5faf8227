import fc from 'fast-check';

import { HOUR, PEOPLE, stage, Story } from './story.ts';
import type { Name } from './story.ts';

/** Of every property over plays. */
export const SETTINGS = { seed: 20_260_301, numRuns: 120 } as const;
const NAMES = Object.keys(PEOPLE) as Name[];
const MODELS = ['churn', 'fraud', 'churn', 'fraud', 'chrun'] as const;
const STAGES = ['staging', 'production', 'staging', 'production', 'prod'] as const;

/** What the plays are under. */
export const config = {
  churn: {
    staging: stage({ deploys: true }),
    production: stage({
      after: 'staging',
      soakMs: HOUR,
      approvals: 2,
      approvers: ['owner', 'writer', '@acme/ml'],
      deploys: true,
    }),
  },
  fraud: { staging: stage(), production: stage({ approvals: 1, holdout: 'hidden' }) },
};

/** Mostly people who may do something. */
const name = fc.oneof(fc.constantFrom<Name>('owner', 'writer', 'maintainer'), fc.constantFrom(...NAMES));
const model = fc.constantFrom(...MODELS);
const where = fc.constantFrom(...STAGES);
const version = fc.constantFrom('v1.0.0', 'v1.0.0', 'v2.0.0', 'v3.0.0');
/** What somebody types. */
export const body = fc.oneof(
  fc.tuple(model, version, where).map(([m, v, s]) => `/promote ${m}@${v} ${s}`),
  fc.tuple(model, where).map(([m, s]) => `/promote ${m} ${s}`),
  fc.tuple(model, version, where).map(([m, v, s]) => `/approve ${m}@${v} ${s}`),
  fc.tuple(model, version, where).map(([m, v, s]) => `/approve ${m}@${v} ${s}`),
  fc.tuple(model, where).map(([m, s]) => `/rollback ${m} ${s}`),
  fc.tuple(model, where, version).map(([m, s, v]) => `/rollback ${m} ${s} ${v}`),
  fc.tuple(model, where).map(([m, s]) => `/freeze ${m} ${s} "x"`),
  fc.tuple(model, where).map(([m, s]) => `/unfreeze ${m} ${s}`),
  model.map((m) => `/accept ${m} "x"`),
  model.map((m) => `/accept-test ${m}`),
);
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      body,
      by: name,
      issue: fc.constantFrom(1, 7, 8),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('label' as const),
      label: fc.tuple(fc.constantFrom('promote', 'approve'), where).map(([kind, s]) => `${kind}:${s}`),
      by: name,
      pull: fc.constantFrom(7, 8),
      action: fc.constantFrom('labeled' as const, 'labeled' as const, 'unlabeled' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('register' as const),
      model: fc.constantFrom('churn', 'fraud'),
      by: name,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('run' as const), works: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.integer({ min: 0, max: 2 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('demote' as const),
      who: name,
      role: fc.constantFrom('read' as const, 'write' as const),
    }),
  },
);
/** One thing that somebody does. */
export type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** A story in which people did so; `seen` is called after each act. */
export function play(acts: readonly Act[], seen: (story: Story) => void = () => undefined): Story {
  const story = new Story(config).pull(7, 'writer').pull(8, 'writer-2');
  story.change('maintainer', { teams: ['@acme/ml'] });
  const verdict = { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' } as const;
  for (const one of ['churn', 'fraud']) story.register(one, 'v1.0.0', { by: ['writer-2'], verdict });
  story.verified('churn', 'v1.0.0', 'staging');
  let made = 1;
  for (const one of acts) {
    if (one.do === 'say') story.say(one.body, one.by, { issue: one.issue });
    else if (one.do === 'label') story.label(one.label, one.by, one.pull, one.action);
    else if (one.do === 'run')
      story.run(one.works ? { status: 'verified' } : { status: 'failed', reason: 'crash' });
    else if (one.do === 'wait') story.wait(one.hours * HOUR);
    else if (one.do === 'demote') story.change(one.who, { role: one.role });
    else if (made < 3) {
      made += 1;
      const holdout = made % 2 === 0 ? 'hidden' : 'visible';
      story.register(one.model, `v${made}.0.0`, {
        by: [one.by],
        pull: 5 + made,
        verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout },
      });
    }
    seen(story);
  }
  return story;
}

/** What people do, one after another. */
export const plays = fc.array(act, { minLength: 5, maxLength: 60, size: 'max' });
