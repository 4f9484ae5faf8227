import type { Mutant } from './apply.ts';

const CHOOSE = 'src/reconcile/evaluation/choose-run.ts';
const JUDGE = 'src/reconcile/evaluation/judge-one.ts';
const JUDGE_PULLS = 'src/reconcile/evaluation/judge-pulls.ts';
const LEDGER = 'src/reconcile/evaluation/ledger.ts';
const RECORDS = 'src/reconcile/evaluation/records.ts';
const PEOPLE = 'src/platform/github/people.ts';
const DELIVERIES = 'bot/deliveries.ts';
const EVALUATION = ['test/unit/reconcile/evaluation'];
const CHOOSING = ['test/unit/reconcile/evaluation/choose-run.test.ts'];
const VIEWS = ['test/unit/reconcile/views'];
const ROLES = ['test/unit/platform/github/people.test.ts'];
const DOOR = ['test/unit/bot/deliveries.test.ts'];
const QUEUE = ['test/unit/bot/queue.test.ts'];
const OVER_HTTP = ['test/unit/platform/github/log-store.test.ts'];

/** Designs of what comes from outside: GitHub's answers, runs, webhooks, and what people see. */
export const OUTSIDE: readonly Mutant[] = [
  {
    name: 'an artifact of another head is judged',
    tests: CHOOSING,
    patches: [
      { file: CHOOSE, from: 'if (run.headSha !== head.commit) return', to: "if (run.headSha === '') return" },
    ],
  },
  {
    name: 'a run of a fork passes for the repository’s',
    tests: CHOOSING,
    patches: [
      { file: CHOOSE, from: 'return isHere === head.here ? null :', to: 'return isHere || !isHere ? null :' },
    ],
  },
  {
    name: 'a run of any event is judged',
    tests: CHOOSING,
    patches: [
      { file: CHOOSE, from: "if (run.event !== 'pull_request') return", to: "if (run.event === '') return" },
    ],
  },
  {
    name: 'a run that failed is judged',
    tests: CHOOSING,
    patches: [
      {
        file: CHOOSE,
        from: "return status === 'completed' && conclusion === 'success';",
        to: "return status === 'completed' && conclusion !== '';",
      },
    ],
  },
  {
    name: 'an artifact of another run is judged',
    tests: CHOOSING,
    patches: [{ file: CHOOSE, from: 'artifact.run === run.id && ', to: '' }],
  },
  {
    name: 'gates of another base count',
    tests: EVALUATION,
    patches: [
      {
        file: JUDGE_PULLS,
        from: 'if (!pull.open || pull.base.branch !== defaultBranch) continue;',
        to: 'if (!pull.open) continue;',
      },
    ],
  },
  {
    name: 'what was judged names whatever it likes',
    tests: EVALUATION,
    patches: [
      {
        file: JUDGE,
        from: 'if (parsed.success && (parsed.data.model ?? model) === model)',
        to: 'if (parsed.success)',
      },
    ],
  },
  {
    name: 'a record is not bound to the judged head',
    tests: EVALUATION,
    patches: [{ file: JUDGE, from: 'head: run.headSha,', to: 'head: by.commit,' }],
  },
  {
    name: 'a record names no fork',
    tests: EVALUATION,
    patches: [
      {
        file: JUDGE,
        from: 'same_repository: pull.head.here && run.headRepository === run.repository,',
        to: 'same_repository: run.id > 0,',
      },
    ],
  },
  {
    name: 'anybody’s commit of the ledger counts',
    tests: EVALUATION,
    patches: [{ file: LEDGER, from: 'if (forged !== null) {', to: "if (forged?.problem === '') {" }],
  },
  {
    name: 'a note of another repository counts',
    tests: EVALUATION,
    patches: [
      {
        file: RECORDS,
        from: 'if (!parsed.success || parsed.data.repository !== repository) return null;',
        to: 'if (!parsed.success || repository < 0) return null;',
      },
    ],
  },
  {
    name: 'a record is whatever its file holds',
    tests: EVALUATION,
    patches: [
      {
        file: RECORDS,
        from: 'parsed.success && digestOf(parsed.data) === note.record ? parsed.data : null;',
        to: "parsed.success && note.record !== '' ? parsed.data : null;",
      },
    ],
  },
  {
    name: 'a later record of a head replaces the first',
    tests: EVALUATION,
    patches: [{ file: LEDGER, from: 'if (there !== undefined) return there;', to: 'void there;' }],
  },
  {
    name: 'a check that is inconclusive is a success',
    tests: [...VIEWS, ...EVALUATION],
    patches: [
      {
        file: 'src/reconcile/evaluation/results.ts',
        from: "inconclusive: 'action_required',",
        to: "inconclusive: 'success',",
      },
    ],
  },
  {
    name: 'a check shows the best of its models',
    tests: VIEWS,
    patches: [
      {
        file: 'src/reconcile/views/check.ts',
        from: "['failure', 'action_required', 'success', 'neutral'];",
        to: "['success', 'neutral', 'action_required', 'failure'];",
      },
    ],
  },
  {
    name: 'the check of another App is gone on with',
    tests: VIEWS,
    patches: [
      {
        file: 'src/reconcile/views/check.ts',
        from: 'run.by === self && run.externalId',
        to: 'run.externalId',
      },
    ],
  },
  {
    name: 'the comment is found by its first line, whoever wrote it',
    patches: [
      {
        file: 'src/reconcile/hear.ts',
        from: 'own: comments.filter(({ author }) => author.id === options.self.id),',
        to: 'own: comments,',
      },
    ],
  },
  {
    name: 'records of deployments are ours whoever made them',
    patches: [
      {
        file: 'src/reconcile/views/deployments.ts',
        from: '.filter(({ author }) => author === self);',
        to: '.filter(({ author }) => author !== -self);',
      },
    ],
  },
  {
    name: 'the tags of what failed say that it runs',
    tests: VIEWS,
    patches: [
      {
        file: 'src/reconcile/views/stage-tags.ts',
        from: 'verified.find(({ until }) => until === null);',
        to: 'verified.at(0);',
      },
    ],
  },
  {
    name: 'a custom role is what it is called',
    tests: ROLES,
    patches: [
      {
        file: PEOPLE,
        from: "return (role ?? 'none') as Role;",
        to: "return (found.role_name === role ? role : 'write') as Role;",
      },
    ],
  },
  {
    name: 'a login that somebody else took keeps its rights',
    tests: ROLES,
    patches: [
      {
        file: PEOPLE,
        from: 'if (found === null || found.user?.id !== person.id)',
        to: 'if (found === null)',
      },
    ],
  },
  {
    name: 'who was invited to a team is in it',
    tests: ROLES,
    patches: [{ file: PEOPLE, from: "return found?.state === 'active';", to: 'return found !== null;' }],
  },
  {
    name: 'a write without an answer is one that failed',
    tests: OVER_HTTP,
    patches: [
      {
        file: 'src/platform/github/api.ts',
        from: "code: write ? 'AMBIGUOUS' : 'NETWORK',",
        to: "code: write ? 'NETWORK' : 'NETWORK',",
      },
    ],
  },
  {
    name: 'webhooks are heard whoever signed them',
    tests: DOOR,
    patches: [
      {
        file: DELIVERIES,
        from: 'if (!(await isSigned(options.secrets, text, signature))) {',
        to: "if (signature === '') {",
      },
    ],
  },
  {
    name: 'webhooks are heard unsigned',
    tests: DOOR,
    patches: [
      {
        file: DELIVERIES,
        from: 'if (!(await isSigned(options.secrets, text, signature))) {',
        to: "if (signature !== '' && !(await isSigned(options.secrets, text, signature))) {",
      },
    ],
  },
  {
    name: 'the previous secret is refused',
    tests: DOOR,
    patches: [{ file: DELIVERIES, from: 'signature, [...previous])', to: 'signature, previous.slice(9))' }],
  },
  {
    name: 'payloads nest as deep as they like',
    tests: [...DOOR, 'test/unit/bot/body.test.ts'],
    patches: [
      {
        file: DELIVERIES,
        from: 'const payload = isTooDeep(text) ? null : objectIn(text);',
        to: 'const payload = objectIn(text.slice(isTooDeep(text) ? 0 : 0));',
      },
    ],
  },
  {
    name: 'bodies are read whole, however large',
    tests: ['test/unit/bot/body.test.ts'],
    patches: [
      { file: 'bot/body.ts', from: 'if (bytes > max) return null;', to: 'if (bytes < 0) return null;' },
    ],
  },
  {
    name: 'a wake during a pass is lost',
    tests: QUEUE,
    patches: [
      { file: 'bot/queue.ts', from: "else if (item.state === 'running') item.state = 'dirty';", to: '' },
    ],
  },
  {
    name: 'two passes over a repository run at once',
    tests: QUEUE,
    patches: [
      {
        file: 'bot/queue.ts',
        from: "if (item.state === 'idle') this.#push(item);",
        to: "if (item.state !== 'waiting') this.#push(item);",
      },
    ],
  },
];
