import { firstOfKey } from './keys.ts';
import type { Request } from './types.ts';

/** Kinds of sources, in the order that ends a tie of times. */
const KINDS = ['label', 'comment', 'command'] as const;

function bySource(left: Request, right: Request): number {
  return (
    left.source.event - right.source.event ||
    (left.source.via === 'command' ? compareText(left.at, right.at) : 0) ||
    left.source.line - right.source.line ||
    compareText(left.key, right.key)
  );
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Milliseconds of a time; what is no time comes last. */
function when(request: Request): number {
  const at = Date.parse(request.at);
  return Number.isNaN(at) ? Infinity : at;
}

/**
 * Requests in the order in which they are answered, each key once. Within a kind of source GitHub's ids say what came
 * first, whatever the clocks say; labels, comments and command lines are merged by time. The order of the input does
 * not matter.
 */
export function inOrder(requests: readonly Request[]): Request[] {
  const once = firstOfKey(requests);
  const queues = KINDS.map((via) => once.filter((request) => request.source.via === via).sort(bySource));
  const heads = queues.map(() => 0);
  return once.map(() => {
    let first = -1;
    for (const [kind, queue] of queues.entries()) {
      const head = queue[heads[kind]!];
      if (head === undefined) continue;
      if (first === -1 || when(head) < when(queues[first]![heads[first]!]!)) first = kind;
    }
    return queues[first]![heads[first]!++]!;
  });
}
