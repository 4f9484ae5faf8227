import { ApiError, validationFailed } from '../kernel/errors.ts';
import type { Repository } from '../state/repositories.ts';

/** Members of the bodies that create or change a repository. */
export interface RepositoryInput {
  readonly name?: string;
  readonly description?: string | null;
  readonly homepage?: string | null;
  readonly private?: boolean;
  readonly visibility?: string;
  readonly has_issues?: boolean;
  readonly has_projects?: boolean;
  readonly has_wiki?: boolean;
  readonly has_discussions?: boolean;
  readonly is_template?: boolean;
  readonly default_branch?: string;
  readonly allow_squash_merge?: boolean;
  readonly allow_merge_commit?: boolean;
  readonly allow_rebase_merge?: boolean;
  readonly allow_auto_merge?: boolean;
  readonly allow_update_branch?: boolean;
  readonly delete_branch_on_merge?: boolean;
  readonly use_squash_pr_title_as_default?: boolean;
  readonly squash_merge_commit_title?: Repository['squashTitle'];
  readonly squash_merge_commit_message?: Repository['squashMessage'];
  readonly merge_commit_title?: Repository['mergeTitle'];
  readonly merge_commit_message?: Repository['mergeMessage'];
  readonly archived?: boolean;
  readonly allow_forking?: boolean;
  readonly web_commit_signoff_required?: boolean;
  readonly auto_init?: boolean;
  readonly gitignore_template?: string;
  readonly license_template?: string;
  readonly team_id?: number;
}

const SAME: readonly (readonly [from: keyof RepositoryInput, to: keyof Repository])[] = [
  ['has_issues', 'hasIssues'],
  ['has_projects', 'hasProjects'],
  ['has_wiki', 'hasWiki'],
  ['has_discussions', 'hasDiscussions'],
  ['is_template', 'isTemplate'],
  ['allow_squash_merge', 'allowSquashMerge'],
  ['allow_merge_commit', 'allowMergeCommit'],
  ['allow_rebase_merge', 'allowRebaseMerge'],
  ['allow_auto_merge', 'allowAutoMerge'],
  ['allow_update_branch', 'allowUpdateBranch'],
  ['delete_branch_on_merge', 'deleteBranchOnMerge'],
  ['squash_merge_commit_title', 'squashTitle'],
  ['squash_merge_commit_message', 'squashMessage'],
  ['merge_commit_title', 'mergeTitle'],
  ['merge_commit_message', 'mergeMessage'],
  ['archived', 'archived'],
  ['allow_forking', 'allowForking'],
  ['web_commit_signoff_required', 'webCommitSignoffRequired'],
];

/**
 * What a body sets, as columns of the row; what it does not name is not there.
 * @throws ApiError 422 where no way to merge is left, or title and message of merges do not go together
 */
export function settingsOf(input: RepositoryInput, before: Partial<Repository> = {}): Partial<Repository> {
  const settings: Record<string, unknown> = {};
  for (const [from, to] of SAME) if (input[from] !== undefined) settings[to] = input[from];
  if (input.description !== undefined) settings['description'] = emptyIsNull(input.description);
  if (input.homepage !== undefined) settings['homepage'] = emptyIsNull(input.homepage);
  if (input.private !== undefined) settings['private'] = input.private;
  if (input.visibility !== undefined) settings['private'] = input.visibility !== 'public';
  if (input.use_squash_pr_title_as_default === true && input.squash_merge_commit_title === undefined) {
    settings['squashTitle'] = 'PR_TITLE';
    settings['squashMessage'] = 'PR_BODY';
  }
  const after: Partial<Repository> = { ...before, ...settings };
  if (
    after.allowMergeCommit === false &&
    after.allowSquashMerge === false &&
    after.allowRebaseMerge === false
  ) {
    throw validationFailed({
      resource: 'Repository',
      code: 'custom',
      field: 'merge_commit_allowed',
      message: 'Sorry, you need to allow at least one merge strategy. (no_merge_method)',
    });
  }
  return settings;
}

function emptyIsNull(text: string | null): string | null {
  return text === null || text === '' ? null : text;
}

/** Refuses what the sandbox has no texts for. @throws ApiError 501 */
export function refuseTemplates({ gitignore_template: ignore, license_template: license }: RepositoryInput) {
  for (const [name, value] of [
    ['gitignore_template', ignore],
    ['license_template', license],
  ] as const) {
    if (value !== undefined && value !== '')
      throw new ApiError(501, `The sandbox does not support ${name} when creating a repository`);
  }
}
