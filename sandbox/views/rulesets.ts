import { may } from '../access/index.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { RefActor } from '../refs/change.ts';
import { bypassWord } from '../refs/rules/rulesets.ts';
import type { Repository } from '../state/repositories.ts';
import type { Rule, Ruleset, RuleSuite } from '../state/rules.ts';
import { fullName } from './repositories.ts';

function source(
  view: View,
  ruleset: Ruleset,
): { type: 'Repository' | 'Organization'; name: string; api: string; web: string } {
  if (ruleset.repositoryId !== null) {
    const name = fullName(view, view.tables.repositories.require(ruleset.repositoryId));
    return {
      type: 'Repository',
      name,
      api: `${view.urls.api}/repos/${name}/rulesets/${ruleset.id}`,
      web: `${view.urls.web}/${name}/rules/${ruleset.id}`,
    };
  }
  const { login } = view.tables.accounts.require(ruleset.organizationId!);
  return {
    type: 'Organization',
    name: login,
    api: `${view.urls.api}/orgs/${login}/rulesets/${ruleset.id}`,
    web: `${view.urls.web}/organizations/${login}/settings/rules/${ruleset.id}`,
  };
}

/** A ruleset in lists: without what it says. */
export function shortRulesetView(view: View, ruleset: Ruleset) {
  const { type, name, api, web } = source(view, ruleset);
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: type,
    source: name,
    enforcement: ruleset.enforcement,
    node_id: nodeId('RRS', ruleset.id),
    _links: { self: { href: api }, html: { href: web } },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

function conditionsView({ target, refs, repositories }: Ruleset) {
  const named =
    target === 'push' ? {} : { ref_name: { include: [...refs.include], exclude: [...refs.exclude] } };
  if (repositories === null) return named;
  if (repositories.ids !== undefined)
    return { ...named, repository_id: { repository_ids: [...repositories.ids] } };
  const { include = [], exclude = [], protected: guarded = false } = repositories.names ?? {};
  return { ...named, repository_name: { include: [...include], exclude: [...exclude], protected: guarded } };
}

const ruleView = ({ type, parameters }: Rule) => (parameters === undefined ? { type } : { type, parameters });

/** A ruleset whole; who may pass over it is told to those who may change it. */
export function rulesetView(view: View, ruleset: Ruleset, full: boolean) {
  return {
    ...shortRulesetView(view, ruleset),
    ...(full
      ? {
          bypass_actors: ruleset.bypass.map(({ type, id, mode }) => ({
            actor_id: id,
            actor_type: type,
            bypass_mode: mode,
          })),
        }
      : {}),
    conditions: conditionsView(ruleset),
    rules: ruleset.rules.map(ruleView),
  };
}

/** A ruleset as one of a repository, with what the reader may do about it. */
export function repositoryRulesetView(
  view: View,
  ruleset: Ruleset,
  repository: Repository,
  actor: RefActor | null,
) {
  const full = may(view.core, view.viewer, repository, 'admin', 'administration');
  const bypass = actor === null ? 'never' : bypassWord(view.core, ruleset, repository, actor);
  return { ...rulesetView(view, ruleset, full), current_user_can_bypass: bypass };
}

/** A rule as it is for a branch, with where it is from. */
export function branchRuleView(view: View, ruleset: Ruleset, rule: Rule) {
  const { type, name } = source(view, ruleset);
  return { ...ruleView(rule), ruleset_source_type: type, ruleset_source: name, ruleset_id: ruleset.id };
}

/** What the rules said to one change of a ref. */
export function ruleSuiteView(view: View, suite: RuleSuite) {
  const { result } = suite;
  const evaluated = suite.evaluations.some(({ enforcement }) => enforcement === 'evaluate');
  const failed = suite.evaluations.some((one) => one.enforcement === 'evaluate' && one.result === 'fail');
  return {
    id: suite.id,
    actor_id: suite.actorId,
    actor_name: view.tables.accounts.get(suite.actorId)?.login ?? 'ghost',
    before_sha: suite.before,
    after_sha: suite.after,
    ref: suite.ref,
    repository_id: suite.repositoryId,
    repository_name: view.tables.repositories.require(suite.repositoryId).name,
    pushed_at: suite.at,
    result,
    ...(evaluated ? { evaluation_result: failed ? 'fail' : 'pass' } : {}),
  };
}

/** The same with every rule's part. */
export function ruleSuiteDetailView(view: View, suite: RuleSuite) {
  return {
    ...ruleSuiteView(view, suite),
    rule_evaluations: suite.evaluations.map(({ rulesetId, enforcement, result, type, details }) => {
      const ruleset = rulesetId === null ? undefined : view.tables.rulesets.get(rulesetId);
      return {
        rule_source: { type: 'ruleset', id: rulesetId, name: ruleset?.name ?? null },
        enforcement: ruleset === undefined ? 'deleted ruleset' : enforcement,
        result,
        rule_type: type,
        details,
      };
    }),
  };
}
