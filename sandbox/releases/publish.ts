import { isRefName } from '../git/ref-names.ts';
import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError, validationFailed, type FieldError } from '../kernel/errors.ts';
import { refusalError, updateRefs } from '../refs/update.ts';
import type { Release } from '../state/releases.ts';
import type { Repository } from '../state/repositories.ts';
import { tagLock, taggedCommit, targetCommit } from './tags.ts';

const NO_TAG: FieldError = {
  resource: 'Release',
  code: 'custom',
  message: 'Published releases must have a valid tag',
};

/**
 * Makes sure that the release's tag is there, making it at the target where it is not. Gives the tagged commit.
 * @throws ApiError 422 with everything GitHub says is wrong: the name, the target, the rules
 */
export function publishable(core: Core, actor: Actor, repository: Repository, release: Release): string {
  const { tag, target } = release;
  const errors: FieldError[] = [];
  const lock = tagLock(core, repository.id, tag);
  const owned = core.tables.immutableTags.get(`${repository.id}/${tag}`)?.releaseId === release.id;
  const existing = taggedCommit(core, repository, tag);
  const commit = existing ?? targetCommit(core, repository, target);
  if (!isRefName(`refs/tags/${tag}`)) errors.push(named('tag_name is not well-formed'), NO_TAG);
  else if (commit === undefined) errors.push(named('tag_name is not a valid tag'), NO_TAG);
  if (target !== repository.defaultBranch && targetCommit(core, repository, target) === undefined) {
    errors.push({ resource: 'Release', code: 'invalid', field: 'target_commitish' });
  }
  if (errors.length === 0 && existing === undefined) {
    const refusal = makeTag(core, actor, repository, tag, commit!);
    if (refusal !== undefined) {
      errors.push({
        resource: 'Release',
        code: 'custom',
        field: 'pre_receive',
        message: `pre_receive ${refusal}`,
      });
    }
  }
  if (lock !== undefined && !owned) errors.push(named('tag_name was used by an immutable release'));
  if (errors.some(({ field }) => field === 'pre_receive')) errors.push(NO_TAG);
  if (errors.length > 0) throw emptied(core, repository) ?? validationFailed(...errors);
  return commit!;
}

function named(message: string): FieldError {
  return { resource: 'Release', code: 'custom', field: 'tag_name', message };
}

function emptied(core: Core, repository: Repository): ApiError | undefined {
  return core.tables.refs.count('repository', repository.id) === 0
    ? new ApiError(422, 'Repository is empty.')
    : undefined;
}

/**
 * Makes the tag; gives GitHub's words where rules refuse it.
 * @throws ApiError 403, 404 where the token may not bring workflow files, 422 where the name cannot be
 */
function makeTag(
  core: Core,
  actor: Actor,
  repository: Repository,
  tag: string,
  commit: string,
): string | undefined {
  const update = { ref: `refs/tags/${tag}`, before: null, after: commit };
  const [outcome] = updateRefs(core, repository, actor, [update], { kind: 'api' });
  if (outcome?.ok !== false) return undefined;
  const { code, message } = outcome.refused;
  if (code === 'rules' || code === 'protection') return message;
  if (code === 'workflows') throw refusalError(outcome.refused);
  throw validationFailed(named('tag_name is not a valid tag'), NO_TAG);
}
