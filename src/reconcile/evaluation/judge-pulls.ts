import { artifactName } from '../../contracts/judging.ts';
import { InputError, PlatformError } from '../../contracts/errors.ts';
import type { PullEvaluation } from '../../promotion/index.ts';
import type { PullFacts } from '../ports.ts';
import { chooseArtifacts, chooseRuns, endedWell, modelNamed, runFlaw } from './choose-run.ts';
import { judgeOne } from './judge-one.ts';
import { evaluationsOf, followLedger, notesOf, readRecord, type LedgerAccess } from './ledger.ts';
import type { HeadRun, RunArtifact } from './ports.ts';
import { judgementOf, withoutVerdict, type NotJudged, type PullJudgement } from './results.ts';
import type { JudgedBy, JudgingMemory, JudgingOptions, JudgingPorts } from './types.ts';

/** A judgement that crashes is tried again so often. */
const RETRIES = 2;

/**
 * Judges what the runs of open pull requests against the default branch handed over, each model of each head once, and
 * gives all that is known of these heads. A head of which nothing is new costs one conditional call.
 *
 * @throws PlatformError RATE_LIMITED, NETWORK, AMBIGUOUS, LOG_BUSY: go on at the next pass · CancelledError
 */
export async function judgePulls(
  ports: JudgingPorts,
  memory: JudgingMemory,
  pulls: readonly PullFacts[],
  by: JudgedBy,
  options: JudgingOptions = {},
): Promise<readonly PullJudgement[]> {
  const { id, defaultBranch } = await ports.repository.facts();
  const access = ledgerAccess(ports, memory, id, options);
  await followLedger(access);
  const found: PullJudgement[] = [];
  for (const pull of pulls) {
    memory.heads.set(pull.number, pull.head.commit);
    // Gates, data and code are the default branch's: another base could be made to have none.
    if (!pull.open || pull.base.branch !== defaultBranch) continue;
    await judgeHead({ ports, memory, access, options, pull, by });
    found.push(...(await resultsOf(memory, access, pull)));
  }
  return found;
}

/** The ledger of a repository as judging sees it. */
export function ledgerAccess(
  ports: Pick<JudgingPorts, 'ledger' | 'mode' | 'trust'>,
  memory: Pick<JudgingMemory, 'ledger'>,
  repository: number,
  options: JudgingOptions = {},
): LedgerAccess {
  const { ledger, mode, trust } = ports;
  return {
    ledger,
    memory: memory.ledger,
    repository,
    mode,
    trust,
    ignored: (commit, why) =>
      options.log?.({ level: 'warn', message: 'a commit of the ledger is ignored', facts: { commit, why } }),
  };
}

/** What was judged of a pull request's newest head, by model; nothing is asked of anybody. */
export function pullEvaluations(
  memory: JudgingMemory,
  pull: number,
): Readonly<Record<string, PullEvaluation>> {
  // Of one that was merged before this process knew it, the head that was judged last.
  const head = memory.heads.get(pull) ?? notesOf(memory.ledger).findLast((note) => note.pull === pull)?.head;
  return head === undefined ? {} : evaluationsOf(memory.ledger, head);
}

interface Heading {
  readonly ports: JudgingPorts;
  readonly memory: JudgingMemory;
  readonly access: LedgerAccess;
  readonly options: JudgingOptions;
  readonly pull: PullFacts;
  readonly by: JudgedBy;
}

/** Judges what is new of a head: several workflows may hand over models, and runs may be run again. */
async function judgeHead(heading: Heading): Promise<void> {
  const { ports, memory, access, options, pull, by } = heading;
  const { commit } = pull.head;
  const all = await ports.artifacts.runsOf(commit);
  const runs = chooseRuns(all, pull, access.repository);
  passOver(heading, all);
  const key = `${pull.number} ${commit}`;
  const seen = runs.map(({ id, attempt }) => `${id}.${attempt}`).join(' ');
  if (seen === '' || memory.settled.get(key) === seen) return;
  const open = await openArtifacts(heading, runs);
  const folderId = async (at: string) => await ports.artifacts.folderId(at, '.github');
  const equal = open.length > 0 && (await folderId(commit)) === (await folderId(by.commit));
  let settled = true;
  for (const { run, artifact } of open) {
    options.signal?.throwIfAborted();
    settled = (await judgeArtifact(heading, run, artifact, equal)) && settled;
  }
  if (settled) memory.settled.set(key, seen);
}

/** Says once of each run whose artifacts are not looked at why. */
function passOver({ memory, access, options, pull }: Heading, runs: readonly HeadRun[]): void {
  for (const run of runs.filter(endedWell)) {
    const why = runFlaw(run, pull, access.repository);
    const key = `${pull.number} ${pull.head.commit} ${run.id}`;
    if (why === null || memory.passedOver.has(key)) continue;
    memory.passedOver.add(key);
    const facts = { pull: pull.number, head: pull.head.commit, run: run.id, why };
    options.log?.({ level: 'info', message: 'a run is passed over', facts });
  }
}

/** Artifacts of which nothing is known yet; of one name that of the newest run. */
async function openArtifacts({ ports, memory, pull }: Heading, runs: readonly HeadRun[]) {
  const { commit } = pull.head;
  const known = new Set(
    notesOf(memory.ledger).flatMap(({ head, model }) => (head === commit ? [artifactName(model)] : [])),
  );
  const open: { readonly run: HeadRun; readonly artifact: RunArtifact }[] = [];
  for (const run of runs)
    for (const artifact of chooseArtifacts(await ports.artifacts.artifactsOf(run.id), run)) {
      if (!known.has(artifact.name) && !memory.results.has(resultKey(pull, artifact.name)))
        open.push({ run, artifact });
      known.add(artifact.name);
    }
  return open;
}

/** False where it crashed and may be tried again. */
async function judgeArtifact(
  heading: Heading,
  run: HeadRun,
  artifact: RunArtifact,
  equal: boolean,
): Promise<boolean> {
  const { ports, access, options, pull, by } = heading;
  const [model, ...more] = by.models.filter((name) => artifactName(name) === artifact.name);
  if (model === undefined || more.length > 0) {
    tell(heading, artifact, withoutVerdict({ ...unnamed(pull, artifact), ...noModel(artifact, more) }));
    return true;
  }
  try {
    const asked = { pull, run, artifact, equal, model, by, options };
    tell(heading, artifact, await judgeOne(ports, access, asked));
  } catch (error) {
    return crashed(heading, artifact, error);
  }
  return true;
}

function unnamed({ number, head }: PullFacts, { name }: RunArtifact) {
  return { pull: number, head: head.commit, model: modelNamed(name) };
}

function noModel(
  { name }: RunArtifact,
  more: readonly string[],
): Pick<NotJudged, 'status' | 'code' | 'message'> {
  const called = JSON.stringify(name.slice(0, 100));
  if (more.length > 0) {
    const message = `${called} may be of several models of the base: rename one of them`;
    return { status: 'refused', code: 'ARTIFACT_REFUSED', message };
  }
  const message = `the base branch declares no model for ${called}, so there are no gates to judge it by; the merge trains and judges it`;
  return { status: 'skipped', code: 'MODEL_UNKNOWN', message };
}

/** Keeps what is said of an artifact; records are kept in the ledger. */
function tell({ memory, options, pull }: Heading, { name }: RunArtifact, result: PullJudgement): void {
  if (result.status !== 'judged') memory.results.set(resultKey(pull, name), result);
  const { model, status, decision, reason, message } = result;
  options.log?.({
    level: status === 'refused' || status === 'failed' ? 'warn' : 'info',
    message: `pull request ${status}`,
    facts: { pull: pull.number, head: pull.head.commit, model, decision, reason, why: message },
  });
}

/** What an error means: wrong artifacts are refused, crashes tried again and then said, all else ends the pass. */
function crashed(heading: Heading, artifact: RunArtifact, error: unknown): boolean {
  const { memory, options, pull } = heading;
  const model = unnamed(pull, artifact);
  if (error instanceof InputError) {
    const { code, message } = error;
    tell(heading, artifact, withoutVerdict({ ...model, status: 'refused', code, message }));
    return true;
  }
  if (!(error instanceof PlatformError && (error.code === 'JUDGE_FAILED' || error.code === 'DISK')))
    throw error;
  const { code, message } = error;
  const key = resultKey(pull, artifact.name);
  const crashes = (memory.crashes.get(key) ?? 0) + 1;
  memory.crashes.set(key, crashes);
  if (crashes <= RETRIES) {
    options.log?.({ level: 'warn', message: 'judging crashed', facts: { ...model, crashes, why: message } });
    return false;
  }
  tell(heading, artifact, withoutVerdict({ ...model, status: 'failed', code, message }));
  return true;
}

function resultKey(pull: PullFacts, artifact: RunArtifact['name']): string {
  return `${pull.number} ${pull.head.commit} ${artifact}`;
}

/** Closed pull requests whose verdicts a new process reads again. */
const MOST_CLOSED = 20;

/**
 * What the ledger says of pull requests: of open ones at their heads, of the newest closed ones where they were judged
 * last. Nothing is judged, and no run is looked at.
 *
 * @throws PlatformError as judgePulls does
 */
export async function recallJudgements(
  ports: JudgingPorts,
  memory: JudgingMemory,
  pulls: readonly PullFacts[],
): Promise<{ readonly open: readonly PullJudgement[]; readonly closed: readonly PullJudgement[] }> {
  const { id } = await ports.repository.facts();
  const access = ledgerAccess(ports, memory, id);
  await followLedger(access);
  const heads = new Map(pulls.map(({ number, head }) => [number, head.commit]));
  const last = new Map(notesOf(memory.ledger).map(({ pull, head }) => [pull, head]));
  const closed = [...last].filter(([number]) => !heads.has(number)).slice(-MOST_CLOSED);
  const read = async (from: Iterable<[number, string]>) => {
    const found: PullJudgement[] = [];
    for (const [number, commit] of from)
      found.push(...(await resultsOf(memory, access, { number, head: { commit } })));
    return found;
  };
  return { open: await read(heads), closed: await read(closed) };
}

async function resultsOf(
  memory: JudgingMemory,
  access: LedgerAccess,
  pull: { readonly number: number; readonly head: { readonly commit: string } },
): Promise<readonly PullJudgement[]> {
  const results = new Map<string, PullJudgement>();
  for (const [key, result] of memory.results)
    if (key.startsWith(`${pull.number} ${pull.head.commit} `)) results.set(result.model, result);
  for (const note of notesOf(memory.ledger)) {
    if (note.head !== pull.head.commit || results.get(note.model)?.status === 'judged') continue;
    const record = await readRecord(access, note);
    // Pull requests may share a head: the verdict is the head's.
    if (record !== null) results.set(note.model, { ...judgementOf(record), pull: pull.number });
  }
  return [...results.values()].sort((one, other) => (one.model < other.model ? -1 : 1));
}
