import fc from 'fast-check';

import { START } from './histories.ts';

import type { GtoStep } from '../../../support/gto.ts';

const PAIRS = [
  ['churn', 'fraud'],
  ['churn', 'churn-2'],
  ['a', 'a/b'],
  ['cv:seg', 'seg'],
  ['x.y/z:m_1', '9'],
] as const;
const STAGES = [
  ['prod', 'staging'],
  ['prod/eu-1', 'prod'],
  ['v1', 'latest'],
] as const;
/** Nothing of GTO's, or nearly. */
const FOREIGN = [
  'v1.2.3',
  'release/2020',
  'a@b#c#d',
  'churn',
  'churn@1.0.0',
  'churn@v1.0',
  'churn#prod#',
  'x@',
  '#',
];
const YAML =
  'churn:\n  type: model\n  path: model.onnx\n  labels: [tabular]\nfraud:\n  path: s3://bucket/fraud\n';

const [names, stages] = [fc.constantFrom(...PAIRS), fc.constantFrom(...STAGES)];
const wish = fc.record({
  pause: fc.constantFrom(0, 1, 1, 60),
  which: fc.nat(1),
  on: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3),
  where: fc.constantFrom(0, 0, 1),
  simple: fc.constantFrom(undefined, undefined, true, false),
  force: fc.boolean(),
  version: fc.constantFrom('v0.0.1', 'v0.0.2', 'v1.0.0', 'v1.0.0-rc.1', 'v2.0.0+gpu'),
  place: fc.nat(30),
  // prettier-ignore
  what: fc.constantFrom(
    'register', 'register', 'register as', 'bump', 'assign', 'assign', 'assign', 'assign version', 'assign commit',
    'unassign', 'unassign', 'unassign version', 'forget assignment', 'deregister', 'forget version', 'deprecate',
    'forget', 'light', 'foreign', 'copy', 'drop', 'annotate',
  ),
});

type Wish = typeof wish extends fc.Arbitrary<infer Item> ? Item : never;

function step(wished: Wish, name: string, stage: string): readonly [string, Record<string, unknown>] {
  const { on, simple, force, version, place, what } = wished;
  const ref = `HEAD~${on}`;
  const how = simple === undefined ? {} : { simple };
  switch (what) {
    case 'register':
      return [what, { name, ref, force, ...how }];
    case 'register as':
      return ['register', { name, ref, version, ...how }];
    case 'bump':
      return ['register', { name, ref, bump_minor: on > 1, bump_major: on < 2 }];
    case 'assign':
      return [what, { name, ref, stage, force, ...how }];
    case 'assign version':
      return ['assign', { name, version, stage, force }];
    case 'assign commit':
      return ['assign', { name, ref, stage, skip_registration: true }];
    case 'unassign':
      return [what, { name, ref, stage, ...how }];
    case 'unassign version':
      return ['unassign', { name, version, stage }];
    case 'forget assignment':
      return ['unassign', { name, ref, stage, delete: true }];
    case 'deregister':
      return [what, { name, ref, ...how }];
    case 'forget version':
      return ['deregister', { name, ref, delete: true }];
    case 'deprecate':
      return [what, { name, force }];
    case 'forget':
      return ['deprecate', { name, delete: true }];
    case 'light':
      return ['tag', { name: `${name.replace(':', '=')}#${stage}#${place}`, ref, annotated: false }];
    case 'foreign':
      return ['tag', { name: FOREIGN[place % FOREIGN.length], ref, annotated: force }];
    case 'copy':
      return ['tag', { name: `${name.replace(':', '=')}@${version}`, ref }];
    case 'drop':
      return [what, { place }];
    case 'annotate':
      return [what, { text: `${YAML}# ${place}\n` }];
  }
}

/** What people do with GTO and with git beside it, a second apart or within one. */
export const gtoSteps: fc.Arbitrary<readonly GtoStep[]> = fc
  .tuple(names, stages, fc.array(wish, { minLength: 24, maxLength: 24 }))
  .map(([models, places, wishes]) => {
    let time = START;
    // Two versions of each, to begin with.
    const first = [1, 0].flatMap((on) =>
      models.map((name): GtoStep => [(time += 1), 'register', { name, ref: `HEAD~${on}` }]),
    );
    const rest = wishes.map((wished): GtoStep => {
      time += wished.pause;
      return [time, ...step(wished, models[wished.which] ?? '', places[wished.where])];
    });
    return [...first, ...rest];
  });
