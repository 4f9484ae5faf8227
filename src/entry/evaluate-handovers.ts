import { worstDecision } from '../contracts/decision.ts';
import { InputError } from '../contracts/errors.ts';
import { judgeRepository, type JudgeRepositoryOptions, type PullJudgement } from '../reconcile/index.ts';
import { openLog } from '../registry/index.ts';
import type { Acting } from './acting.ts';
import type { Outcome, Session } from './execute.ts';
import { actingHere } from './reconcile.ts';

/** What was learned, besides how the command ends. */
export interface Evaluated extends Outcome {
  readonly judgements: readonly PullJudgement[];
}

/**
 * Judges what the runs of open pull requests handed over (`pulls`), or registers what those of the default branch did
 * (`merges`): one half of `slipway reconcile`, without promotions and views. Every verdict is a result, not a failure.
 *
 * @throws InputError PERMISSION where the App writes the log · PlatformError LOG_TAMPERED, and as judging throws
 */
export async function evaluateHandovers(
  session: Session,
  only: NonNullable<JudgeRepositoryOptions['only']>,
): Promise<Evaluated> {
  const acting = await actingHere(session);
  await followLog(acting);
  const { judgingPorts, judging, memory, log } = acting;
  await judgeRepository(judgingPorts, judging, memory, { signal: session.signal, log, only });
  const { judgements } = judging;
  const decision = worstDecision(judgements.map((one) => one.decision));
  const [first] = judgements;
  const message = judgements
    .map(({ pull, model, decision: each }) => `#${pull} ${model}: ${each}`)
    .join(', ');
  return {
    schema: 'slipway.evaluations/1',
    decision,
    reason: judgements.length === 1 ? first!.reason : judgements.length === 0 ? 'NOTHING_TO_DO' : 'DONE',
    message: message === '' ? 'nothing was handed over that is not judged yet' : message,
    document: {
      judgements: judgements.map(
        ({ pull, head, model, status, decision: each, reason, message: why, record }) => ({
          ...{ pull, head, model, status, decision: each, reason, message: why, record },
        }),
      ),
    },
    text: judgements.map(({ pull, model, message: why }) => `#${pull} ${model}: ${why}`).join('\n'),
    // The check and the comment speak; the job did what it was for.
    exitCode: 0,
    judgements,
  };
}

async function followLog({ ports, memory }: Acting): Promise<void> {
  const log = (memory.log = await openLog(ports.log, { trust: ports.trust }));
  if (log.trouble !== null) return;
  if (log.mode !== 'app') return;
  throw new InputError({
    code: 'PERMISSION',
    message:
      'the App judges and registers in this repository (mode app): nobody would believe what is written here',
    hint: 'leave slipway-privileged.yml out where the App is installed',
  });
}
