import type { Person } from '../contracts/entry.ts';
import { quoted, refuse } from './finding.ts';
import type { Finding } from './finding.ts';
import type { PersonNow, Role, StagePolicy, World } from './types.ts';

/** Roles that may write: `triage` can put labels on, and no more. */
const WRITERS: readonly Role[] = ['write', 'maintain', 'admin'];

/** Whether this account may write to the repository now, and is a person. */
function mayWrite(person: PersonNow): boolean {
  return !person.bot && WRITERS.includes(person.role);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/^@/u, '');
}

/** Listed by current login, or a member of a listed team now. A list without names lists everybody who may write. */
function isListed(person: PersonNow, approvers: readonly string[]): boolean {
  if (approvers.length === 0) return true;
  const teams = person.teams.map(plain);
  return approvers
    .map(plain)
    .some((name) => (name.includes('/') ? teams.includes(name) : name === plain(person.login)));
}

/** `writer, @acme/ml`, or who that is where nobody is listed. */
export function whoMayApprove(policy: StagePolicy): string {
  return policy.approvers.length === 0
    ? 'anybody with write access'
    : policy.approvers.map(quoted).join(' or ');
}

/**
 * What keeps an account from asking, null for nothing. `policy`: the request takes an approver of this stage where it
 * lists some; null: anybody who may write.
 */
export function rightsUnmet(world: World, actor: Person, policy: StagePolicy | null): Finding | null {
  const person = world.people.get(actor.id);
  const name = quoted(person?.login ?? actor.login);
  const ask = policy === null ? 'somebody with write access' : askWhom(policy);
  if (person?.bot === true) {
    return refuse('is-bot', `${name} is a bot, and bots ask for nothing.`, `Ask ${ask} to do it.`);
  }
  if (person === undefined || !mayWrite(person)) {
    const role = person === undefined || person.role === 'none' ? 'no role' : `the role ${person.role}`;
    return refuse(
      'no-rights',
      `${name} has ${role} in this repository; this takes write access.`,
      `Ask ${ask} to do it.`,
    );
  }
  if (policy === null || isListed(person, policy.approvers)) return null;
  return refuse('no-rights', `${name} is not an approver of this stage.`, `Ask ${ask} to do it.`);
}

function askWhom(policy: StagePolicy): string {
  return policy.approvers.length === 0 ? 'somebody with write access' : whoMayApprove(policy);
}
