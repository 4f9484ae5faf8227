import type { PromotionConfig, Request, Unmet, World } from '../promotion/index.ts';
import { statusOf, type Log, type LogStatus } from '../registry/index.ts';
import type { Waiting } from '../registry/report.ts';
import type { Outcome, Session } from './execute.ts';
import { openLocalLog } from './local-log.ts';
import { readPolicy } from './policy.ts';

/** `slipway status [MODEL]`: what runs where, since when, and what waits for what; from the log of this clone alone. */
export async function statusCommand(session: Session, model: string | undefined): Promise<Outcome> {
  const now = new Date();
  const [{ log }, policy] = await Promise.all([openLocalLog(session), readPolicy(session.cwd)]);
  const promotion = policy?.promotion ?? {};
  const stages = Object.fromEntries(
    Object.entries(promotion).map(([name, declared]) => [name, Object.keys(declared)]),
  );
  const status = statusOf(log, model ?? null, stages);
  const waiting = policy === null ? [] : await waitingOf(log, promotion, status, now);
  const message = messageOf(status);
  return {
    schema: 'slipway.status/1',
    decision: log.trouble === null ? 'skipped' : 'fail',
    reason: log.trouble === null ? 'DONE' : log.trouble.kind === 'tampered' ? 'LOG_TAMPERED' : 'LOG_NEWER',
    message,
    document: { ...status, waiting },
    text: async () => {
      const [{ statusDocument }, { toText }] = await Promise.all([
        import('../registry/report.ts'),
        import('../report/terminal/to-text.ts'),
      ]);
      return toText(statusDocument(status, waiting, now), { width: session.width, color: session.color });
    },
  };
}

function messageOf({ models, n, trouble }: LogStatus): string {
  if (trouble !== null) return trouble.message;
  const moving = models
    .flatMap(({ stages }) => stages)
    .filter(({ state }) => state !== 'verified' && state !== 'empty');
  return `${models.length} models, entry ${n}, ${moving.length} stages not verified`;
}

/** Rules that only GitHub's conversations and accounts can tell of, which are not asked here. */
const NOT_KNOWN_HERE = new Set(['no-rights', 'approvals', 'author-only', 'mode']);

/**
 * For each stage the version that would come next: what the stage before it runs, or the newest one; and what keeps it
 * away, as far as the log alone can tell.
 */
async function waitingOf(
  log: Log,
  config: PromotionConfig,
  status: LogStatus,
  now: Date,
): Promise<readonly Waiting[]> {
  const { explain } = await import('../promotion/index.ts');
  const world = worldOf(log);
  return status.models.flatMap(({ model, stages }) =>
    Object.entries(Object.hasOwn(config, model) ? config[model]! : {}).flatMap(
      ([stage, policy]): Waiting[] => {
        const state = log.models.get(model)!;
        const before = stages.find((one) => one.stage === policy.after);
        const version =
          policy.after === null ? state.versions.at(-1)?.version : (before?.version ?? undefined);
        const held = stages.find((one) => one.stage === stage);
        const at = (name: string | null | undefined): number =>
          state.versions.findIndex((one) => one.version === name);
        // What was rolled back from is not proposed again.
        if (version === undefined || at(version) <= at(held?.version) || held?.op === 'rollback') return [];
        const { unmet } = explain(world, config, now, requestFor(model, version, stage, now));
        const lacks = unmet.filter(({ rule }) => !NOT_KNOWN_HERE.has(rule)).map(lackWords);
        const { approvals } = policy;
        if (approvals > 0) lacks.push(`It takes ${approvals} ${approvals === 1 ? 'approval' : 'approvals'}.`);
        return [{ model, stage, version, ready: lacks.length === 0, lacks }];
      },
    ),
  );
}

/** Nobody has asked yet: a rule that time alone satisfies says when, and backticks are for comments. */
function lackWords({ message, satisfy }: Unmet): string {
  const then = satisfy
    .replace('This goes on by itself at', 'It may go at')
    .replace(/^This goes on by itself.*/u, '');
  return `${message} ${then}`.trim().replaceAll('`', '');
}

const NOBODY = { id: 0, login: 'nobody' };

function worldOf(log: Log): World {
  const nobody = { ...NOBODY, role: 'admin', teams: [], bot: false } as const;
  return {
    repository: 0,
    mode: log.mode ?? 'open',
    config: null,
    log: { n: log.n, models: log.models, blocked: null, recorded: new Map() },
    requests: [],
    people: new Map([[NOBODY.id, nobody]]),
    pulls: new Map(),
    deployments: new Map(),
    self: NOBODY,
  };
}

function requestFor(model: string, version: string, stage: string, now: Date): Request {
  return {
    key: '',
    kind: 'promote',
    model,
    version,
    stage,
    reason: null,
    actor: NOBODY,
    source: { via: 'command', event: 0, issue: null, pull: false, line: 0 },
    at: now.toISOString(),
  };
}
