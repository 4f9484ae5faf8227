import type { JobLeg, RunnerEngine, RunnerEvent } from '../actions/leg.ts';
import type { Faults } from './faults.ts';

/** An engine whose runners are lost now and then: from some report on nothing more is heard of the leg. */
export function faultyEngine(faults: Faults, engine: RunnerEngine): RunnerEngine {
  return {
    run: async (leg: JobLeg, report: (event: RunnerEvent) => void, signal: AbortSignal) => {
      const after = faults.nextLoss();
      if (after === undefined) {
        await engine.run(leg, report, signal);
        return;
      }
      const loss = new AbortController();
      let reports = 0;
      const counted = (event: RunnerEvent) => {
        if (loss.signal.aborted) return;
        if (reports++ >= after && event.kind !== 'started') loss.abort('lost');
        else report(event);
      };
      await engine.run(leg, counted, AbortSignal.any([signal, loss.signal]));
    },
  };
}
