import { artifactName } from '../../contracts/judging.ts';
import { InputError, PlatformError } from '../../contracts/errors.ts';
import { ledgerAccess } from '../evaluation/judge-pulls.ts';
import { chooseArtifacts } from '../evaluation/choose-run.ts';
import { followLedger, type LedgerAccess } from '../evaluation/ledger.ts';
import type { HeadRun, RunArtifact } from '../evaluation/ports.ts';
import { withoutVerdict, type PullJudgement } from '../evaluation/results.ts';
import type { JudgedBy, JudgingOptions } from '../evaluation/types.ts';
import type { PullFacts } from '../ports.ts';
import { mergeOne, type MergedOne } from './merge-one.ts';
import { originOf, type MergeOrigin } from './origin.ts';
import type { MergingMemory, MergingPorts } from './types.ts';

/** An artifact that crashes is tried again so often. */
const RETRIES = 2;

/**
 * Registers what the newest successful run of the default branch handed over, each model once. A branch of which nothing
 * is new costs one conditional call.
 *
 * @returns what is known of the newest artifact of each model; `learned` where something was done
 * @throws PlatformError RATE_LIMITED, NETWORK, AMBIGUOUS, LOG_BUSY, LOG_TAMPERED: go on at the next pass · CancelledError
 */
export async function registerMerged(
  ports: MergingPorts,
  memory: MergingMemory,
  by: JudgedBy,
  options: JudgingOptions = {},
): Promise<{ readonly found: readonly PullJudgement[]; readonly learned: boolean }> {
  const { id, defaultBranch } = await ports.repository.facts();
  const access = ledgerAccess(ports, memory.judging, id, options);
  const runs = (await ports.artifacts.pushRuns(defaultBranch)).filter((run) => isOwn(run, id, defaultBranch));
  let learned = false;
  for (const [name, { run, artifact }] of await newest(ports, memory, runs)) {
    options.signal?.throwIfAborted();
    const [model, ...more] = by.models.filter((one) => artifactName(one) === name);
    if (model === undefined || more.length > 0) continue;
    const merging = { ports, memory, access, by, options, branch: defaultBranch, model, run, artifact };
    learned = (await mergeArtifact(merging)) || learned;
  }
  return { found: [...memory.results.values()], learned };
}

/** A push to this repository's own default branch whose run ended well: all of it as GitHub says. */
function isOwn(run: HeadRun, repository: number, branch: string): boolean {
  return (
    run.event === 'push' &&
    run.headBranch === branch &&
    run.repository === repository &&
    run.headRepository === repository &&
    run.status === 'completed' &&
    run.conclusion === 'success'
  );
}

interface Found {
  readonly run: HeadRun;
  readonly artifact: RunArtifact;
}

/**
 * The newest artifact of each name: of several pushes the last one that made it decides, as its commit holds the others.
 * What a finished run uploaded does not change any more and is asked for once.
 */
async function newest(
  { artifacts }: MergingPorts,
  memory: MergingMemory,
  runs: readonly HeadRun[],
): Promise<ReadonlyMap<string, Found>> {
  const found = new Map<string, Found>();
  for (const run of runs) {
    const key = settledKey(run, '');
    const uploaded = memory.uploads.get(key) ?? chooseArtifacts(await artifacts.artifactsOf(run.id), run);
    memory.uploads.set(key, uploaded);
    for (const artifact of uploaded)
      if (!artifact.expired && !found.has(artifact.name)) found.set(artifact.name, { run, artifact });
  }
  return found;
}

interface Merging extends Found {
  readonly ports: MergingPorts;
  readonly memory: MergingMemory;
  readonly access: LedgerAccess;
  readonly by: JudgedBy;
  readonly options: JudgingOptions;
  readonly branch: string;
  readonly model: string;
}

/** True where something was learned. */
async function mergeArtifact(merging: Merging): Promise<boolean> {
  const { ports, memory, access, by, options, branch, model, run, artifact } = merging;
  const key = settledKey(run, artifact.name);
  if (memory.settled.has(key)) return false;
  const known = by.versions.get(model)?.versions.some(({ commit }) => commit === run.headSha) === true;
  if (known || !(await ports.repository.isOn(run.headSha, branch))) {
    memory.settled.add(key);
    return false;
  }
  await followLedger(access);
  const origin = await originOf(ports, run.headSha, branch);
  const pull = pullOf(run, branch, origin);
  // The commit judges itself: its gates, data and config were reviewed with it.
  const judgedBy = { ...by, commit: run.headSha };
  try {
    const asked = { pull, run, artifact, model, by: judgedBy, options, equal: true };
    tell(merging, await mergeOne(ports, access, asked, origin));
  } catch (error) {
    if (!crashed(merging, pull, error)) return false;
  }
  // From now on what people accept of the pull request is what was merged.
  if (origin.pull !== null) memory.judging.heads.set(origin.pull.number, run.headSha);
  memory.settled.add(key);
  return true;
}

/** The merge commit as what is judged: it lives here, and its workflows are its own. */
function pullOf(run: HeadRun, branch: string, { pull, authors }: MergeOrigin): PullFacts {
  const [author = { id: 0, login: 'unknown' }] = authors;
  return {
    number: pull?.number ?? 0,
    author,
    open: false,
    draft: false,
    merged: true,
    head: { commit: run.headSha, branch, here: true },
    base: { branch, commit: run.headSha },
    mergeCommit: run.headSha,
  };
}

function tell(
  { memory, options, model, run }: Merging,
  { judgement, registered, unchanged }: MergedOne,
): void {
  memory.results.set(model, judgement);
  const { status, decision, reason, message: why } = judgement;
  const facts = { model, commit: run.headSha, run: run.id, decision, reason };
  const said =
    registered !== null
      ? {
          level: 'info',
          message: 'a version was registered',
          facts: { ...facts, tag: registered.tag, n: registered.n },
        }
      : unchanged !== null
        ? { level: 'info', message: 'the merge changed no model', facts: { ...facts, version: unchanged } }
        : { level: 'warn', message: 'nothing was registered', facts: { ...facts, status, why } };
  options.log?.(said as Parameters<NonNullable<JudgingOptions['log']>>[0]);
}

/** Wrong artifacts are refused, crashes tried again and then said (true), all else ends the pass. */
function crashed(merging: Merging, pull: PullFacts, error: unknown): boolean {
  const { memory, options, model, run, artifact } = merging;
  const at = { pull: pull.number, head: run.headSha, model };
  const key = settledKey(run, artifact.name);
  const crashes = (memory.crashes.get(key) ?? 0) + 1;
  if (error instanceof InputError) {
    const { code, message } = error;
    const judgement = withoutVerdict({ ...at, status: 'refused', code, message });
    tell(merging, { judgement, registered: null, unchanged: null });
    return true;
  }
  if (!(error instanceof PlatformError && (error.code === 'JUDGE_FAILED' || error.code === 'DISK')))
    throw error;
  const { code, message } = error;
  memory.crashes.set(key, crashes);
  if (crashes <= RETRIES) {
    options.log?.({ level: 'warn', message: 'judging crashed', facts: { ...at, crashes, why: message } });
    return false;
  }
  const judgement = withoutVerdict({ ...at, status: 'failed', code, message });
  tell(merging, { judgement, registered: null, unchanged: null });
  return true;
}

function settledKey({ id, attempt }: HeadRun, artifact: string): string {
  return `${id}.${attempt} ${artifact}`;
}
