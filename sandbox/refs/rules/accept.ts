/** What a ruleset may say: nothing is accepted that is not enforced. https://docs.github.com/rest/repos/rules */
import { ApiError } from '../../kernel/errors.ts';
import type { Core } from '../../kernel/core.ts';
import type { Account } from '../../state/accounts.ts';
import type { BypassActor, RefCondition, Rule, RuleTarget } from '../../state/rules.ts';
import { NAMESPACE } from '../patterns.ts';

const COMMITS = ['commit_message_pattern', 'commit_author_email_pattern', 'committer_email_pattern'];
const REFS = [
  'creation',
  'update',
  'deletion',
  'required_linear_history',
  'required_signatures',
  'required_status_checks',
  'non_fast_forward',
  ...COMMITS,
];
const FILES = [
  'file_path_restriction',
  'max_file_path_length',
  'file_extension_restriction',
  'max_file_size',
];

const TYPES: Readonly<Record<RuleTarget, ReadonlySet<string>>> = {
  branch: new Set([...REFS, 'pull_request', 'branch_name_pattern']),
  tag: new Set([...REFS, 'tag_name_pattern']),
  push: new Set(FILES),
};

/** Rules GitHub has and the sandbox does not enforce. */
const UNSUPPORTED = new Set([
  'merge_queue',
  'required_deployments',
  'workflows',
  'code_scanning',
  'copilot_code_review',
  'license_compliance_scanning',
]);

const WITH_PARAMETERS = new Set([
  'pull_request',
  'required_status_checks',
  'branch_name_pattern',
  'tag_name_pattern',
  ...COMMITS,
  ...FILES,
]);

function invalid(...errors: string[]): ApiError {
  return new ApiError(422, 'Validation Failed', { errors });
}

function compiles(pattern: unknown): boolean {
  try {
    return new RegExp(String(pattern)).test('') || true;
  } catch {
    return false;
  }
}

/** Parts of `pull_request` that GitHub added later and the sandbox does not look at. */
function unsupportedPart({ type, parameters }: Rule): string | undefined {
  if (type !== 'pull_request' || parameters === undefined) return undefined;
  const reviewers = parameters['required_reviewers'] as unknown[] | undefined;
  if ((reviewers?.length ?? 0) > 0) return 'pull_request.required_reviewers';
  const dismissal = parameters['dismissal_restriction'] as { enabled?: boolean } | undefined;
  return dismissal?.enabled === true ? 'pull_request.dismissal_restriction' : undefined;
}

/**
 * The rules of a request, with GitHub's defaults filled in.
 * @throws ApiError 422 for rules that do not fit the target, 501 for rules that would not be enforced
 */
export function acceptRules(target: RuleTarget, rules: readonly Rule[]): Rule[] {
  const seen = new Set<string>();
  return rules.map((rule) => {
    const { type, parameters } = rule;
    const unsupported = UNSUPPORTED.has(type) ? type : unsupportedPart(rule);
    if (unsupported !== undefined)
      throw new ApiError(501, `The sandbox does not support the rule ${unsupported}`);
    if (!TYPES[target].has(type) || seen.has(type)) throw invalid(`Invalid rule '${type}': `);
    seen.add(type);
    if (WITH_PARAMETERS.has(type) && parameters === undefined)
      throw invalid(`Invalid rule '${type}': parameters are missing`);
    if (parameters?.['operator'] === 'regex' && !compiles(parameters['pattern']))
      throw invalid(`Invalid rule '${type}': Pattern is not a valid regular expression`);
    if (type === 'update' && parameters === undefined)
      return { type, parameters: { update_allows_fetch_and_merge: false } };
    return parameters === undefined ? { type } : { type, parameters };
  });
}

/** The refs a ruleset is for. @throws ApiError 422 for patterns outside the target's namespace, a missing side */
export function acceptRefs(
  target: RuleTarget,
  condition: { readonly include?: readonly string[]; readonly exclude?: readonly string[] } | undefined,
): RefCondition {
  if (target === 'push') return { include: ['~ALL'], exclude: [] };
  if (condition === undefined) return { include: [], exclude: [] };
  const { include, exclude } = condition;
  if (include === undefined || exclude === undefined) throw invalid("Invalid target patterns: ''");
  const fits = (pattern: string): boolean =>
    pattern === '~ALL' ||
    (pattern === '~DEFAULT_BRANCH' && target === 'branch') ||
    (pattern.startsWith(NAMESPACE[target]) && pattern !== NAMESPACE[target]);
  const wrong = [...include, ...exclude].filter((pattern) => !fits(pattern));
  if (wrong.length > 0)
    throw invalid(`Invalid target patterns: ${wrong.map((pattern) => `'${pattern}'`).join(', ')}`);
  return { include, exclude };
}

export interface BypassInput {
  readonly actor_id?: number | null;
  readonly actor_type: BypassActor['type'];
  readonly bypass_mode?: BypassActor['mode'];
}

function exists(core: Core, owner: Account, { type, id }: BypassActor): boolean {
  const { tables } = core;
  switch (type) {
    case 'OrganizationAdmin':
      return owner.type === 'Organization';
    case 'DeployKey':
      return true;
    case 'RepositoryRole':
      return id === 2 || id === 4 || id === 5;
    case 'Team':
      return id !== null && tables.teams.get(id)?.organizationId === owner.id;
    case 'User':
      return id !== null && tables.accounts.get(id)?.type === 'User';
    case 'Integration':
      return id !== null && tables.installations.find('appAccount', `${id}/${owner.id}`) !== undefined;
  }
}

/** Whom the rules do not bind. @throws ApiError 422 for actors that are not the owner's */
export function acceptBypass(core: Core, owner: Account, input: readonly BypassInput[]): BypassActor[] {
  return input.map(({ actor_type: type, actor_id: id = null, bypass_mode: mode = 'always' }) => {
    const actor: BypassActor = { type, id: type === 'DeployKey' ? null : id, mode };
    if (type === 'DeployKey' && mode === 'pull_request')
      throw invalid('Deploy keys cannot have bypass_mode pull_request');
    if (exists(core, owner, actor)) return actor;
    const app = type === 'Integration' && id !== null ? core.tables.apps.get(id) : undefined;
    const name = app === undefined ? `${type} ${String(id)}` : `${app.name} integration`;
    throw invalid(`Actor ${name} must be part of the ruleset source or owner organization`);
  });
}
