import {
  newJudgingMemory,
  judgePulls,
  pullEvaluations,
  type JudgingMemory,
  type JudgingPorts,
  type PullJudgement,
} from './evaluation/index.ts';
import type { ReconcileMemory } from './memory.ts';
import type { RepositoryPort } from './ports.ts';
import { readConfig } from './read-config.ts';
import type { Line, ReconcilePorts } from './types.ts';

/** The judging half of one repository: it runs beside the passes and leaves what it learned for them. */
export interface Judging {
  readonly memory: JudgingMemory;
  judgements: readonly PullJudgement[];
}

/** Nothing is known yet. */
export function newJudging(): Judging {
  return { memory: newJudgingMemory(), judgements: [] };
}

/** What passes read of the judging half. */
export function judgedPorts(judging: Judging): Pick<ReconcilePorts, 'judgements' | 'evaluations'> {
  return {
    judgements: () => judging.judgements,
    evaluations: (pull) => pullEvaluations(judging.memory, pull),
  };
}

/**
 * Judges what the runs of open pull requests handed over. True where something was learned: a pass should follow.
 *
 * @throws PlatformError as judgePulls does: go on at the next wake
 */
export async function judgeRepository(
  ports: JudgingPorts & { readonly repository: RepositoryPort },
  judging: Judging,
  memory: ReconcileMemory,
  options: { readonly signal?: AbortSignal; readonly log?: (line: Line) => void },
): Promise<boolean> {
  const { repository } = ports;
  const { defaultBranch } = await repository.facts();
  const config = (memory.config = await readConfig(repository, defaultBranch, memory.config));
  const { log } = memory;
  // A log that was not read knows no versions, and every candidate would be the first.
  if (log === undefined || log.trouble !== null) return false;
  if (config.status !== 'good' || config.commit === null) return false;
  const by = {
    commit: config.commit,
    models: Object.keys(config.promotion),
    versions: log.models,
  };
  const found = await judgePulls(ports, judging.memory, await repository.openPulls(), by, options);
  const before = judging.judgements.map(nameOf);
  judging.judgements = found;
  return found.some((one) => !before.includes(nameOf(one)));
}

function nameOf({ pull, head, model, record, message }: PullJudgement): string {
  return JSON.stringify([pull, head, model, record, message]);
}
