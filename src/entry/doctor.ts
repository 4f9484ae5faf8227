import picocolors from 'picocolors';

import type { Mode } from '../contracts/entry.ts';
import { isCodedError } from '../contracts/errors.ts';
import { git } from '../platform/git/git.ts';
import { promotionConfig } from '../reconcile/index.ts';
import { missing, ok, unknown, type Finding } from './doctor-finding.ts';
import { lookAtApp, lookAtRepository, lookAtSettings } from './doctor-github.ts';
import { lookAtRules } from './doctor-rules.ts';
import { openLog, type Log } from '../registry/index.ts';
import type { Outcome, Session } from './execute.ts';
import { githubHere, type GithubHere } from './github.ts';
import { readLocalLog, TRUST } from './local-log.ts';
import { openProject } from './project.ts';

type Stages = ReturnType<typeof promotionConfig>;

interface Diagnosis {
  /** Null where it cannot be told from here. */
  readonly mode: Mode | null;
  readonly findings: readonly Finding[];
}

/**
 * `slipway doctor`: the trust mode, and each guarantee that is missing with what that costs and how to repair it.
 * Fails only where the config relies on one that is missing.
 */
export async function doctorCommand(session: Session): Promise<Outcome> {
  const { stages, finding } = configHere(session);
  const github = await githubOf(session);
  const log = await logHere(session, github);
  const local = [await gitHere(session), finding, log.finding];
  const remote =
    github === null
      ? {
          mode: null,
          findings: [
            unknown(
              'GitHub',
              'not asked: there is no token, or no remote',
              'GH_TOKEN=$(gh auth token) slipway doctor',
            ),
          ],
        }
      : await askGithub(session, github, stages, log.mode);
  const mode = remote.mode ?? log.mode;
  const findings = [...local, ...remote.findings];
  const failed = findings.filter(({ status, relied }) => status === 'missing' && relied);
  const lacking = findings.filter(({ status }) => status === 'missing').length;
  return {
    schema: 'slipway.doctor/1',
    decision: failed.length > 0 ? 'fail' : 'pass',
    reason: failed.length > 0 ? 'CHECK_FAILED' : 'CHECK_PASSED',
    message:
      lacking === 0 ? 'nothing is missing' : `${lacking} missing, ${failed.length} of them relied upon`,
    document: { mode, findings },
    text: render({ mode, findings }, session.color),
  };
}

/** Without git there is no remote to ask; that git is missing is said elsewhere. */
async function githubOf({ cwd }: Session): Promise<GithubHere | null> {
  try {
    return await githubHere(cwd);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return null;
  }
}

async function gitHere({ cwd }: Session): Promise<Finding> {
  try {
    return ok('git', (await git(cwd, ['--version'])).trim());
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const lack = { found: error.message, costs: 'nothing works without it', repair: 'install git' };
    return missing('git', { ...lack, relied: true });
  }
}

function configHere(session: Session): { readonly stages: Stages; readonly finding: Finding } {
  try {
    const { config, shownFile } = openProject(session);
    return { stages: promotionConfig(config), finding: ok('config', `${shownFile} is good`) };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const found = error.problems.map(({ message }) => message).join('; ');
    const costs = 'promotions stop until it can be read';
    return {
      stages: {},
      finding: missing('config', { found, costs, repair: 'slipway check', relied: true }),
    };
  }
}

interface LogFacts {
  readonly mode: Mode | null;
  readonly finding: Finding;
}

/** The log: as GitHub shows it, with its signatures, else as this clone has it. */
async function logHere(session: Session, github: GithubHere | null): Promise<LogFacts> {
  const check = 'log';
  try {
    const log = github === null ? (await readLocalLog(session, false)).log : await readGithubLog(github);
    const { mode, trouble, head, n } = log;
    if (trouble !== null) {
      const { message: found, repair } = trouble;
      const costs = 'nothing is promoted until it is repaired';
      return { mode, finding: missing(check, { found, costs, repair, relied: true }) };
    }
    if (github === null) {
      const found = head === null ? 'empty, or not fetched' : `${n} entries as this clone has it`;
      return { mode, finding: ok(check, found) };
    }
    const by = mode === 'app' ? `, signed for the App (account ${log.writer ?? 'unknown'})` : '';
    return { mode, finding: ok(check, head === null ? 'empty' : `${n} entries${by}`) };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return { mode: null, finding: unknown(check, error.message, 'run it in a clone of the repository') };
  }
}

async function readGithubLog({ api, owner, repo }: GithubHere): Promise<Log> {
  const { githubLogStore } = await import('../platform/github/log-store.ts');
  return await openLog(githubLogStore(api, { owner, repo }), { trust: TRUST });
}

async function askGithub(
  { cwd }: Session,
  github: GithubHere,
  stages: Stages,
  written: Mode | null,
): Promise<Diagnosis> {
  const { defaultBranch, findings } = await lookAtRepository(github, () => Date.now());
  if (defaultBranch === null) return { mode: null, findings };
  const { app, findings: ofApp } = await lookAtApp(github, cwd);
  const [[model, policies] = ['model', {}]] = Object.entries(stages);
  const names = [...new Set(Object.values(stages).flatMap((policy) => Object.keys(policy)))];
  const rules = await lookAtRules({
    at: github.at,
    defaultBranch,
    app,
    signed: written === 'app',
    approvals: Object.values(stages).some((policy) =>
      Object.values(policy).some(({ approvals }) => approvals > 0),
    ),
    sample: { model, stage: Object.keys(policies)[0] ?? 'production' },
  });
  const labels = names.flatMap((stage) => [`promote:${stage}`, `approve:${stage}`]);
  const settings = await lookAtSettings(github, labels);
  return {
    // A log of the App keeps itself: rules keep others from pushing at all, which readers do without.
    mode: written === 'app' ? 'app' : rules.mode,
    findings: [...findings, ...ofApp, rules.log, rules.tags, rules.check, ...settings],
  };
}

const MODES: Readonly<Record<Mode, string>> = {
  app: 'app: only what the App wrote and GitHub signed for it counts',
  'deploy-key':
    'deploy-key: jobs of a protected environment write the log; whoever may change that environment can too',
  open: 'open: any writer can write the log; approvals cannot be relied upon',
};

function render({ mode, findings }: Diagnosis, color: boolean): string {
  const paint = picocolors.createColors(color);
  const marks = { ok: paint.green('✓'), missing: paint.red('✗'), unknown: paint.yellow('?') };
  const lines = findings.flatMap(({ check, status, relied, found, costs, repair }) => [
    `${marks[status]} ${paint.bold(check)}: ${found}${relied ? paint.red(' (the config relies on it)') : ''}`,
    ...(costs === null ? [] : [`    costs   ${costs}`]),
    ...(repair === null ? [] : [`    ${status === 'unknown' ? 'to know' : 'repair '} ${paint.cyan(repair)}`]),
  ]);
  return [`Trust mode ${mode === null ? 'not known from here' : MODES[mode]}`, '', ...lines].join('\n');
}
