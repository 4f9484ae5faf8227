/** Makes, changes and removes rulesets; every version is kept. https://docs.github.com/rest/repos/rules */
import { type Core, newId, now } from '../../kernel/core.ts';
import { ApiError } from '../../kernel/errors.ts';
import type { Account } from '../../state/accounts.ts';
import type { Repository } from '../../state/repositories.ts';
import type { Enforcement, RepositoryCondition, Rule, Ruleset, RuleTarget } from '../../state/rules.ts';
import { acceptBypass, acceptRefs, acceptRules, type BypassInput } from './accept.ts';

export interface RulesetInput {
  readonly name?: string;
  readonly target?: RuleTarget | 'repository';
  readonly enforcement?: Enforcement;
  readonly bypass_actors?: readonly BypassInput[];
  readonly conditions?: {
    readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
    readonly repository_name?: {
      readonly include?: readonly string[];
      readonly exclude?: readonly string[];
      readonly protected?: boolean;
    };
    readonly repository_id?: { readonly repository_ids?: readonly number[] };
    readonly repository_property?: unknown;
  };
  readonly rules?: readonly Rule[];
}

/** Whose ruleset it is. */
export type RulesetPlace = { readonly repository: Repository } | { readonly organization: Account };

function ownerOf(core: Core, place: RulesetPlace): Account {
  return 'organization' in place
    ? place.organization
    : core.tables.accounts.require(place.repository.ownerId);
}

/** The rulesets of a place itself. */
export function rulesetsAt(core: Core, place: RulesetPlace): Ruleset[] {
  const { rulesets } = core.tables;
  return 'organization' in place
    ? rulesets.where('organization', place.organization.id)
    : rulesets.where('repository', place.repository.id);
}

function acceptName(core: Core, place: RulesetPlace, name: string, id: number | undefined): string {
  const taken = rulesetsAt(core, place).some((row) => row.name === name && row.id !== id);
  if (taken) throw new ApiError(422, 'Validation Failed', { errors: ['Name must be unique'] });
  return name;
}

function acceptRepositories(conditions: RulesetInput['conditions']): RepositoryCondition {
  const { repository_name: names, repository_id: ids, repository_property: property } = conditions ?? {};
  if (property !== undefined)
    throw new ApiError(501, 'The sandbox does not support rulesets by repository property');
  if (ids !== undefined) return { ids: ids.repository_ids ?? [] };
  const { include = [], exclude = [], protected: guarded = false } = names ?? {};
  return { names: { include, exclude, protected: guarded } };
}

function acceptTarget(target: RulesetInput['target']): RuleTarget {
  if (target === 'repository')
    throw new ApiError(501, 'The sandbox does not support rulesets whose target is repositories');
  return target ?? 'branch';
}

function keep(core: Core, ruleset: Ruleset, actorId: number): Ruleset {
  core.tables.rulesetVersions.put({
    id: newId(core),
    rulesetId: ruleset.id,
    actorId,
    at: ruleset.updatedAt,
    ruleset,
  });
  return core.tables.rulesets.put(ruleset);
}

/** Makes a ruleset. @throws ApiError 422 for what does not fit, 501 for what would not be enforced */
export function createRuleset(
  core: Core,
  place: RulesetPlace,
  actorId: number,
  input: RulesetInput,
): Ruleset {
  const target = acceptTarget(input.target);
  const at = now(core);
  return keep(
    core,
    {
      id: newId(core),
      repositoryId: 'repository' in place ? place.repository.id : null,
      organizationId: 'organization' in place ? place.organization.id : null,
      name: acceptName(core, place, input.name ?? '', undefined),
      target,
      enforcement: input.enforcement ?? 'active',
      bypass: acceptBypass(core, ownerOf(core, place), input.bypass_actors ?? []),
      refs: acceptRefs(target, input.conditions?.ref_name),
      repositories: 'organization' in place ? acceptRepositories(input.conditions) : null,
      rules: acceptRules(target, input.rules ?? []),
      createdAt: at,
      updatedAt: at,
    },
    actorId,
  );
}

/** Changes what the input names; the rest stays. @throws ApiError as when it is made */
export function updateRuleset(
  core: Core,
  place: RulesetPlace,
  actorId: number,
  before: Ruleset,
  input: RulesetInput,
): Ruleset {
  const target = input.target === undefined ? before.target : acceptTarget(input.target);
  const { conditions, rules, bypass_actors: bypass, name, enforcement } = input;
  return keep(
    core,
    {
      ...before,
      name: name === undefined ? before.name : acceptName(core, place, name, before.id),
      target,
      enforcement: enforcement ?? before.enforcement,
      bypass: bypass === undefined ? before.bypass : acceptBypass(core, ownerOf(core, place), bypass),
      refs:
        conditions === undefined && target === before.target
          ? before.refs
          : acceptRefs(target, conditions?.ref_name),
      repositories:
        before.repositories === null || conditions === undefined
          ? before.repositories
          : acceptRepositories(conditions),
      rules:
        rules === undefined && target === before.target
          ? before.rules
          : acceptRules(target, rules ?? before.rules),
      updatedAt: now(core),
    },
    actorId,
  );
}

/** Removes a ruleset with its versions. */
export function removeRuleset(core: Core, ruleset: Ruleset): void {
  core.tables.rulesets.remove(ruleset.id);
  for (const version of core.tables.rulesetVersions.where('ruleset', ruleset.id))
    core.tables.rulesetVersions.remove(version.id);
}
