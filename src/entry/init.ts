import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { initRepository, type InitResult } from '../config/index.ts';
import { createProposalWriter } from '../platform/storage/proposal-writer.ts';
import { createRepositoryFiles } from '../platform/storage/repository-files.ts';
import type { Outcome, Session } from './execute.ts';

/** `slipway init`: proposes a slipway.yaml in the repository's top folder, or in the current one outside of git. */
export async function initCommand(session: Session): Promise<Outcome> {
  const folder = repositoryFolder(session.cwd);
  const dryRun = session.flags['dryRun'] === true;
  session.progress.status('looking at the repository …');
  const result = await initRepository(
    { repositoryName: basename(folder), dryRun },
    { files: createRepositoryFiles(folder), writer: createProposalWriter(folder) },
  );
  const { file, text, models, written, notices } = result;
  return {
    schema: 'slipway.init/1',
    decision: 'skipped',
    reason: 'DONE',
    message: `${dryRun ? 'would write' : 'wrote'} ${written.join(', ')}`,
    document: { folder, file, text, models, written, notices, dry_run: dryRun },
    text: dryRun ? text : summary(result),
  };
}

function repositoryFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return from;
  }
}

function summary({ models, written, notices }: InitResult): string {
  return [
    ...models.map(
      ({ name, dir, found, task }) =>
        `model ${name} (${task}) in ${dir}${found === null ? '' : `, from ${found}`}`,
    ),
    `wrote ${written.join(', ')}`,
    ...notices.map((notice) => `  ${notice}`),
    'next: read slipway.yaml (every guess is marked), then `slipway check` and `slipway run`',
  ].join('\n');
}
