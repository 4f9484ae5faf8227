import { authorizeOn } from '../../../sandbox/access/index.ts';
import { SERVED, operationOf, type Operation } from '../../../sandbox/contract/index.ts';
import type { Core } from '../../../sandbox/kernel/core.ts';
import { ApiError } from '../../../sandbox/kernel/errors.ts';
import type { Identity } from '../../../sandbox/kernel/identity.ts';
import type { Repository } from '../../../sandbox/state/repositories.ts';

/** Every operation on a repository that the sandbox has a description of. */
export const ON_REPOSITORIES: readonly Operation[] = Object.values(SERVED)
  .flat()
  .map((id) => operationOf(id)!)
  .filter(({ path }) => path.startsWith('/repos/{owner}/{repo}'));

/** The answer to "may this caller do that here?": `yes`, or the refusal. */
export function answer(
  core: Core,
  viewer: Identity,
  repository: Repository,
  operation: Operation | string,
): 'yes' | { status: number; message: string } {
  try {
    authorizeOn(
      core,
      viewer,
      repository,
      typeof operation === 'string' ? operationOf(operation)! : operation,
    );
    return 'yes';
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, message: error.message };
    throw error;
  }
}

/** Short form for tables: `yes` or the status. */
export function verdict(...question: Parameters<typeof answer>): 'yes' | number {
  const given = answer(...question);
  return given === 'yes' ? 'yes' : given.status;
}
