import type { PullEvaluation } from '../../src/promotion/index.ts';
import type { PullJudgement, ReconcilePorts } from '../../src/reconcile/index.ts';
import type { Facts, PullFact, Wish } from './facts.ts';
import type { RawEntry } from './ledger.ts';
import { evaluationOf } from './versions.ts';
import type { Cast, RepositoryName } from './world.ts';

/** What was judged long before people looked. */
const JUDGED = '2026-03-02T08:00:00.000Z';

interface Place {
  readonly repository: RepositoryName;
  readonly facts: Facts;
}

/** What judging found of pull requests, where a story wants it: evaluations to accept, and checks of open heads. */
export function judgedAt({ repository, facts }: Place): Pick<ReconcilePorts, 'evaluations' | 'judgements'> {
  return {
    evaluations: (number) => {
      const pull = facts.pulls.find((one) => one.number === number);
      return facts.judged && pull !== undefined ? { [pull.model]: found(repository, pull) } : {};
    },
    judgements: () =>
      facts.judged ? facts.pulls.filter(({ open }) => open).map((pull) => shown(repository, pull)) : [],
  };
}

function found(repository: RepositoryName, pull: PullFact): PullEvaluation {
  const { decision } = pull;
  return { digest: evaluationOf(repository, pull), decision, reason: reasonOf(pull), judged: JUDGED };
}

function reasonOf({ decision }: PullFact): 'ALL_GATES_PASS' | 'TOO_FEW_EVENTS' {
  return decision === 'pass' ? 'ALL_GATES_PASS' : 'TOO_FEW_EVENTS';
}

function shown(repository: RepositoryName, pull: PullFact): PullJudgement {
  const { number, head, model, decision } = pull;
  return {
    ...{ pull: number, head, model, status: 'judged', decision, reason: reasonOf(pull) },
    message: `${model} was judged ${decision}`,
    comparison: null,
    record: evaluationOf(repository, pull),
    document: { title: `${model}: ${decision}`, summary: '', blocks: [] },
    conclusion: decision === 'pass' ? 'success' : 'action_required',
  };
}

/** What is wrong with an entry that accepts an evaluation, given the request that it answers. */
export function judgeAccept(
  entry: RawEntry,
  { facts, repository, cast }: Place & { readonly cast: Cast },
  wish: Wish | undefined,
): string[] {
  if (wish === undefined) return [`nobody who may write accepted ${entry.model}`];
  const pull = facts.pulls.find(({ number }) => number === wish.issue);
  if (pull?.model !== entry.model) return [`${entry.model} was not judged in #${wish.issue}`];
  return [
    ...(entry.evaluation === evaluationOf(repository, pull)
      ? []
      : ['it names an evaluation that nobody saw']),
    ...(pull.decision === 'inconclusive' ? [] : [`it was judged ${pull.decision}`]),
    ...(entry.actor.id === cast.ids[pull.author] ? [`${pull.author} accepts their own version`] : []),
  ];
}
