import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { readBotConfig } from '../../bot/config.ts';
import { permissionProblems } from '../../bot/permissions.ts';
import { isCodedError } from '../contracts/errors.ts';
import { appApi } from '../platform/github/app-api.ts';
import { orNull, Refused, type ApiAnswer } from '../platform/github/api.ts';
import { missing, ok, unknown, type Finding } from './doctor-finding.ts';
import type { GithubHere } from './github.ts';

/** A JWT from further off is refused, and soak times look wrong to people: GitHub takes a minute. */
const SKEW_MS = 60_000;
const ADMINISTRATOR = 'ask with the token of an administrator';

interface RepositoryRow {
  readonly default_branch: string;
  readonly private: boolean;
  readonly permissions?: { readonly push?: boolean; readonly admin?: boolean };
}

/** The repository itself, and what its answer tells beside it: rights of the token, and the clock. */
export async function lookAtRepository(
  { api, owner, repo }: GithubHere,
  now: () => number,
): Promise<{ readonly defaultBranch: string | null; readonly findings: readonly Finding[] }> {
  let answer: ApiAnswer;
  try {
    answer = await api('GET /repos/{owner}/{repo}', { owner, repo });
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const hint = 'check GH_TOKEN, and that it may read this repository: gh auth status';
    return { defaultBranch: null, findings: [unknown(`${owner}/${repo}`, error.message, hint)] };
  }
  const { default_branch: defaultBranch, permissions } = answer.data as RepositoryRow;
  const skew = Math.abs(Date.parse(answer.headers['date'] ?? '') - now());
  const clock =
    skew > SKEW_MS
      ? missing('clock', {
          found: `this machine is ${Math.round(skew / 1000)} s away from GitHub’s clock`,
          costs: 'GitHub refuses the App’s key on this machine',
          repair: 'sudo timedatectl set-ntp true',
        })
      : ok('clock', 'agrees with GitHub’s');
  const rights =
    permissions?.push === true
      ? ok('token', permissions.admin === true ? 'administrates the repository' : 'may write')
      : missing('token', {
          found: 'may only read',
          costs: 'this token can ask nothing of Slipway but status',
          repair: 'use a token of somebody who may write: gh auth login',
        });
  return { defaultBranch, findings: [rights, clock] };
}

/** The App's id and how it is installed here, where its key is at hand; it is not possible to ask without. */
export async function lookAtApp(
  { owner, repo, baseUrl }: GithubHere,
  folder: string,
): Promise<{ readonly app: number | null; readonly findings: readonly Finding[] }> {
  const check = 'App';
  const variables = { ...environmentFile(folder), ...process.env };
  if ((variables['APP_ID'] ?? '') === '') {
    const found = 'its key is not here, so GitHub does not tell whether it is installed';
    return {
      app: null,
      findings: [unknown(check, found, 'run it beside the bot’s key: .slipway/bot/app.env')],
    };
  }
  try {
    const { appId, privateKey } = readBotConfig({ ...variables, GITHUB_API_URL: baseUrl });
    const api = appApi({ appId, privateKey, baseUrl, userAgent: 'slipway-doctor' });
    const found = (await orNull(api('GET /repos/{owner}/{repo}/installation', { owner, repo }))) as {
      readonly permissions: Readonly<Record<string, string | undefined>>;
      readonly suspended_at: string | null;
    } | null;
    return { app: appId, findings: installed(check, found, await pageOf(api)) };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    const repair = 'compare APP_ID and the private key with the App’s settings';
    return { app: null, findings: [unknown(check, error.message, repair)] };
  }
}

async function pageOf(api: ReturnType<typeof appApi>): Promise<string> {
  return ((await api('GET /app')).data as { html_url: string }).html_url;
}

function installed(
  check: string,
  found: { permissions: Readonly<Record<string, string | undefined>>; suspended_at: string | null } | null,
  page: string,
): readonly Finding[] {
  if (found === null || found.suspended_at !== null) {
    const lack = found === null ? 'is not installed on this repository' : 'is suspended here';
    const costs = 'nothing answers labels and comments';
    return [missing(check, { found: lack, costs, repair: `install it: ${page}/installations/new` })];
  }
  const problems = permissionProblems(found.permissions);
  if (problems.length === 0)
    return [ok(check, 'installed, with the permissions it needs and no dangerous one')];
  return problems.map(({ message, hint }) => {
    const isForbidden = message.includes('must not have');
    return missing(check, {
      relied: isForbidden,
      found: message,
      costs: isForbidden
        ? 'whoever tricks the bot owns the repository; it refuses to start'
        : 'the part it names',
      repair: hint ?? page,
    });
  });
}

function environmentFile(folder: string): NodeJS.Dict<string> {
  const file = join(folder, '.slipway', 'bot', 'app.env');
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
}

/** Settings of the repository that a guarantee stands on. */
export async function lookAtSettings(
  { at, owner, repo }: GithubHere,
  labels: readonly string[],
): Promise<readonly Finding[]> {
  const repository = `repos/${owner}/${repo}`;
  const immutable = await asked('immutable releases', async () => {
    const found = await at.get<{ enabled: boolean }>('GET /repos/{owner}/{repo}/immutable-releases');
    return found?.enabled === true
      ? ok('immutable releases', 'on: files of a published version cannot be exchanged')
      : missing('immutable releases', {
          found: 'off',
          costs: 'a writer can exchange the files of a version; pulling it then fails on its digest',
          repair: `gh api -X PUT ${repository}/immutable-releases`,
        });
  });
  const token = await asked('workflow token', async () => {
    const found = await at.get<{ default_workflow_permissions: string }>(
      'GET /repos/{owner}/{repo}/actions/permissions/workflow',
    );
    return found?.default_workflow_permissions === 'write'
      ? missing('workflow token', {
          found: 'workflows may write by default',
          costs: 'a workflow that says nothing of permissions can push, tag and release',
          repair: `gh api -X PUT ${repository}/actions/permissions/workflow -f default_workflow_permissions=read`,
        })
      : ok('workflow token', 'reads by default');
  });
  const existing = await at.list<{ readonly name: string }>(
    'GET /repos/{owner}/{repo}/labels',
    {},
    ({ name }) => name,
  );
  const known = new Set(existing.map(({ name }) => name.toLowerCase()));
  const absent = labels.filter((name) => !known.has(name.toLowerCase()));
  const made =
    absent.length === 0
      ? ok('labels', 'all there')
      : missing('labels', {
          found: `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} missing`,
          costs: 'people cannot pick them; commands in comments work',
          repair: absent.map((name) => `gh label create "${name}" -R ${owner}/${repo}`).join(' && '),
        });
  return [immutable, token, made];
}

/** Settings that only administrators see. */
async function asked(check: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return unknown(check, `GitHub does not show it to this token (${error.status})`, ADMINISTRATOR);
  }
}
