import { CancelledError } from '../contracts/errors.ts';

/** One step of a graph. `run` is called once all it needs have succeeded, with their values by name. */
export interface Stage<T> {
  readonly name: string;
  readonly needs: readonly string[];
  run(inputs: ReadonlyMap<string, T>): Promise<T>;
}

/** How a stage ended. `skipped`: `because` names the failed stage it would have needed. */
export type StageOutcome<T> =
  | { readonly status: 'done'; readonly value: T; readonly durationMs: number }
  | { readonly status: 'failed'; readonly error: unknown; readonly durationMs: number }
  | { readonly status: 'skipped'; readonly because: string };

export type StageEvent<T> =
  | { readonly type: 'begin'; readonly stage: string }
  | { readonly type: 'end'; readonly stage: string; readonly outcome: StageOutcome<T> };

export interface GraphOptions<T> {
  readonly signal: AbortSignal;
  /** Stages that run at once, at least 1; user code usually takes all cores by itself. Default 1. */
  readonly concurrency?: number;
  onEvent?(event: StageEvent<T>): void;
}

/**
 * Runs a graph of stages in the order given, as far as their needs allow. A failing stage skips what needs it and
 * stops nothing else (one broken model does not stop the others). Answers every stage's outcome, in the order given.
 * Throws CancelledError once the signal is aborted and no stage runs any more; TypeError for a graph that is none
 * (doubled names, unknown needs, a cycle).
 */
export async function runGraph<T>(
  stages: readonly Stage<T>[],
  options: GraphOptions<T>,
): Promise<ReadonlyMap<string, StageOutcome<T>>> {
  assertGraph(stages);
  const outcomes = new Map<string, StageOutcome<T>>();
  const waiting = new Set(stages);
  const running = new Set<Promise<void>>();
  const settle = (stage: Stage<T>, outcome: StageOutcome<T>): void => {
    outcomes.set(stage.name, outcome);
    options.onEvent?.({ type: 'end', stage: stage.name, outcome });
  };
  while ((waiting.size > 0 && !options.signal.aborted) || running.size > 0) {
    for (const stage of options.signal.aborted ? [] : [...waiting]) {
      const readiness = readinessOf(stage, outcomes);
      if (readiness === 'wait' || (readiness === 'run' && running.size >= (options.concurrency ?? 1)))
        continue;
      waiting.delete(stage);
      if (readiness !== 'run') {
        settle(stage, { status: 'skipped', because: readiness.because });
        continue;
      }
      options.onEvent?.({ type: 'begin', stage: stage.name });
      const work = perform(stage, outcomes).then((outcome) => {
        running.delete(work);
        settle(stage, outcome);
      });
      running.add(work);
    }
    if (running.size > 0) await Promise.race(running);
  }
  if (options.signal.aborted) throw new CancelledError();
  return new Map(stages.map((stage) => [stage.name, outcomes.get(stage.name)!]));
}

function readinessOf<T>(
  stage: Stage<T>,
  outcomes: ReadonlyMap<string, StageOutcome<T>>,
): 'run' | 'wait' | { readonly because: string } {
  const needed = stage.needs.map((name) => ({ name, outcome: outcomes.get(name) }));
  const broken = needed.find(({ outcome }) => outcome !== undefined && outcome.status !== 'done');
  if (broken?.outcome !== undefined) {
    return { because: broken.outcome.status === 'skipped' ? broken.outcome.because : broken.name };
  }
  return needed.every(({ outcome }) => outcome !== undefined) ? 'run' : 'wait';
}

async function perform<T>(
  stage: Stage<T>,
  outcomes: ReadonlyMap<string, StageOutcome<T>>,
): Promise<StageOutcome<T>> {
  const began = performance.now();
  const inputs = new Map<string, T>();
  for (const name of stage.needs) {
    const outcome = outcomes.get(name);
    if (outcome?.status === 'done') inputs.set(name, outcome.value);
  }
  try {
    const value = await stage.run(inputs);
    return { status: 'done', value, durationMs: performance.now() - began };
  } catch (error) {
    return { status: 'failed', error, durationMs: performance.now() - began };
  }
}

function assertGraph<T>(stages: readonly Stage<T>[]): void {
  const known = new Map(stages.map((stage) => [stage.name, stage]));
  if (known.size < stages.length) throw new TypeError('two stages of a graph have the same name');
  const state = new Map<string, 'open' | 'closed'>();
  const visit = (name: string, from: string): void => {
    const stage = known.get(name);
    if (stage === undefined) throw new TypeError(`stage ${from} needs ${name}, which does not exist`);
    if (state.get(name) === 'open') throw new TypeError(`stage ${name} needs itself`);
    if (state.get(name) === 'closed') return;
    state.set(name, 'open');
    for (const need of stage.needs) visit(need, name);
    state.set(name, 'closed');
  };
  for (const stage of stages) visit(stage.name, stage.name);
}
