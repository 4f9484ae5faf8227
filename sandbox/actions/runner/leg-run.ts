import type { RunnerEvent } from '../leg.ts';
import type { LegRun } from './options.ts';
import { isDebug } from './contexts.ts';
import { type EngineRun, startEngine } from './engine-process.ts';
import { newMasker } from './masker.ts';
import { marked } from './processes.ts';
import { setUp } from './set-up.ts';
import { Translation } from './translate.ts';

/** A lost runner tells nothing more. */
function isLost(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === 'lost';
}

/** Runs a leg to its end and reports. */
export async function runLeg(run: LegRun): Promise<void> {
  const { leg, signal } = run;
  const report = (event: RunnerEvent): void => {
    if (!isLost(signal)) run.report(event);
  };
  const around = { services: run.services, runner: run.runner(leg) };
  const masker = newMasker([...Object.values(leg.secrets), leg.token, leg.runtimeToken]);
  report({ kind: 'started', runner: around.runner });
  const prepared = setUp({ ...run, report, around, masker });
  if (prepared === undefined || isLost(signal)) return;

  let timer: NodeJS.Timeout | undefined;
  let killStep = (): void => undefined;
  const translation = new Translation({
    ...prepared,
    masker,
    debug: isDebug(leg),
    report,
    limit: (minutes) => {
      clearTimeout(timer);
      if (minutes === 0) return;
      timer = setTimeout(
        () => {
          translation.timeOut(minutes);
          killStep();
        },
        minutes * (run.minute ?? 60_000),
      );
    },
  });
  const engine = startEngine(run, prepared, translation);
  killStep = () => {
    engine.killStep();
  };
  await follow(run, engine, translation);
  clearTimeout(timer);
}

/** Waits for the engine's end, passing on what the control plane wants meanwhile. */
async function follow(
  { signal, folder }: LegRun,
  engine: EngineRun,
  translation: Translation,
): Promise<void> {
  const stop = (): void => {
    if (isLost(signal)) engine.kill();
    else {
      translation.cancel();
      engine.cancel();
    }
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const problem = await engine.ended;
  signal.removeEventListener('abort', stop);
  if (isLost(signal)) return;
  const orphans = marked(`${folder}/`).filter(({ name }) => name !== 'cat');
  const reason = translation.ended ? undefined : (problem ?? 'The runner stopped before the job ended.');
  translation.end(orphans, reason);
}
