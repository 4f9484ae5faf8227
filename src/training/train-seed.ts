import type { Warning } from '../contracts/comparison.ts';
import { type Digest, digestOf } from '../contracts/digest.ts';
import { keyOf } from './key.ts';
import type { TrainPorts } from './ports.ts';
import { recall, type SeedTask, type Trained } from './stored.ts';
import { workLock } from './workspace-lock.ts';

/** Trains with one seed, or answers the stored result. Two processes at once: the second waits and reuses. */
export async function trainSeed(task: SeedTask, ports: TrainPorts): Promise<Trained> {
  const { request } = task;
  // A seed's result does not depend on how many others are wanted, so it is stored under the key of a single one.
  const key = seedKeyOf(task);
  const stored = await recall(task, key, ports);
  if (request.force !== true && typeof stored !== 'string' && stored !== null) return stored;
  const name = key.slice(0, 16);
  const options = {
    signal: request.signal,
    onWait: (owner: string) => request.onEvent?.({ type: 'waiting', for: 'train', owner }),
  };
  return await ports.cache.exclusively(workLock(name), options, async () => {
    const meanwhile = request.force === true ? stored : await recall(task, key, ports);
    if (request.force !== true && typeof meanwhile !== 'string' && meanwhile !== null) return meanwhile;
    // Loaded only when needed: most runs reuse, and should not pay for it.
    const { runAndStore } = await import('./run-training.ts');
    const ran = await runAndStore(task, key, name, ports);
    const because = typeof meanwhile === 'string' ? meanwhile : null;
    return { ...ran, because, warnings: [...ran.warnings, ...compareWithStored(task, ran, stored)] };
  });
}

/** Whoever trains again by force learns whether the command gives the same bytes twice. */
function compareWithStored(
  task: SeedTask,
  ran: Trained,
  stored: Trained | string | null,
): readonly Warning[] {
  if (stored === null || typeof stored === 'string') return [];
  const modelOf = ({ entry }: Trained) => entry.files.filter(({ path }) => path.startsWith('model/'));
  if (digestOf(modelOf(ran)) === digestOf(modelOf(stored))) return [];
  const message = `two trainings with the same inputs and seed ${task.seed} gave different bytes: the training is not reproducible`;
  return [{ code: 'NOT_REPRODUCIBLE', message }];
}

/** Key of one seed's training; that of the whole where there is only one. */
export function seedKeyOf({ plan, seed, repeat }: Pick<SeedTask, 'plan' | 'seed' | 'repeat'>): Digest {
  const isWhole = repeat === 0 && plan.document.repeats === 1;
  return isWhole ? plan.key : keyOf({ ...plan.document, seed, repeats: 1 });
}
