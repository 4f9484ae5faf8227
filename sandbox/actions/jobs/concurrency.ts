import type { Core } from '../../kernel/core.ts';
import type { CallScope, JobConcurrency, WorkflowJobRow } from '../../state/action-jobs.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { ExpressionFailure, type Scope } from '../expressions/scope.ts';
import { evaluate } from '../expressions/template.ts';

/** https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency */
const LONGEST_GROUP = 400;
const LONGEST_QUEUE = 100;

/** What shares concurrency groups: whole runs, calls of workflows, jobs. */
export type Member =
  | { readonly kind: 'run'; readonly row: WorkflowRun }
  | { readonly kind: 'scope'; readonly row: CallScope }
  | { readonly kind: 'job'; readonly row: WorkflowJobRow };

export interface Concurrency extends JobConcurrency {
  readonly cancelInProgress: boolean;
}

/** Evaluates a `concurrency` key. Throws ExpressionFailure for what GitHub refuses. */
export function readConcurrency(value: unknown, scope: Scope): Concurrency {
  const plain = evaluate(value, scope);
  const { group, queue, cancel } =
    typeof plain === 'object' && plain !== null && !Array.isArray(plain)
      ? {
          group: plainMember(plain, 'group'),
          queue: plainMember(plain, 'queue'),
          cancel: plainMember(plain, 'cancel-in-progress'),
        }
      : { group: plain, queue: undefined, cancel: undefined };
  const name = typeof group === 'string' || typeof group === 'number' ? String(group) : '';
  if (name === '') throw new ExpressionFailure('Concurrency group name cannot be empty');
  if (name.length > LONGEST_GROUP)
    throw new ExpressionFailure(`Concurrency group name must be less than ${LONGEST_GROUP} characters`);
  if (cancel !== undefined && typeof cancel !== 'boolean')
    throw new ExpressionFailure(`Unexpected value '${JSON.stringify(cancel)}'`);
  if (queue !== undefined && queue !== 'single' && queue !== 'max')
    throw new ExpressionFailure(`Unexpected value '${JSON.stringify(queue)}'`);
  if (queue === 'max' && cancel === true)
    throw new ExpressionFailure("'queue: max' cannot be combined with 'cancel-in-progress: true'");
  return { group: name.toLowerCase(), queue: queue ?? 'single', cancelInProgress: cancel ?? false };
}

function plainMember(plain: object, key: string): unknown {
  return (plain as Record<string, unknown>)[key] ?? undefined;
}

/** Who is in a group of a repository, in the order they came. */
export function membersOf(core: Core, repositoryId: number, group: string): Member[] {
  const { workflowRuns, workflowJobs, callScopes } = core.tables;
  const key = `${repositoryId}/${group}`;
  return [
    ...workflowRuns.where('concurrency', key).map((row) => ({ kind: 'run' as const, row })),
    ...callScopes.where('concurrency', key).map((row) => ({ kind: 'scope' as const, row })),
    ...workflowJobs.where('concurrency', key).map((row) => ({ kind: 'job' as const, row })),
  ].sort((one, other) => turn(one) - turn(other));
}

function turn(member: Member): number {
  return member.kind === 'scope' ? member.row.turn : member.row.id;
}

/** Does a member wait for the group, rather than hold it? */
export function isPending(member: Member): boolean {
  return member.kind === 'scope' ? member.row.state === 'pending' : member.row.status === 'pending';
}

/** What a newcomer does to a group. */
export interface Arrival {
  /** It need not wait. */
  readonly free: boolean;
  /** The queue is full: the newcomer itself is cancelled. */
  readonly refused: boolean;
  /** Members that are cancelled for it, and in GitHub's words why. */
  readonly evicted: readonly Member[];
}

/** Decides about a newcomer to a group whose other members are `others`. */
export function arrive(concurrency: Concurrency, others: readonly Member[]): Arrival {
  const pending = others.filter(isPending);
  if (others.length === 0) return { free: true, refused: false, evicted: [] };
  if (concurrency.cancelInProgress) return { free: false, refused: false, evicted: others };
  if (concurrency.queue === 'single') return { free: false, refused: false, evicted: pending };
  return { free: false, refused: pending.length >= LONGEST_QUEUE, evicted: [] };
}
