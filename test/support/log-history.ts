import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { sha256 } from '../../src/contracts/digest.ts';
import { LOG_BRANCH, type Entry } from '../../src/contracts/entry.ts';
import type { ModelState } from '../../src/contracts/model-state.ts';
import { requestNote } from '../../src/registry/log/entries.ts';
import { applyEntry } from '../../src/registry/log/fold.ts';
import { entryMessage } from '../../src/registry/log/message.ts';
import { README } from '../../src/registry/log/readme.ts';
import { stateText } from '../../src/registry/log/state-text.ts';
import { modelPath, requestPath } from '../../src/registry/log/types.ts';
import { entry } from './log-entries.ts';

/** Entries of a log as large as asked for: versions registered, some promoted and verified, all models in turn. */
export function* sampleEntries(size: { readonly models: number; readonly entries: number }): Iterable<Entry> {
  for (let n = 1; n <= size.entries; n++) {
    const model = `model-${n % size.models}`;
    const version = `v1.${Math.floor((n - 1) / size.models)}.0`;
    yield entry(n, 'register', {
      model,
      version,
      manifest: sha256(`${model}@${version}`),
      evaluation: sha256(`evaluation of ${model}@${version}`),
      verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' },
      pull: n,
      authors: [{ id: 2, login: 'writer' }],
      request: sha256(`request ${n}`),
    });
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
    const state = applyEntry(models.get(one.model) ?? null, one);
    models.set(one.model, state);
    const files: [string, string][] = [
      [modelPath(one.model), stateText(state)],
      [requestPath(one.request), requestNote(one.n)],
      ...(one.n === 1 ? [['README.md', README] as [string, string]] : []),
    ];
    const time = Math.floor(Date.parse(one.at) / 1000);
    const commit =
      `commit refs/heads/${LOG_BRANCH}\n` +
      `committer Slipway <slipway@users.noreply.github.com> ${time} +0000\n` +
      data(entryMessage(one)) +
      files.map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`).join('');
    if (!git.stdin.write(commit)) await once(git.stdin, 'drain');
  }
  git.stdin.end();
  const [code] = (await once(git, 'close')) as [number];
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}
