import { now, type Core } from '../kernel/core.ts';
import { notFound } from '../kernel/errors.ts';
import { numberKey, type Issue } from '../state/issues.ts';
import type { Pull } from '../state/pulls.ts';

/** A pull request by its number. @throws ApiError 404 where the number is nobody's or an issue's */
export function pullNumbered(core: Core, repositoryId: number, number: number): Pull {
  const pull = core.tables.pulls.find('number', numberKey(repositoryId, number));
  if (pull === undefined) throw notFound();
  return pull;
}

/** The issue side of a pull request: title, body, labels, state. */
export function issueOf(core: Core, pull: Pick<Pull, 'id'>): Issue {
  return core.tables.issues.require(pull.id);
}

/** Notes that something happened to a pull request; gives its row as it is now. */
export function touchPull(core: Core, pull: Pick<Pull, 'id'>): Pull {
  core.tables.issues.put({ ...issueOf(core, pull), updatedAt: now(core) });
  return core.tables.pulls.require(pull.id);
}
