/** `io`, `glob` and `context` of a script, as https://github.com/actions/toolkit has them. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';

import { which } from '../which.ts';
import { digestOf } from './dependency-cache.ts';
import { find } from './globs.ts';
import type { Kit } from './kit.ts';

/** @actions/io */
export function ioOf(kit: Kit) {
  return {
    cp: (from: string, to: string, options: { recursive?: boolean; force?: boolean } = {}) => {
      cpSync(from, to, { recursive: options.recursive ?? false, force: options.force ?? true });
      return Promise.resolve();
    },
    mv: (from: string, to: string) => {
      renameSync(from, to);
      return Promise.resolve();
    },
    rmRF: (path: string) => {
      rmSync(path, { recursive: true, force: true });
      return Promise.resolve();
    },
    mkdirP: (path: string) => {
      mkdirSync(path, { recursive: true });
      return Promise.resolve();
    },
    which: (tool: string, check = false) => {
      const found = which(tool, kit.env['PATH'] ?? '') ?? '';
      return found === '' && check
        ? Promise.reject(new Error(`Unable to locate executable file: ${tool}.`))
        : Promise.resolve(found);
    },
  };
}

/** @actions/glob */
export function globOf(kit: Kit) {
  return {
    create: (patterns: string, options: { implicitDescendants?: boolean } = {}) => {
      const search = () =>
        find(kit, patterns.split('\n'), { descendants: options.implicitDescendants ?? true, hidden: true });
      return Promise.resolve({
        glob: () => Promise.resolve([...search().files]),
        // eslint-disable-next-line @typescript-eslint/require-await -- the toolkit's shape
        async *globGenerator() {
          yield* search().files;
        },
        getSearchPaths: () => [...search().roots],
      });
    },
    hashFiles: (patterns: string) => Promise.resolve(digestOf(kit, patterns.split('\n'))),
  };
}

/** @actions/github's `context` */
export function contextOf(kit: Kit) {
  const { env } = kit;
  const path = env['GITHUB_EVENT_PATH'] ?? '';
  const payload = (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}) as Record<
    string,
    { number?: number }
  >;
  const [owner = '', repo = ''] = (env['GITHUB_REPOSITORY'] ?? '').split('/');
  const number = (payload['issue'] ?? payload['pull_request'] ?? payload).number;
  return {
    payload,
    eventName: env['GITHUB_EVENT_NAME'],
    sha: env['GITHUB_SHA'],
    ref: env['GITHUB_REF'],
    workflow: env['GITHUB_WORKFLOW'],
    action: env['GITHUB_ACTION'],
    actor: env['GITHUB_ACTOR'],
    job: env['GITHUB_JOB'],
    runAttempt: Number(env['GITHUB_RUN_ATTEMPT']),
    runNumber: Number(env['GITHUB_RUN_NUMBER']),
    runId: Number(env['GITHUB_RUN_ID']),
    apiUrl: env['GITHUB_API_URL'],
    serverUrl: env['GITHUB_SERVER_URL'],
    graphqlUrl: env['GITHUB_GRAPHQL_URL'],
    repo: { owner, repo },
    issue: { owner, repo, number },
  };
}
