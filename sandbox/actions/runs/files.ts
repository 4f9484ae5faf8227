import { now, type Core } from '../../kernel/core.ts';
import type { Repository } from '../../state/repositories.ts';
import { parsedAt, workflowPaths } from '../jobs/files.ts';
import { atDefault } from './place.ts';
import { knowFile } from './start.ts';

/** Makes the workflows of the default branch known; those whose file went are marked deleted. */
export function syncFiles(core: Core, repository: Repository): void {
  const place = atDefault(core, repository);
  const paths = place === undefined ? [] : workflowPaths(core, repository, place.sha);
  for (const path of paths) {
    const parsed = parsedAt(core, repository, place!.sha, path);
    knowFile(core, repository, path, parsed?.ok === true ? parsed.workflow.name : path);
  }
  for (const file of core.tables.workflowFiles.where('repository', repository.id))
    if (file.state === 'active' && !paths.includes(file.path))
      core.tables.workflowFiles.put({ ...file, state: 'deleted', updatedAt: now(core) });
}
