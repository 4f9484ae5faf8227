import type { Mutant } from './apply.ts';

const APPEND = 'src/registry/log/append.ts';
const CHAIN = 'src/registry/log/chain.ts';
const ENTRIES = 'src/registry/log/entries.ts';
const LOG_STORE = 'src/platform/github/log-store.ts';
const REQUESTS = 'src/promotion/requests.ts';
const PEOPLE = 'src/promotion/people.ts';
const APPROVALS = 'src/promotion/approvals.ts';
const RULES = 'src/promotion/promote-rules.ts';
const WEIGH = 'src/promotion/weigh.ts';
const STEPS = 'src/promotion/steps.ts';
const DEPLOYER = 'src/platform/github/deployer.ts';

/** Designs that stories of people, faults and deaths tell from the one that is built. */
export const STORIES: readonly Mutant[] = [
  {
    name: 'an append without a clear answer is repeated blindly',
    quick: true,
    patches: [
      {
        file: APPEND,
        from: 'const recorded = await recordedEntry(store, log, draft.request);',
        to: 'const recorded = options.followed === undefined || log.head === options.followed.head ? await recordedEntry(store, log, draft.request) : null;',
      },
      { file: APPEND, from: 'const refusal = await options.recheck(log);', to: 'const refusal = null;' },
    ],
  },
  {
    name: 'a request’s key is not looked for',
    quick: true,
    patches: [
      { file: APPEND, from: 'await recordedEntry(store, log, draft.request)', to: 'null as never' },
      { file: ENTRIES, from: 'if (n !== undefined) recorded.set(key, Number(n));', to: '' },
    ],
  },
  {
    name: 'the log’s branch is forced',
    quick: true,
    patches: [{ file: LOG_STORE, from: 'sha: commit, force: false', to: 'sha: commit, force: true' }],
  },
  {
    name: 'the write stands on whatever the head is by then',
    quick: true,
    patches: [
      {
        file: APPEND,
        from: 'await store.append(log.head, {',
        to: 'await store.append(await store.head(), {',
      },
    ],
  },
  {
    name: 'the last look before the write is left out',
    quick: true,
    patches: [
      { file: APPEND, from: 'const refusal = await options.recheck(log);', to: 'const refusal = null;' },
    ],
  },
  {
    name: 'unsigned commits are entries',
    quick: true,
    patches: [
      {
        file: CHAIN,
        from: "if (commit.signed === null || (log.mode !== 'app' && entry?.mode !== 'app')) return null;",
        to: 'return null;',
      },
    ],
  },
  {
    name: 'a signature is enough, whoever signed',
    patches: [
      {
        file: CHAIN,
        from: 'if (expected !== null && author.id !== expected)',
        to: 'if (Number(expected) < 0)',
      },
      { file: CHAIN, from: "if (!author.login.endsWith('[bot]'))", to: 'if (author.login === null)' },
    ],
  },
  {
    name: 'an approval of one version counts for another',
    patches: [
      {
        file: APPROVALS,
        from: 'const key = subject(place, version);',
        to: 'const key = `${place.model} ${place.stage}`;',
      },
      {
        file: APPROVALS,
        from: '[...(counted.get(subject(place, version))?.values() ?? [])]',
        to: '[...(counted.get(`${place.model} ${place.stage}`)?.values() ?? [])].filter(() => version.n > 0)',
      },
    ],
  },
  {
    name: 'an approval from before the version counts',
    patches: [
      {
        file: APPROVALS,
        from: 'if (!isAfter(request, version.at)) {',
        to: 'if (version.at === request.key) {',
      },
      {
        file: 'src/promotion/subject.ts',
        from: 'second(version.at) <= second(request.at)',
        to: 'version.at !== request.key',
      },
    ],
  },
  {
    name: 'the author’s own approval is enough',
    patches: [
      {
        file: APPROVALS,
        from: 'approvals.every(({ id }) => authors.has(id))',
        to: 'approvals.length < authors.size - 100',
      },
    ],
  },
  {
    name: 'approvers need not be listed',
    patches: [
      {
        file: PEOPLE,
        from: 'if (approvers.length === 0) return true;',
        to: 'if (approvers.length < 100) return true;',
      },
    ],
  },
  {
    name: 'one who approves twice counts twice',
    patches: [
      { file: APPROVALS, from: 'if (people.has(id)) continue;', to: '' },
      { file: APPROVALS, from: 'people.set(id, {', to: 'people.set(people.size, {' },
    ],
  },
  {
    name: 'a label is trusted whoever put it on',
    patches: [
      {
        file: PEOPLE,
        from: "const WRITERS: readonly Role[] = ['write', 'maintain', 'admin'];",
        to: "const WRITERS: readonly Role[] = ['triage', 'write', 'maintain', 'admin'];",
      },
    ],
  },
  {
    name: 'readers ask too',
    patches: [
      {
        file: PEOPLE,
        from: "const WRITERS: readonly Role[] = ['write', 'maintain', 'admin'];",
        to: "const WRITERS: readonly Role[] = ['read', 'triage', 'write', 'maintain', 'admin'];",
      },
    ],
  },
  {
    name: 'bots are heard like people',
    patches: [
      { file: REQUESTS, from: 'if (comment.bot) return SILENCE;', to: '' },
      {
        file: REQUESTS,
        from: "if (event.action === 'unlabeled' || event.bot || match === null)",
        to: "if (event.action === 'unlabeled' || match === null)",
      },
      {
        file: PEOPLE,
        from: 'return !person.bot && WRITERS.includes(person.role);',
        to: 'return person.id > 0;',
      },
      { file: PEOPLE, from: 'if (person?.bot === true) {', to: 'if (person?.bot === null) {' },
    ],
  },
  {
    name: 'edited comments count',
    patches: [
      {
        file: REQUESTS,
        from: 'if (comment.created !== comment.updated) {',
        to: "if (comment.created === '') {",
      },
    ],
  },
  {
    name: 'quoted commands count',
    patches: [
      {
        file: 'src/promotion/comment-lines.ts',
        from: 'const match = /^ {0,3}\\/',
        to: 'const match = /^(?:> | {0,3})\\/',
      },
      {
        file: 'src/promotion/comment-lines.ts',
        from: '(prose ? below : commands).push(command)',
        to: 'commands.push(command)',
      },
    ],
  },
  {
    name: 'a label that was taken off still asks',
    patches: [
      {
        file: REQUESTS,
        from: "if (event.action === 'unlabeled' || event.bot || match === null)",
        to: 'if (event.bot || match === null)',
      },
    ],
  },
  {
    name: 'a freeze is not looked at',
    quick: true,
    patches: [
      {
        file: RULES,
        from: 'if (frozen === null) return null;',
        to: 'if (frozen === null || frozen.n > 0) return null;',
      },
      {
        file: 'src/registry/log/fold.ts',
        from: 'if (stage.frozen !== null) refuse(entry, `${name} is frozen since entry ${stage.frozen.n}`);\n  if (held',
        to: 'if (held',
      },
    ],
  },
  {
    name: 'the order of stages is not looked at',
    quick: true,
    patches: [
      {
        file: RULES,
        from: 'if (after === null) return { finding: null, wake: null };',
        to: 'if (after !== null || after === null) return { finding: null, wake: null };',
      },
    ],
  },
  {
    name: 'soak counts from the promotion',
    quick: true,
    patches: [
      {
        file: RULES,
        from: 'const start = Date.parse(span.at);',
        to: 'const start = Date.parse(before.held?.version === version ? before.held.at : span.at);',
      },
    ],
  },
  {
    name: 'a version without a verdict is as good as judged',
    quick: true,
    patches: [
      {
        file: RULES,
        from: 'if (isGood(verdict)) return null;',
        to: 'if (verdict.decision.length > 0) return null;',
      },
    ],
  },
  {
    name: 'a rollback waits for the deployment that runs',
    quick: true,
    flow: 'rollback on request while a deployment runs',
    patches: [
      {
        file: WEIGH,
        from: 'const target = rollbackTarget(request, place);',
        to: "const target = rollbackTarget(request, place);\n  if (held?.status === 'pending') return { findings: [...rights, notFrozen(place)] };",
      },
    ],
  },
  {
    name: 'requests of the past are granted when the stage has moved on',
    patches: [
      {
        file: 'src/promotion/past.ts',
        from: 'return movedOn(all, one) ?? failedSince(one) ?? frozenSince(world, all, index);',
        to: 'void [movedOn, failedSince, frozenSince];\n  return null;',
      },
      {
        file: 'src/promotion/past.ts',
        from: 'if (done !== undefined) return newer(',
        to: 'if (done === one) return newer(',
      },
    ],
  },
  {
    name: 'verified speaks of whatever the stage holds',
    patches: [
      {
        file: STEPS,
        from: 'const outcome = world.deployments.get(held.n);',
        to: 'const outcome = [...world.deployments.values()].at(-1);',
      },
    ],
  },
  {
    name: 'a failed automatic rollback is rolled back again',
    quick: true,
    flow: 'rollback that fails itself',
    patches: [{ file: STEPS, from: 'if (before !== null && !automaticOne) {', to: 'if (before !== null) {' }],
  },
  {
    name: 'a deployment counts as verified when it was started',
    quick: true,
    patches: [
      {
        file: STEPS,
        from: "if (outcome?.status === 'running') return null;",
        to: "if (outcome?.status === 'running') return append(world, place, held, 'verified', null);",
      },
    ],
  },
  {
    name: 'anybody’s run speaks for a deployment',
    patches: [
      { file: DEPLOYER, from: ' && run.actor === self.id);', to: ');' },
      { file: DEPLOYER, from: 'if (run.triggeredBy === self.id) return run;', to: 'return run;' },
    ],
  },
  {
    name: 'two labelled events are one request',
    patches: [
      {
        file: 'src/promotion/keys.ts',
        from: "const event = source.via === 'command' ? at : source.event;",
        to: "const event = source.via === 'command' ? at : source.via === 'label' ? 0 : source.event;",
      },
    ],
  },
  {
    name: 'roles are remembered',
    patches: [
      {
        file: 'src/reconcile/people.ts',
        from: 'const isKnown = known !== undefined && !fresh.has(person.id) && now - known.asked < lastingMs(known, at);',
        to: 'const isKnown = known !== undefined && fresh.size >= 0 && lastingMs(known, at) > 0;',
      },
    ],
  },
  {
    name: 'the last look reads no conversation again',
    patches: [
      {
        file: 'src/reconcile/reconcile.ts',
        from: 'await hearAgain(this.#ports.repository, memory, sources, await this.#hearing(config));',
        to: 'void [hearAgain, sources];',
      },
    ],
  },
  {
    name: 'a list with a hole is not read again',
    patches: [
      {
        file: 'src/reconcile/memory.ts',
        from: 'if (memory.whole !== undefined && now.getTime() - memory.whole < HOUR_MS) return;',
        to: 'if (memory.whole !== undefined) return;',
      },
    ],
  },
  {
    name: 'two reports of a conversation stay two',
    patches: [
      {
        file: 'src/reconcile/views/comment.ts',
        from: 'for (const { id } of others) await views.deleteComment(id);\n  if (text === null) return;',
        to: 'if (text === null || others.length > 1e6) return;',
      },
    ],
  },
  {
    name: 'notices given twice stay twice',
    patches: [
      {
        file: 'src/reconcile/views/comment.ts',
        from: 'if (seen.has(marker)) await views.deleteComment(id);',
        to: 'if (id < 0) await views.deleteComment(id);',
      },
    ],
  },
  {
    name: 'deployments made twice stay twice',
    patches: [
      {
        file: 'src/reconcile/views/deployments.ts',
        from: 'for (const { id } of twins)',
        to: 'for (const { id } of twins.slice(1e6))',
      },
    ],
  },
  {
    name: 'a writer’s number may stand below the one that runs',
    quick: true,
    patches: [
      {
        file: 'test/simulation/cluster.ts',
        from: 'if (n < before) {\n      this.#story',
        to: 'if (n < 0) {\n      this.#story',
      },
    ],
  },
];
