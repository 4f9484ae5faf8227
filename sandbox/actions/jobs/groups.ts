import type { Core } from '../../kernel/core.ts';
import { arrive, membersOf, type Concurrency, type Member } from './concurrency.ts';
import { evict } from './stop.ts';

/**
 * Lets a newcomer into its group: `free` it may go on, `pending` it waits behind others (which are cancelled where the
 * group says so), `refused` the queue is full, `deadlock` it would wait for what contains it.
 */
export function enterGroup(
  core: Core,
  newcomer: Member,
  concurrency: Concurrency,
): 'free' | 'pending' | 'refused' | 'deadlock' {
  const others = membersOf(core, newcomer.row.repositoryId, concurrency.group).filter(
    (other) => !same(other, newcomer),
  );
  if (others.some((other) => contains(other, newcomer))) return 'deadlock';
  const arrival = arrive(concurrency, others);
  if (arrival.refused) return 'refused';
  for (const member of arrival.evicted) evict(core, member, concurrency.group);
  return arrival.free ? 'free' : 'pending';
}

function same(one: Member, other: Member): boolean {
  return one.kind === other.kind && key(one) === key(other);
}

function key(member: Member): string | number {
  return member.kind === 'scope' ? member.row.key : member.row.id;
}

/** Is the newcomer a part of the other? */
function contains(other: Member, newcomer: Member): boolean {
  if (newcomer.kind === 'run') return false;
  const { runId, attempt, scope } = newcomer.row;
  if (other.kind === 'run') return other.row.id === runId;
  if (other.kind === 'job') return false;
  const { row } = other;
  if (row.runId !== runId || row.attempt !== attempt) return false;
  return scope === row.scope || scope.startsWith(`${row.scope}/`);
}
