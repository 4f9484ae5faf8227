import type { Core } from '../kernel/core.ts';
import { nextTick, tick } from './runs/tick.ts';

const SECOND = 1_000;

/**
 * Lets time pass for the workflows of a running sandbox: schedules, timers and timeouts happen within a second of their
 * time. Gives what ends it. Tests with a clock of their own call `tick` after they have moved it.
 */
export function startClock(core: Core): () => void {
  const timer = setInterval(() => {
    const next = nextTick(core);
    if (next !== undefined && next <= core.clock.now()) tick(core);
  }, SECOND);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
