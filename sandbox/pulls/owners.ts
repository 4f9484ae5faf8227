import type { Core } from '../kernel/core.ts';
import type { Account, Team } from '../state/accounts.ts';
import type { Pull } from '../state/pulls.ts';
import type { Repository } from '../state/repositories.ts';
import { mayWriteCode } from './approvals.ts';
import { codeownersFile, ownersOf, parseCodeowners } from './codeowners.ts';
import { baseOf, filesOf, objectsOf } from './comparison.ts';

export interface Reviewers {
  readonly users: readonly Account[];
  readonly teams: readonly Team[];
}

/** The owners of every changed file that has any; one of each group must approve where rules want code owners to. */
export function codeownerGroups(core: Core, pull: Pull): (readonly string[])[] {
  const file = codeownersFile(objectsOf(core, pull), baseOf(core, pull));
  if (file === undefined) return [];
  const { rules } = parseCodeowners(file.text);
  const groups = new Map<string, readonly string[]>();
  for (const { path, from } of filesOf(core, pull))
    for (const changed of from === undefined ? [path] : [from, path]) {
      const owners = ownersOf(rules, changed);
      if (owners.length > 0) groups.set(owners.join(' '), owners);
    }
  return [...groups.values()];
}

/** The people and teams behind names of a CODEOWNERS file; who may not write is left out. */
export function readOwners(core: Core, repository: Repository, names: Iterable<string>): Reviewers {
  const users: Account[] = [];
  const teams: Team[] = [];
  for (const name of names) {
    const [first, slug] = name.replace(/^@/, '').toLowerCase().split('/');
    if (slug === undefined) {
      const user = name.startsWith('@')
        ? core.tables.accounts.find('login', first!)
        : [...core.tables.accounts.all()].find(({ email }) => email?.toLowerCase() === name.toLowerCase());
      if (user !== undefined && mayWriteCode(core, user.id, repository)) users.push(user);
    } else {
      const owner = core.tables.accounts.require(repository.ownerId);
      const team = owner.login.toLowerCase() === first ? teamNamed(core, repository, slug) : undefined;
      const access = team && core.tables.teamRepositories.get(`${team.id}/${repository.id}`);
      if (team?.privacy === 'closed' && access !== undefined && !['read', 'triage'].includes(access.role))
        teams.push(team);
    }
  }
  return { users, teams };
}

/** The owner's team of that slug. */
export function teamNamed(core: Core, repository: Repository, slug: string): Team | undefined {
  return core.tables.teams.find('slug', `${repository.ownerId}/${slug}`);
}
