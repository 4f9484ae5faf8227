import { applyMutant } from './apply.ts';
import { MUTANTS } from './list.ts';

/** `node hunt.ts NAME SCHEDULES`: the simulation with a mutant in the sources; prints what killed it. Exit code 1: nothing did. */
const [name, schedules] = process.argv.slice(2);
const mutant = MUTANTS.find((one) => one.name === name);
if (mutant === undefined) throw new Error(`there is no mutant "${name ?? ''}"`);
applyMutant(mutant);
const killer = mutant.flow === undefined ? await bySchedules(Number(schedules)) : await byMatrix(mutant.flow);
process.stdout.write(`${killer ?? 'survived'}\n`);
process.exitCode = killer === null ? 1 : 0;

async function bySchedules(most: number): Promise<string | null> {
  const { runSchedule } = await import('../schedule.ts');
  for (let seed = 1; seed <= most; seed++) {
    const problem = await firstProblem(() => runSchedule(seed));
    if (problem !== null) return `seed ${seed}: ${problem}`;
  }
  return null;
}

async function byMatrix(flowName: string): Promise<string | null> {
  const { FLOWS } = await import('../flows.ts');
  const { broken, faultsAt, placesOf } = await import('../matrix.ts');
  const flow = FLOWS.find((one) => one.name === flowName);
  if (flow === undefined) throw new Error(`there is no flow "${flowName}"`);
  const plain = await placesOf(flow);
  if (plain.problems.length > 0) return `${flowName}: ${plain.problems[0]!}`;
  for (const place of plain.places)
    for (const fault of place.writes ? faultsAt(place) : []) {
      const problem = await firstProblem(() => broken(flow, place, fault));
      if (problem !== null) return `${flowName}, ${fault} at ${place.operation} ${place.call}: ${problem}`;
    }
  return null;
}

/** What a run shows; code that throws out of everything is dead too. */
async function firstProblem(
  run: () => Promise<{ readonly problems: readonly string[] }>,
): Promise<string | null> {
  try {
    return (await run()).problems[0] ?? null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
