import { setTimeout as wait } from 'node:timers/promises';

import type { Mode } from '../contracts/entry.ts';
import { InputError, PlatformError } from '../contracts/errors.ts';
import { accountOfToken } from '../platform/github/identity.ts';
import { answerText } from '../promotion/index.ts';
import { judgeRepository, reconcile, type Line, type Summary } from '../reconcile/index.ts';
import { openLog } from '../registry/index.ts';
import { wireActing, type Acting } from './acting.ts';
import type { Outcome, Session } from './execute.ts';
import { githubHere } from './github.ts';

/**
 * `slipway reconcile`: one pass over this repository with the token of the environment, as a scheduled workflow or a
 * laptop runs it. Where the App writes the log, this only says what it would do: nobody else may write there.
 */
export async function reconcileCommand(session: Session): Promise<Outcome> {
  const lines: Line[] = [];
  const acting = await actingHere(session, (line) => lines.push(line));
  const { mode: written } = await openLog(acting.ports.log, { trust: acting.ports.trust });
  const dryRun = session.flags['dryRun'] === true || written === 'app';
  const summary = await pass(acting, { signal: session.signal, dryRun });
  if (summary.parkedUntil !== null) throw parked(summary.parkedUntil);
  return outcomeOf(summary, lines, dryRun, written === 'app');
}

/**
 * Everything that acting on this repository goes through, with the token of the environment; each line is shown.
 *
 * @throws InputError USAGE without a token, or outside of a repository of GitHub's
 */
export async function actingHere(session: Session, onLine?: (line: Line) => void): Promise<Acting> {
  const here = await githubHere(session.cwd);
  if (here === null) {
    throw new InputError({
      code: 'USAGE',
      message: 'reconciling asks GitHub: there is no token, or this clone is none of GitHub’s',
      hint: 'set GITHUB_TOKEN (and GITHUB_REPOSITORY=owner/name where there is no origin)',
    });
  }
  const self = await accountOfToken(here.api);
  return wireActing(here, self, modeHere(), (line) => {
    onLine?.(line);
    session.progress.line(`${line.message} ${JSON.stringify(line.facts)}`);
  });
}

/** A pass; then what was handed over is judged and registered, and another pass acts on what that brought. */
async function pass(
  acting: Acting,
  { signal, dryRun }: { readonly signal: AbortSignal; readonly dryRun: boolean },
): Promise<Summary> {
  const { ports, judgingPorts, judging, memory, log } = acting;
  const options = { signal, sleep: (ms: number) => wait(ms), dryRun, log };
  const first = await reconcile(ports, memory, options);
  if (dryRun || first.ignored || first.parkedUntil !== null) return first;
  if (!(await judgeRepository(judgingPorts, judging, memory, { signal, log }))) return first;
  const second = await reconcile(ports, memory, options);
  return {
    ...second,
    recorded: [...first.recorded, ...second.recorded],
    calls: first.calls + second.calls,
  };
}

/** What this process is allowed to be: a protected environment with the deploy key says so, all else is any writer. */
function modeHere(): Mode {
  return process.env['SLIPWAY_MODE'] === 'deploy-key' ? 'deploy-key' : 'open';
}

function parked(until: Date): PlatformError {
  return new PlatformError({
    code: 'RATE_LIMITED',
    message: `GitHub's rate limit is reached until ${until.toISOString()}`,
    hint: 'nothing is lost: run it again after that time',
  });
}

function outcomeOf(summary: Summary, lines: readonly Line[], dryRun: boolean, isApps: boolean): Outcome {
  const entries = summary.recorded.map(({ entry }) => entry);
  const answers = summary.decided?.answers ?? [];
  const said = answers.filter(({ status }) => status !== 'recorded').map((answer) => answerText(answer));
  const message = isApps
    ? 'the App writes this log: nothing was done here'
    : entries.length > 0
      ? `${entries.length} entries recorded`
      : summary.dirty
        ? 'GitHub gave no clear answer: run it again'
        : 'nothing to do';
  return {
    schema: 'slipway.reconcile/1',
    decision: summary.dirty ? 'error' : entries.length > 0 ? 'pass' : 'skipped',
    reason: summary.dirty ? 'NETWORK' : entries.length > 0 ? 'DONE' : 'NOTHING_TO_DO',
    message,
    document: {
      dry_run: dryRun,
      next: summary.decided?.next ?? null,
      recorded: entries,
      answers,
      blocked: summary.blocked,
      calls: summary.calls,
      lines,
    },
    text: [
      ...entries.map(
        ({ n, op, model, stage, version }) =>
          `#${n} ${[op, model, stage, version].filter(Boolean).join(' ')}`,
      ),
      ...said.flatMap(({ headline, lines: more }) => [headline, ...more.map((line) => `  ${line}`)]),
      ...(dryRun && summary.decided?.next ? [`next: ${JSON.stringify(summary.decided.next)}`] : []),
      message,
    ].join('\n'),
    ...(summary.dirty ? { exitCode: 4 } : {}),
  };
}
