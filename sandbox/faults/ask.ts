import { ApiError } from '../kernel/errors.ts';
import type { Reply } from '../kernel/page.ts';
import { limited, listOf, serverError, withHole } from './answers.ts';
import type { Call, Drawn, Faults } from './faults.ts';
import { expireArtifact } from './handle.ts';
import { CrashFault, TransportFault } from './thrown.ts';

/**
 * A call of the typed port with the faults of `faultyHandle`: answers that are no success are thrown as they are there,
 * a broken connection is a TransportFault whatever would have come of the answer.
 * @param page the page of a list that is asked for; `run` gives any page of it
 * @throws ApiError, TransportFault, CrashFault
 */
export function faultyAsk(faults: Faults, call: Call, page: number, run: (page: number) => Reply): Reply {
  const drawn = faults.next(call);
  let status: number | null = null;
  try {
    const reply = happen(faults, call, drawn, page, run);
    ({ status } = reply);
    return reply;
  } catch (error) {
    if (error instanceof ApiError) ({ status } = error);
    throw error;
  } finally {
    faults.note(call, drawn, status);
  }
}

function happen(
  faults: Faults,
  call: Call,
  { fault, until }: Drawn,
  page: number,
  run: (page: number) => Reply,
): Reply {
  const { draw, config } = faults;
  switch (fault) {
    case null:
    case 'slow':
      return run(page);
    case 'error-before':
      throw failed(faults);
    case 'error-after':
      run(page);
      throw failed(faults);
    case 'crash-before':
      throw new CrashFault(call.operation, false);
    case 'crash-after':
      run(page);
      throw new CrashFault(call.operation, true);
    case 'primary-limit':
    case 'secondary-limit': {
      const kind = fault === 'primary-limit' ? 'primary' : 'secondary';
      const { status, headers, body } = limited(kind, until!, faults.core.clock.now(), draw);
      throw new ApiError(status, (JSON.parse(body as string) as { message: string }).message, { headers });
    }
    case 'stale': {
      const reach = Math.min(faults.history.reach(config.staleMs), config.staleTransactions);
      return reach <= 0 ? run(page) : faults.history.behind(1 + draw.below(reach), () => run(page));
    }
    case 'hole':
      return withList(run(page), (items) => withHole(items, draw));
    case 'shift':
      return shifted(faults, page, run);
    case 'reset-before':
      throw new TransportFault({ kind: 'reset' });
    case 'reset-after':
    case 'cut':
    case 'stall':
      run(page);
      throw new TransportFault({ kind: 'reset' });
    case 'expire-artifact':
      expireArtifact(faults);
      return run(page);
  }
}

function failed({ draw, config }: Faults): ApiError {
  return new ApiError(serverError(draw, config.errorStatus).status, 'Server Error');
}

function shifted({ draw }: Faults, page: number, run: (page: number) => Reply): Reply {
  const reply = run(page);
  const again = draw.next() < 0.5;
  if (page <= 1) return reply;
  if (!again) return withList(reply, (items) => items.slice(1));
  const last = listOf(run(page - 1).body)?.items.at(-1);
  return last === undefined ? reply : withList(reply, (items) => [last, ...items.slice(0, -1)]);
}

function withList(reply: Reply, change: (items: readonly unknown[]) => readonly unknown[]): Reply {
  const list = listOf(reply.body);
  return list === undefined ? reply : { ...reply, body: list.with(change(list.items)) };
}
