import { canonicalJson } from '../contracts/digest.ts';
import { MODES, type EntryDraft, type Mode } from '../contracts/entry.ts';
import { InputError } from '../contracts/errors.ts';
import { answerText, decide, explain } from '../promotion/index.ts';
import type { Answer, PromotionConfig, Request, World } from '../promotion/index.ts';
import {
  appendEntry,
  entryWords,
  recordedNumbers,
  type Log,
  type RecordedEntry,
  type Refusal,
} from '../registry/index.ts';
import type { LogStore } from '../registry/ports.ts';
import {
  githubAsker,
  localAsker,
  refuseWrongNames,
  requestOf,
  worldFor,
  type Asker,
  type Typed,
} from './asking.ts';
import type { Outcome, Session } from './execute.ts';
import { githubHere } from './github.ts';
import { readLocalLog, TRUST } from './local-log.ts';
import { requirePolicy, type Policy } from './policy.ts';

/** Everything a request of the command line is decided with. */
interface Desk {
  readonly store: LogStore;
  readonly policy: Policy;
  readonly mode: Mode;
  readonly asker: Asker;
  readonly request: Request;
}

/** `slipway promote | approve | rollback | freeze | unfreeze MODEL[@VERSION] STAGE`. */
export async function askCommand(
  session: Session,
  kind: Typed['kind'],
  named: string,
  stage: string,
  to?: string,
): Promise<Outcome> {
  const local = await readLocalLog(session, session.flags['fetch'] === true);
  const policy = await requirePolicy(session.cwd);
  const typed = newestNamed(typedOf(session, kind, named, stage, to), local.log);
  const mode = modeOf(session, local.log);
  const github = await githubHere(session.cwd);
  const pull = pullOf(local.log, typed);
  const asker =
    github === null
      ? await localAsker(session.cwd)
      : await githubAsker(github, typed, policy.promotion, pull);
  const now = github?.at.now() ?? new Date();
  const request = requestOf(typed, asker, now);
  const desk: Desk = { store: local.store, policy, mode, asker, request };
  const answer = explain(worldOf(desk, local.log, new Map()), policy.promotion, now, request);
  refuseWrongNames(answer.unmet);
  if (session.flags['dryRun'] === true) return await dryRun(session, desk, answer);
  // Who has no token is nobody that an approver could be told by.
  const isKnown = github !== null || answer.unmet.every(({ rule }) => rule !== 'no-rights');
  if (answer.status === 'refused' && isKnown) return answered(desk, answer, []);
  if (mode === 'app' || kind === 'approve') {
    const { askByComment } = await import('./ask-by-comment.ts');
    return await askByComment(session, { typed, request, answer, mode, github, pull, asker, policy });
  }
  if (answer.status !== 'granted') return answered(desk, answer, []);
  return await record(desk, local.log, answer);
}

function typedOf(
  { flags }: Session,
  kind: Typed['kind'],
  named: string,
  stage: string,
  to: string | undefined,
): Typed {
  const [, model, version] = /^([^@\s]+)(?:@(\S+))?$/u.exec(named) ?? [];
  if (model === undefined)
    throw new InputError({ code: 'USAGE', message: `expected MODEL or MODEL@VERSION, found "${named}"` });
  const wanted = to ?? version ?? null;
  const reason = (flags['reason'] as string | undefined) ?? null;
  if (kind === 'approve' && wanted === null) {
    throw new InputError({
      code: 'USAGE',
      message: `an approval names the version it is for, found "${named}"`,
      hint: `slipway approve ${model}@VERSION ${stage}; slipway registry list ${model}`,
    });
  }
  if (kind === 'freeze' && reason === null) {
    throw new InputError({ code: 'USAGE', message: 'a freeze says why', hint: 'add --reason "why"' });
  }
  return {
    kind,
    model,
    version: wanted !== null && /^\d/u.test(wanted) ? `v${wanted}` : wanted,
    stage,
    reason,
  };
}

/** "The newest" is what was newest when it was asked: a version that comes meanwhile is not meant. */
function newestNamed(typed: Typed, log: Log): Typed {
  if (typed.kind !== 'promote' || typed.version !== null) return typed;
  return { ...typed, version: log.models.get(typed.model)?.versions.at(-1)?.version ?? null };
}

function modeOf({ flags }: Session, log: Log): Mode {
  const named = flags['deployKey'] === true ? 'deploy-key' : process.env['SLIPWAY_MODE'];
  if (named === undefined || named === '') return log.mode ?? 'open';
  const mode = MODES.find((one) => one === named);
  if (mode !== undefined) return mode;
  throw new InputError({
    code: 'USAGE',
    message: `SLIPWAY_MODE: expected ${MODES.join(', ')}, found "${named}"`,
  });
}

/** The pull request that the conversation about a version is held in. */
function pullOf(log: Log, { model, version, stage }: Typed): number | null {
  const state = log.models.get(model);
  const held = state?.stages[stage]?.held?.version;
  const name = version ?? held ?? state?.versions.at(-1)?.version;
  return state?.versions.find((one) => one.version === name)?.pull ?? null;
}

function worldOf(desk: Desk, log: Log, recorded: ReadonlyMap<string, number>): World {
  const { policy, mode, asker, request } = desk;
  const requests = [...asker.approvals, request];
  return worldFor(asker, log, policy.promotion, { mode, config: policy.commit, requests, recorded });
}

/** The stage alone: what the log has begun elsewhere is none of this command's. */
function placeOnly({ policy, request }: Desk): PromotionConfig {
  const [model, stage] = [request.model!, request.stage!];
  return { [model]: { [stage]: policy.promotion[model]![stage]! } };
}

/** Most steps that one command takes: what the stage has begun, the request, and what follows at once. */
const MOST_STEPS = 6;

/** Appends what is decided, one entry after the other, until the request is recorded and what follows from it. */
async function record(desk: Desk, first: Log, asked: Answer): Promise<Outcome> {
  const config = placeOnly(desk);
  const entries: RecordedEntry[] = [];
  const recorded = new Map<string, number>();
  let log = first;
  const next = (at: Log): EntryDraft | null => {
    const action = decide(worldOf(desk, at, recorded), config, new Date(desk.request.at)).next;
    return action?.do === 'append' ? action.draft : null;
  };
  for (let step = 0; step < MOST_STEPS; step++) {
    const draft = next(log);
    if (draft === null) break;
    const appended = await appendEntry(desk.store, draft, {
      trust: TRUST,
      followed: log,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      recheck: (now) => Promise.resolve(sameDraft(next(now), draft)),
    });
    log = appended.log;
    if (appended.status === 'refused') return refused(desk, log, appended.refusal);
    entries.push(appended.recorded);
    recorded.set(draft.request, appended.recorded.entry.n);
  }
  const numbers = await recordedNumbers(desk.store, log, [desk.request.key]);
  const n = numbers.get(desk.request.key) ?? null;
  if (n === null) return answered(desk, answerAt(desk, log), entries);
  return answered(desk, { ...asked, status: 'recorded', n, unmet: [] }, entries);
}

function answerAt(desk: Desk, log: Log): Answer {
  const now = new Date(desk.request.at);
  return explain(worldOf(desk, log, new Map()), desk.policy.promotion, now, desk.request);
}

function sameDraft(found: EntryDraft | null, draft: EntryDraft): Refusal | null {
  if (found !== null && canonicalJson(found) === canonicalJson(draft)) return null;
  return {
    code: 'REQUEST_REFUSED',
    message: `${draft.op} of ${draft.model}: the log moved meanwhile, and it is not decided the same way any more`,
    hint: 'look with `slipway status`, and ask again if it is still meant',
  };
}

/** The log had moved: what is said is what holds now. */
function refused(desk: Desk, log: Log, refusal: Refusal): Outcome {
  const answer = answerAt(desk, log);
  if (answer.unmet.length > 0) return answered(desk, answer, []);
  const unmet = [{ rule: 'superseded', message: refusal.message, satisfy: refusal.hint ?? '' }] as const;
  return answered(desk, { ...answer, status: 'refused', unmet }, []);
}

const DECISIONS = { granted: 'pass', recorded: 'pass', waiting: 'inconclusive', refused: 'fail' } as const;
const REASONS = {
  granted: 'DONE',
  recorded: 'DONE',
  waiting: 'WAITING',
  refused: 'REQUEST_REFUSED',
} as const;

/** Backticks are for comments. */
function plain(text: string): string {
  return text.replaceAll('`', '');
}

function answered(desk: Desk, answer: Answer, entries: readonly RecordedEntry[]): Outcome {
  const { headline, lines } = answerText(answer);
  const said = entries.map(({ entry }) => `entry ${entry.n}: ${entryWords(entry)}`);
  const after = meaning(desk, entries);
  return {
    schema: 'slipway.request/1',
    decision: DECISIONS[answer.status],
    reason: REASONS[answer.status],
    message: plain(headline),
    document: { ...documentOf(desk, answer), entries: entries.map(({ entry }) => entry) },
    text: [plain(headline), ...lines.map(plain), ...said, ...after].join('\n'),
  };
}

/** The members that every answer's document has. */
function documentOf({ mode }: Desk, answer: Answer): object {
  const { request, key, version, status, n, unmet, approvals, needed } = answer;
  const { kind, model, stage, actor } = request;
  return { kind, model, version, stage, actor, key, mode, status, n, unmet, approvals, needed };
}

/** What happens next, and who does it. */
function meaning({ policy, request, mode }: Desk, entries: readonly RecordedEntry[]): string[] {
  const last = entries.findLast(({ entry }) => entry.op === 'promote' || entry.op === 'rollback')?.entry;
  const open =
    mode === 'open' && entries.length > 0
      ? ['Mode open: whoever may push can write this log (docs/trust.md).']
      : [];
  if (last === undefined) return open;
  const stage = policy.promotion[request.model!]![request.stage!]!;
  return stage.deploys
    ? [
        `Next: \`slipway reconcile\` (bot or workflow) deploys entry ${last.n} and records verified or failed.`,
        ...open,
      ]
    : [`${request.stage!} has no target: nothing is deployed.`, ...open];
}

async function dryRun(session: Session, desk: Desk, answer: Answer): Promise<Outcome> {
  const { rulesOf, dryRunDocument } = await import('../promotion/report.ts');
  const { model, stage } = desk.request;
  const rules = rulesOf(answer, desk.policy.promotion[model!]?.[stage!] ?? null);
  const view = dryRunDocument(answer, rules);
  return {
    schema: 'slipway.request/1',
    decision: DECISIONS[answer.status],
    reason: REASONS[answer.status],
    message: view.summary,
    document: { ...documentOf(desk, answer), rules, dry_run: true },
    text: async () => {
      const { toText } = await import('../report/terminal/to-text.ts');
      return toText(view, { width: session.width, color: session.color });
    },
  };
}
