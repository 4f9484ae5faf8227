import type { Core } from '../../kernel/core.ts';
import { announce } from '../jobs/watch.ts';
import { removeRun } from './remove.ts';

/** Removes all that Actions keeps of a repository that goes: runs end without a word, their runners stop. */
export function forgetActions(core: Core, repositoryId: number): void {
  const { tables } = core;
  for (const job of tables.workflowJobs.where('repository', repositoryId)) {
    if (job.status === 'in_progress') announce(core, { kind: 'kill', jobId: job.id });
    tables.pendingDeployments.remove(job.id);
  }
  for (const run of tables.workflowRuns.where('repository', repositoryId))
    removeRun(core, tables.workflowRuns.put({ ...run, status: 'completed', conclusion: 'cancelled' }));
  for (const file of tables.workflowFiles.where('repository', repositoryId)) {
    for (const { key } of tables.scheduleMarks.where('workflow', file.id)) tables.scheduleMarks.remove(key);
    tables.workflowFiles.remove(file.id);
  }
  for (const table of [tables.actionsSecrets, tables.actionsVariables])
    for (const owner of [`repository/${repositoryId}`, `dependabot/${repositoryId}`])
      for (const { key } of table.where('owner', owner)) table.remove(key);
}
