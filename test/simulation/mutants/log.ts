import type { Mutant } from './apply.ts';

const APPEND = 'src/registry/log/append.ts';
const CHAIN = 'src/registry/log/chain.ts';
const FOLD = 'src/registry/log/fold.ts';
const OPEN = 'src/registry/log/open.ts';
const STORE = 'src/platform/github/log-store.ts';
const TESTS = ['test/unit/registry/log'];
const STORES = ['test/unit/platform/github/log-store.test.ts'];

/** Designs of the log. */
export const LOG: readonly Mutant[] = [
  {
    name: 'a head that does not descend is followed',
    tests: TESTS,
    patches: [
      {
        file: OPEN,
        from: 'if (!(await store.isAncestor(base.head!, head))) return null;',
        to: 'void base.head;',
      },
      {
        file: OPEN,
        from: 'return descends || oldest?.parents',
        to: 'return descends || oldest !== undefined || oldest?.parents',
      },
      {
        file: CHAIN,
        from: '  if (flaw !== null) return flaw;\n  const entry',
        to: '  void flaw;\n  const entry',
      },
    ],
  },
  {
    name: 'a head that went back is the head',
    tests: TESTS,
    patches: [
      {
        file: OPEN,
        from: "if (await store.isAncestor(head, base.head)) return 'behind';",
        to: 'if (await store.isAncestor(head, base.head)) return await firstLook(store, { ...base, head: null, n: 0, models: new Map() }, head, trust);',
      },
    ],
  },
  {
    name: 'a log that is gone is an empty one',
    tests: TESTS,
    patches: [
      {
        file: OPEN,
        from: "if (head === null) return 'behind';",
        to: 'if (head === null) return { ...base, head, n: 0, models: new Map() };',
      },
    ],
  },
  {
    name: 'numbers may have gaps',
    tests: TESTS,
    patches: [{ file: CHAIN, from: 'if (entry.n !== log.n + 1)', to: 'if (entry.n <= log.n)' }],
  },
  {
    name: 'merge commits are entries',
    tests: TESTS,
    patches: [{ file: CHAIN, from: 'if (parents.length > 1) return', to: 'if (parents.length > 9) return' }],
  },
  {
    name: 'the tree is believed',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: 'if (blob !== stateBlob(state)) return',
        to: 'if (blob === stateBlob(state) && blob === path) return',
      },
    ],
  },
  {
    name: 'states that no entry made may lie in the tree',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: 'for (const path of found.keys()) return',
        to: "for (const path of found.keys()) if (path === '') return",
      },
    ],
  },
  {
    name: 'an entry of another repository counts',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: 'if (here === null || repository === here ||',
        to: 'if (here === null || repository !== -1 ||',
      },
    ],
  },
  {
    name: 'entries of a newer form are passed over',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: '  if (isUnreadable(entry)) return entry;\n  const foreign',
        to: '  if (isUnreadable(entry)) return { ...log, head: commit.id };\n  const foreign',
      },
    ],
  },
  {
    name: 'a request may be answered twice in a log',
    tests: TESTS,
    patches: [
      {
        file: OPEN,
        from: 'if (first !== undefined) return tampered(',
        to: 'if (first === n) return tampered(',
      },
    ],
  },
  {
    name: 'any workflow is the App',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: 'if (author.login === ANY_WORKFLOW)',
        to: 'if (author.login === `${ANY_WORKFLOW}?`)',
      },
    ],
  },
  {
    name: 'the mode app can be left by anybody',
    tests: TESTS,
    patches: [
      {
        file: CHAIN,
        from: "(log.mode !== 'app' && entry?.mode !== 'app')) return null;",
        to: "entry?.mode !== 'app') return null;",
      },
    ],
  },
  {
    name: 'people’s own signatures are GitHub’s',
    tests: STORES,
    patches: [
      {
        file: STORE,
        from: 'verified && committer?.login === WEB_FLOW',
        to: 'verified && committer?.login !== WEB_FLOW + WEB_FLOW',
      },
    ],
  },
  {
    name: 'an unclear write is taken for one that failed',
    tests: TESTS,
    patches: [
      { file: APPEND, from: 'throw unclear ?? busy(draft, attempts);', to: 'throw busy(draft, attempts);' },
    ],
  },
  {
    name: 'trouble is believed at the first look',
    tests: TESTS,
    patches: [{ file: APPEND, from: 'const SURE = 3;', to: 'const SURE = 0;' }],
  },
  {
    name: 'an entry is written to a log in trouble',
    tests: TESTS,
    patches: [
      {
        file: APPEND,
        from: "if (log.trouble !== null) return { status: 'refused', refusal: blocked(log), log };",
        to: 'if (log.n < 0) blocked(log);',
      },
    ],
  },
  {
    name: 'verified may speak of an entry that is past',
    tests: TESTS,
    patches: [{ file: FOLD, from: 'if (entry.of !== held.n)', to: 'if (entry.of === undefined)' }],
  },
  {
    name: 'what has ended may end again',
    tests: TESTS,
    patches: [{ file: FOLD, from: "if (held.status !== 'pending') refuse", to: 'if (held.n < 0) refuse' }],
  },
  {
    name: 'a rolled back version stays verified',
    tests: TESTS,
    patches: [
      {
        file: FOLD,
        from: 'verified: stage.verified.filter((span) => span.version !== version),',
        to: 'verified: stage.verified,',
      },
    ],
  },
  {
    name: 'a version that gave way runs on',
    tests: TESTS,
    patches: [{ file: FOLD, from: 'span.until === null ? { ...span, until: entry.at } : span', to: 'span' }],
  },
  {
    name: 'other bytes are promoted than were registered',
    tests: TESTS,
    patches: [
      {
        file: FOLD,
        from: 'if (entry.manifest !== undefined && entry.manifest !== registered.manifest)',
        to: "if (entry.manifest === '')",
      },
    ],
  },
];
