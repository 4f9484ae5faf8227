import type { Mutant } from './apply.ts';

const ACCEPT = 'src/promotion/accept-rules.ts';
const ACCEPTANCE = 'src/promotion/acceptance.ts';
const APPROVALS = 'src/promotion/approvals.ts';
const PAST = 'src/promotion/past.ts';
const KEYS = 'src/promotion/keys.ts';
const MERGE = 'src/promotion/merge.ts';
const PEOPLE = 'src/promotion/people.ts';
const ROLLBACK = 'src/promotion/rollback-rules.ts';
const RULES = 'src/promotion/promote-rules.ts';
const STEPS = 'src/promotion/steps.ts';
const SUBJECT = 'src/promotion/subject.ts';
const WEIGH = 'src/promotion/weigh.ts';
const TESTS = ['test/unit/promotion'];
const MERGING = ['test/unit/promotion/merge.test.ts'];
const ACCEPTING = ['test/unit/promotion/accepting.test.ts'];

/** Designs of what is decided. */
export const PROMOTION: readonly Mutant[] = [
  {
    name: 'an approval of one stage counts for another',
    tests: TESTS,
    patches: [
      {
        file: APPROVALS,
        from: 'return JSON.stringify([model, stage, version]);',
        to: 'return JSON.stringify([model, version, stage.length - stage.length]);',
      },
    ],
  },
  {
    name: 'approvals need no rights',
    tests: TESTS,
    patches: [{ file: APPROVALS, from: 'if (rights !== null) return rights;', to: 'void rights;' }],
  },
  {
    name: 'an approval outlives what it was for',
    tests: TESTS,
    patches: [
      {
        file: APPROVALS,
        from: 'if (left === null || isAfter(request, left)) return version;',
        to: "if (left !== '') return version;",
      },
    ],
  },
  {
    name: 'one approval is enough',
    tests: TESTS,
    patches: [
      {
        file: APPROVALS,
        from: 'if (approvals.length < needed) {',
        to: 'if (approvals.length < Math.min(needed, 1)) {',
      },
    ],
  },
  {
    name: 'approvers of teams need not be in them',
    tests: TESTS,
    patches: [
      {
        file: PEOPLE,
        from: "name.includes('/') ? teams.includes(name)",
        to: "name.includes('/') ? teams.length >= 0",
      },
    ],
  },
  {
    name: 'people are known by what they were called',
    tests: TESTS,
    patches: [
      { file: PEOPLE, from: 'name === plain(person.login)', to: 'plain(person.login).startsWith(name)' },
    ],
  },
  {
    name: 'a rollback goes to what never ran there',
    tests: TESTS,
    patches: [
      {
        file: ROLLBACK,
        from: 'possible.find(({ version }) => version === request.version) ??',
        to: 'place.state?.versions.find(({ version }) => version === request.version) ??',
      },
    ],
  },
  {
    name: 'two rollbacks of one fire go back two versions',
    tests: TESTS,
    patches: [{ file: ROLLBACK, from: 'if (since !== null) return since;', to: 'void since;' }],
  },
  {
    name: 'a rollback takes no approver',
    tests: TESTS,
    patches: [
      {
        file: WEIGH,
        from: 'function rollback(scales: Scales, request: Request, place: Place): Partial<Outcome> {\n  const rights = standing(scales, request, place, true);',
        to: 'function rollback(scales: Scales, request: Request, place: Place): Partial<Outcome> {\n  const rights = standing(scales, request, place, false);',
      },
    ],
  },
  {
    name: 'a freeze takes no approver',
    tests: TESTS,
    patches: [
      {
        file: WEIGH,
        from: 'const findings = standing(scales, request, place, true);',
        to: 'const findings = standing(scales, request, place, false);',
      },
    ],
  },
  {
    name: 'a stage without approvals takes anybody',
    tests: TESTS,
    patches: [
      {
        file: WEIGH,
        from: 'standing(scales, request, place, place.policy.approvals === 0);',
        to: 'standing(scales, request, place, false);',
      },
    ],
  },
  {
    name: 'any log is trusted',
    tests: TESTS,
    patches: [
      {
        file: WEIGH,
        from: '    modeUnmet(world, place.stage, place.policy),\n    rightsUnmet(',
        to: '    rightsUnmet(',
      },
    ],
  },
  {
    name: 'a name means what it comes to mean',
    tests: TESTS,
    patches: [
      {
        file: SUBJECT,
        from: 'return named !== undefined && wasSeen(named) ? named :',
        to: 'return named !== undefined ? named :',
      },
    ],
  },
  {
    name: 'keys of two repositories are one',
    tests: TESTS,
    patches: [
      {
        file: KEYS,
        from: 'return digestOf([repository, kind, source.via,',
        to: 'return digestOf([repository * 0, kind, source.via,',
      },
    ],
  },
  {
    name: 'a key knows no event',
    tests: TESTS,
    patches: [
      {
        file: KEYS,
        from: "const event = source.via === 'command' ? at : source.event;",
        to: "const event = source.via === 'command' ? at : null;",
      },
    ],
  },
  {
    name: 'a key knows no kind',
    tests: TESTS,
    patches: [
      {
        file: KEYS,
        from: 'digestOf([repository, kind, source.via,',
        to: 'digestOf([repository, kind.length * 0, source.via,',
      },
    ],
  },
  {
    name: 'steps of two entries are one',
    tests: TESTS,
    patches: [
      {
        file: KEYS,
        from: 'return digestOf([repository, step, of]);',
        to: 'return digestOf([repository, step, of * 0]);',
      },
    ],
  },
  {
    name: 'a version may skip its hidden test',
    tests: TESTS,
    patches: [
      {
        file: RULES,
        from: "if (place.policy.holdout === 'visible' ||",
        to: "if (place.policy.holdout !== 'none' as never ||",
      },
    ],
  },
  {
    name: 'soak counts after it was replaced',
    tests: TESTS,
    patches: [
      {
        file: RULES,
        from: 'span.until === null ? now.getTime() : Date.parse(span.until)',
        to: 'span.until === null ? now.getTime() : now.getTime()',
      },
    ],
  },
  {
    name: 'adopted versions are deployed',
    tests: TESTS,
    patches: [
      {
        file: RULES,
        from: 'if (version.manifest !== null || !place.policy.deploys) return null;',
        to: "if (version.version !== '') return null;",
      },
    ],
  },
  {
    name: 'two deployments of a stage run at once',
    tests: TESTS,
    patches: [
      {
        file: RULES,
        from: "if (held?.status !== 'pending' || held.version === version.version) return null;",
        to: "if (held?.status !== 'failed' || held.version !== version.version) return null;",
      },
    ],
  },
  {
    name: 'what failed can be accepted',
    tests: ACCEPTING,
    patches: [
      {
        file: ACCEPTANCE,
        from: "return decision === 'inconclusive' || decision === 'skipped' ? 'accept' : null;",
        to: "return decision === '' ? null : 'accept';",
      },
    ],
  },
  {
    name: 'a changed test set is accepted like anything else',
    tests: ACCEPTING,
    patches: [
      {
        file: ACCEPTANCE,
        from: "if (reason === 'TEST_CHANGED' && (decision === 'fail' || decision === 'inconclusive')) return 'accept-test';",
        to: '',
      },
    ],
  },
  {
    name: 'accepting one evaluation accepts the next',
    tests: TESTS,
    patches: [
      {
        file: ACCEPTANCE,
        from: 'op === command && evaluation === judged.digest',
        to: 'op === command && evaluation !== judged.decision',
      },
    ],
  },
  {
    name: 'what was judged after it was asked is accepted',
    tests: ACCEPTING,
    patches: [
      {
        file: ACCEPT,
        from: 'if (Date.parse(evaluation.judged) <= Date.parse(request.at)) return null;',
        to: "if (evaluation.judged !== '') return null;",
      },
    ],
  },
  {
    name: 'authors accept their own evaluation',
    tests: ACCEPTING,
    patches: [
      {
        file: ACCEPT,
        from: '.some(({ id }) => id === request.actor.id);',
        to: '.some(({ id }) => id === -request.actor.id);',
      },
    ],
  },
  {
    name: 'a failed deployment is verified',
    tests: TESTS,
    patches: [
      {
        file: STEPS,
        from: "append(world, place, held, 'failed', outcome.reason);",
        to: "append(world, place, held, 'verified', outcome.reason);",
      },
    ],
  },
  {
    name: 'a stage that is declared no more goes on',
    tests: TESTS,
    patches: [
      {
        file: STEPS,
        from: 'if (policy === undefined || !isTrusted(world, policy)) return null;',
        to: 'if (policy === undefined) return null;',
      },
    ],
  },
  {
    name: 'a request that a newer one overtook is granted',
    tests: TESTS,
    patches: [
      { file: PAST, from: 'if (done !== undefined) return newer(', to: 'if (done === one) return newer(' },
    ],
  },
  {
    name: 'a head that was not merged was judged',
    tests: MERGING,
    patches: [
      { file: MERGE, from: 'if (record.head !== merge.headAtMerge) {', to: "if (record.head === '') {" },
    ],
  },
  {
    name: 'bytes of a fork become a version',
    tests: MERGING,
    patches: [
      {
        file: MERGE,
        from: 'if (merge.fork || !record.same_repository)',
        to: 'if (merge.fork && !record.same_repository)',
      },
    ],
  },
  {
    name: 'bytes that another train key made become a version',
    tests: MERGING,
    patches: [{ file: MERGE, from: '&& record.train_key === facts.trainKey,', to: ',\n' }],
  },
  {
    name: 'bytes of a run that failed become a version',
    tests: MERGING,
    patches: [
      {
        file: MERGE,
        from: "if (record.run.conclusion !== 'success') {",
        to: "if (record.run.conclusion === '') {",
      },
    ],
  },
  {
    name: 'bytes of a workflow that was changed become a version',
    tests: MERGING,
    patches: [{ file: MERGE, from: 'if (!record.workflows_equal_base)', to: 'if (record.pull < 0)' }],
  },
  {
    name: 'other bytes than were judged become a version',
    tests: MERGING,
    patches: [
      {
        file: MERGE,
        from: 'if (files.get(file.sha256) === file.bytes) continue;',
        to: 'if (files.size >= 0) continue;',
      },
    ],
  },
  {
    name: 'one of two evaluations of a train key is chosen',
    tests: MERGING,
    patches: [{ file: MERGE, from: 'if (records.length > 1) {', to: 'if (records.length > 99) {' }],
  },
];
