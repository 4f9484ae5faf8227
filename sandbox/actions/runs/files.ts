import { now, type Core } from '../../kernel/core.ts';
import type { WorkflowFile } from '../../state/actions.ts';
import type { Repository } from '../../state/repositories.ts';
import { parsedAt, workflowPaths } from '../jobs/files.ts';
import { atDefault } from './place.ts';
import { markSchedules } from './schedule.ts';
import { knowFile } from './start.ts';

/** Makes the workflows of the default branch known; those whose file went are marked deleted. */
export function syncFiles(core: Core, repository: Repository, pusherId: number): void {
  const place = atDefault(core, repository);
  const paths = place === undefined ? [] : workflowPaths(core, repository, place.sha);
  for (const path of paths) {
    const parsed = parsedAt(core, repository, place!.sha, path);
    const file = knowFile(core, repository, path, parsed?.ok === true ? parsed.workflow.name : path);
    const on = parsed?.ok === true ? parsed.workflow.on['schedule'] : undefined;
    markSchedules(core, file, on?.schedule ?? [], pusherId);
  }
  for (const file of core.tables.workflowFiles.where('repository', repository.id))
    if (file.state === 'active' && !paths.includes(file.path)) forget(core, file);
}

function forget(core: Core, file: WorkflowFile): void {
  core.tables.workflowFiles.put({ ...file, state: 'deleted', updatedAt: now(core) });
  markSchedules(core, file, [], 0);
}
