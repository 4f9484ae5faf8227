import {
  newJudgingMemory,
  judgePulls,
  recallJudgements,
  pullEvaluations,
  type JudgingMemory,
  type JudgingPorts,
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
  /** Of closed pull requests: their reports go on saying it. */
  readonly past: Map<number, readonly PullJudgement[]>;
  recalled: boolean;
}

/** Nothing is known yet. */
export function newJudging(): Judging {
  const memory = newJudgingMemory();
  return { memory, merging: newMergingMemory(memory), judgements: [], past: new Map(), recalled: false };
}

/** What passes read of the judging half. */
export function judgedPorts(
  judging: Judging,
): Pick<ReconcilePorts, 'judgements' | 'pastJudgements' | 'evaluations'> {
  return {
    judgements: () => judging.judgements,
    pastJudgements: () => [...judging.past.values()].flat(),
    evaluations: (pull) => pullEvaluations(judging.memory, pull),
  };
}

/**
 * Reads once what was judged before this process began, so that its first pass takes no verdict out of a report.
 *
 * @throws PlatformError as judgePulls does
 */
export async function recall(
  ports: JudgingPorts & { readonly repository: Pick<RepositoryPort, 'openPulls'> },
  judging: Judging,
): Promise<void> {
  if (judging.recalled) return;
  const { open, closed } = await recallJudgements(ports, judging.memory, await ports.repository.openPulls());
  judging.judgements = open;
  keep(judging, closed);
  judging.recalled = true;
}

/** The newest of them; older reports are not rendered again. */
const MOST_PAST = 200;

function keep({ past }: Judging, judgements: readonly PullJudgement[]): void {
  for (const [pull, found] of Map.groupBy(judgements, (one) => one.pull)) {
    past.delete(pull);
    past.set(pull, found);
  }
  for (const pull of [...past.keys()].slice(0, -MOST_PAST)) past.delete(pull);
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
  const open = new Set(found.map(({ pull }) => pull));
  // Where only merges were looked at nothing was learned of pull requests.
  if (only !== 'merges')
    keep(
      judging,
      judging.judgements.filter(({ pull }) => !open.has(pull)),
    );
  for (const pull of open) judging.past.delete(pull);
  judging.judgements = found;
  return merged.learned || found.some((one) => !before.includes(nameOf(one)));
}

function nameOf({ pull, head, model, record, message }: PullJudgement): string {
  return JSON.stringify([pull, head, model, record, message]);
}
