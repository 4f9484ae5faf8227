/** Which rulesets speak about a ref, and whom they bind. */
import { roleOf, teamsOf } from '../../access/roles.ts';
import type { Core } from '../../kernel/core.ts';
import type { Role } from '../../kernel/identity.ts';
import type { Repository } from '../../state/repositories.ts';
import type { BypassActor, Ruleset } from '../../state/rules.ts';
import type { RefActor, Via } from '../change.ts';
import { fnmatch, refMatches } from '../patterns.ts';

/** Ids GitHub has for the roles a ruleset can name. https://docs.github.com/rest/repos/rules */
const ROLE_IDS: Readonly<Record<number, Role>> = { 2: 'maintain', 4: 'write', 5: 'admin' };
/** An App's id that every GitHub gives to Actions; tokens of jobs are its own. */
const ACTIONS_APP = 'github-actions';

function forRepository(ruleset: Ruleset, repository: Repository): boolean {
  const condition = ruleset.repositories;
  if (condition?.ids !== undefined) return condition.ids.includes(repository.id);
  const names = condition?.names;
  if (names === undefined) return true;
  const matches = (pattern: string): boolean => pattern === '~ALL' || fnmatch(pattern, repository.name);
  return names.include.some(matches) && !names.exclude.some(matches);
}

/** All rulesets of a repository whatever they are for: its own, then its organisation's. */
export function rulesetsOfRepository(core: Core, repository: Repository, withParents = true): Ruleset[] {
  const { rulesets } = core.tables;
  const own = rulesets.where('repository', repository.id);
  if (!withParents) return own;
  return [
    ...own,
    ...rulesets.where('organization', repository.ownerId).filter((row) => forRepository(row, repository)),
  ];
}

/** Rulesets in force for a ref, `evaluate` ones too: those judge and do not refuse. */
export function rulesetsOfRef(core: Core, repository: Repository, ref: string): Ruleset[] {
  const { rulesets } = core.tables;
  if (rulesets.size === 0) return [];
  const all = rulesetsOfRepository(core, repository);
  // Rules of pushes bind a whole network of forks.
  if (repository.networkId !== repository.id) {
    const root = rulesets.where('repository', repository.networkId);
    all.push(...root.filter(({ target }) => target === 'push'));
  }
  return all.filter(
    (row) =>
      row.enforcement !== 'disabled' && refMatches(row.target, row.refs, ref, repository.defaultBranch),
  );
}

function isMeant(core: Core, actor: RefActor, repository: Repository, { type, id }: BypassActor): boolean {
  const { account, by } = actor;
  switch (type) {
    case 'Integration':
      if (by.kind === 'installation') return by.appId === id;
      return by.kind === 'job' && core.tables.apps.find('slug', ACTIONS_APP)?.id === id;
    case 'DeployKey':
      return false;
    case 'User':
      return by.kind === 'user' && account.id === id;
    case 'Team':
      return by.kind === 'user' && id !== null && teamsOf(core, account.id).has(id);
    case 'OrganizationAdmin':
      return (
        by.kind === 'user' &&
        core.tables.memberships.get(`${repository.ownerId}/${account.id}`)?.role === 'admin'
      );
    case 'RepositoryRole':
      return by.kind === 'user' && id !== null && roleOf(core, account.id, repository) === ROLE_IDS[id];
  }
}

/** How a ruleset lets this actor pass: not at all, told so, or as if it were not there. */
export function bypassOf(
  core: Core,
  ruleset: Ruleset,
  repository: Repository,
  actor: RefActor,
  via: Via['kind'],
): 'none' | 'bypass' | 'exempt' {
  const meant = ruleset.bypass.filter((one) => isMeant(core, actor, repository, one));
  if (meant.some(({ mode }) => mode === 'exempt')) return 'exempt';
  const passes = meant.some(({ mode }) => mode === 'always' || (mode === 'pull_request' && via === 'merge'));
  return passes ? 'bypass' : 'none';
}

/** What `current_user_can_bypass` says. */
export function bypassWord(
  core: Core,
  ruleset: Ruleset,
  repository: Repository,
  actor: RefActor,
): 'always' | 'pull_requests_only' | 'never' | 'exempt' {
  const pushing = bypassOf(core, ruleset, repository, actor, 'push');
  if (pushing === 'exempt') return 'exempt';
  if (pushing === 'bypass') return 'always';
  return bypassOf(core, ruleset, repository, actor, 'merge') === 'none' ? 'never' : 'pull_requests_only';
}
