import { setTimeout as wait } from 'node:timers/promises';

import type { Mode } from '../contracts/entry.ts';
import { InputError, PlatformError } from '../contracts/errors.ts';
import { connectRepository } from '../platform/github/connect.ts';
import { accountOfToken } from '../platform/github/identity.ts';
import { answerText } from '../promotion/index.ts';
import { newMemory, reconcile, type Line, type Summary } from '../reconcile/index.ts';
import { openLog } from '../registry/index.ts';
import type { Outcome, Session } from './execute.ts';
import { githubHere } from './github.ts';

const SEND_MS = 10_000;

/**
 * `slipway reconcile`: one pass over this repository with the token of the environment, as a scheduled workflow or a
 * laptop runs it. Where the App writes the log, this only says what it would do: nobody else may write there.
 */
export async function reconcileCommand(session: Session): Promise<Outcome> {
  const here = await githubHere(session.cwd);
  if (here === null) {
    throw new InputError({
      code: 'USAGE',
      message: 'reconciling asks GitHub: there is no token, or this clone is none of GitHub’s',
      hint: 'set GITHUB_TOKEN (and GITHUB_REPOSITORY=owner/name where there is no origin)',
    });
  }
  const { api, owner, repo, baseUrl } = here;
  const self = await accountOfToken(api);
  const connected = connectRepository(api, { owner, repo, self });
  const trust = { bot: null };
  const { mode: written } = await openLog(connected.log, { trust });
  const dryRun = session.flags['dryRun'] === true || written === 'app';
  const lines: Line[] = [];
  const summary = await reconcile(
    {
      ...connected,
      trust,
      mode: modeHere(),
      self,
      page: `${baseUrl.replace(/\/api\/v3$/u, '').replace('://api.', '://')}/${owner}/${repo}`,
      send,
    },
    newMemory(),
    {
      signal: session.signal,
      sleep: (ms) => wait(ms),
      dryRun,
      log: (line) => {
        lines.push(line);
        session.progress.line(`${line.message} ${JSON.stringify(line.facts)}`);
      },
    },
  );
  if (summary.parkedUntil !== null) throw parked(summary.parkedUntil);
  return outcomeOf(summary, lines, dryRun, written === 'app');
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

/** Posts a notice in the form that Slack and its likes take. What cannot be sent is said and holds up nothing. */
async function send(secret: string, text: string): Promise<void> {
  const address = process.env[secret];
  if (address === undefined || address === '') return;
  try {
    await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
      redirect: 'error',
      signal: AbortSignal.timeout(SEND_MS),
    });
  } catch {
    process.stderr.write(`the address in ${secret} did not take the notice\n`);
  }
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
