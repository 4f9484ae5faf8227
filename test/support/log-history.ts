import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { sha256 } from '../../src/contracts/digest.ts';
import { LOG_BRANCH, type Entry } from '../../src/contracts/entry.ts';
import type { ModelState } from '../../src/contracts/model-state.ts';
import { commitOf, entry } from './log-entries.ts';

export interface HistorySize {
  readonly models: number;
  readonly versions: number;
  /** Entries that promote to staging and verify there, in turn. */
  readonly steps: number;
}

/** Entries of a log as large as asked for: versions registered, promoted and verified, all models in turn. */
export function* sampleEntries({ models, versions, steps }: HistorySize): Iterable<Entry> {
  let n = 0;
  let stepped = 0;
  for (let made = 0; made < versions; made++) {
    const model = `model-${made % models}`;
    const version = `v1.${Math.floor(made / models)}.0`;
    const named = { model, version, evaluation: sha256(`evaluation of ${model}@${version}`) };
    yield entry(++n, 'register', {
      ...named,
      manifest: sha256(`${model}@${version}`),
      verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' },
      pull: made + 1,
      authors: [{ id: 2, login: 'writer' }],
      request: sha256(`request ${n}`),
    });
    // As many as there should be by now: every other version is promoted where there are as many steps as versions.
    if ((made + 1) * steps < (stepped + 2) * versions) continue;
    stepped += 2;
    const of = ++n;
    const stage = { model, version, stage: 'staging' };
    yield entry(n, 'promote', { ...stage, request: sha256(`request ${n}`) });
    yield entry(++n, 'verified', { ...stage, of, request: sha256(`request ${n}`) });
  }
}

/** Writes entries as the log's branch of a repository, each as Slipway would have, with one process of git. */
export async function writeHistory(repository: string, entries: Iterable<Entry>): Promise<void> {
  const git = spawn('git', ['fast-import', '--quiet', '--force'], {
    cwd: repository,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const models = new Map<string, ModelState>();
  for (const one of entries) {
    const { message, files } = commitOf(one, models);
    const time = Math.floor(Date.parse(one.at) / 1000);
    const commit =
      `commit refs/heads/${LOG_BRANCH}\n` +
      `committer Slipway <slipway@users.noreply.github.com> ${time} +0000\n` +
      data(message) +
      Object.entries(files)
        .map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`)
        .join('');
    if (!git.stdin.write(commit)) await once(git.stdin, 'drain');
  }
  git.stdin.end();
  const [code] = (await once(git, 'close')) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}
