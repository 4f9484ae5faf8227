import type { CallFault } from '../../sandbox/faults/index.ts';
import { flowProblems, perform, type Flow } from './flows.ts';
import { Play } from './play.ts';
import { newWorld } from './world.ts';

/** One place of the matrix: the `call`-th call of an operation in a flow. */
export interface Place {
  readonly operation: string;
  readonly call: number;
  readonly writes: boolean;
}

const OF_WRITES: readonly CallFault[] = ['error-before', 'error-after', 'crash-before', 'crash-after'];
/** A read that is answered with an error is the same whether the server did it or not. */
const OF_READS: readonly CallFault[] = ['error-after', 'crash-after'];

/** The calls of a flow without faults, in order; and that it ends as it should. */
export async function placesOf(
  flow: Flow,
): Promise<{ places: readonly Place[]; problems: readonly string[] }> {
  const play = new Play(1, await newWorld(1));
  const counts = new Map<string, number>();
  const places: Place[] = [];
  let resting = false;
  play.watchers.push(({ operation, writes }) => {
    const call = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, call);
    if (!resting && flow.operations?.includes(operation) !== false) places.push({ operation, call, writes });
  });
  const before = play.sites[0]!.watch.ledger.entries.length;
  await perform(play, flow, () => {
    resting = true;
  });
  return { places, problems: [...play.outcome().problems, ...flowProblems(play, flow, before)] };
}

/** Faults that one place of the matrix meets. */
export function faultsAt(place: Place): readonly CallFault[] {
  return place.writes ? OF_WRITES : OF_READS;
}

/** The flow with one fault at one call: what does not hold in the end, and the story. */
export async function broken(
  flow: Flow,
  place: Place,
  fault: CallFault,
): Promise<{ problems: readonly string[]; story: string }> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const play = new Play(1, await newWorld(1));
    const before = play.sites[0]!.watch.ledger.entries.length;
    play.world.faults.configure({ seed: 1, plan: [{ operation: place.operation, call: place.call, fault }] });
    await perform(play, flow);
    const outcome = play.outcome();
    return { problems: [...outcome.problems, ...flowProblems(play, flow, before)], story: outcome.story() };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
