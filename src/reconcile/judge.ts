import {
  newJudgingMemory,
  judgePulls,
  pullEvaluations,
  type JudgingMemory,
  type PullJudgement,
} from './evaluation/index.ts';
import type { ReconcileMemory } from './memory.ts';
import { newMergingMemory, registerMerged, type MergingMemory, type MergingPorts } from './merging/index.ts';
import type { RepositoryPort } from './ports.ts';
import { readConfig } from './read-config.ts';
import type { Line, ReconcilePorts } from './types.ts';

/** The judging half of one repository: it runs beside the passes and leaves what it learned for them. */
export interface Judging {
  readonly memory: JudgingMemory;
  readonly merging: MergingMemory;
  judgements: readonly PullJudgement[];
}

/** Nothing is known yet. */
export function newJudging(): Judging {
  const memory = newJudgingMemory();
  return { memory, merging: newMergingMemory(memory), judgements: [] };
}

/** What passes read of the judging half. */
export function judgedPorts(judging: Judging): Pick<ReconcilePorts, 'judgements' | 'evaluations'> {
  return {
    judgements: () => judging.judgements,
    evaluations: (pull) => pullEvaluations(judging.memory, pull),
  };
}

export interface JudgeRepositoryOptions {
  readonly signal?: AbortSignal;
  readonly log?: (line: Line) => void;
  /** Default: both. */
  readonly only?: 'pulls' | 'merges';
}

/**
 * Judges what the runs of open pull requests handed over and registers what the default branch's did. True where something was learned: a pass should follow.
 *
 * @throws PlatformError as judgePulls does: go on at the next wake
 */
export async function judgeRepository(
  ports: MergingPorts & { readonly repository: RepositoryPort },
  judging: Judging,
  memory: ReconcileMemory,
  options: JudgeRepositoryOptions,
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
  const { only } = options;
  const pulls = only === 'merges' ? [] : await repository.openPulls();
  const judged = only === 'merges' ? [] : await judgePulls(ports, judging.memory, pulls, by, options);
  const merged =
    only === 'pulls'
      ? { found: [], learned: false }
      : await registerMerged(ports, judging.merging, by, options);
  const found = [...judged, ...merged.found];
  const before = judging.judgements.map(nameOf);
  judging.judgements = found;
  return merged.learned || found.some((one) => !before.includes(nameOf(one)));
}

function nameOf({ pull, head, model, record, message }: PullJudgement): string {
  return JSON.stringify([pull, head, model, record, message]);
}
