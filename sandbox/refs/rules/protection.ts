/** Classic protection of branches. https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches */
import { roleOf, teamsOf } from '../../access/roles.ts';
import type { Core } from '../../kernel/core.ts';
import type { Repository } from '../../state/repositories.ts';
import { type Allowance, type Protection, protectionKey } from '../../state/rules.ts';
import { type RefActor, shortName } from '../change.ts';
import { type Case, linearSentence, signatureSentence } from './judge.ts';
import { checksSentence } from './required-checks.ts';

const NOT_AUTHORIZED =
  "You're not authorized to push to this branch. Visit https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches for more information.";

/** What protection has against a change, and whether it binds administrators as well. */
export interface ProtectionViolation {
  readonly sentence: string;
  readonly everyone: boolean;
}

/** The protection of a branch, undefined where there is none. */
export function protectionOf(core: Core, repositoryId: number, branch: string): Protection | undefined {
  return core.tables.protections.get(protectionKey(repositoryId, branch));
}

/** Is the actor among these users, teams and Apps? */
export function isAllowed(core: Core, allowance: Allowance, { account, by }: RefActor): boolean {
  if (by.kind === 'installation') return allowance.apps.includes(by.appId);
  if (by.kind === 'job') {
    const app = core.tables.apps.find('slug', 'github-actions');
    return app !== undefined && allowance.apps.includes(app.id);
  }
  if (allowance.users.includes(account.id)) return true;
  if (allowance.teams.length === 0) return false;
  const teams = teamsOf(core, account.id);
  return allowance.teams.some((team) => teams.has(team));
}

/** Administrators as people; Apps have no role. */
export function isAdministrator(core: Core, repository: Repository, { account, by }: RefActor): boolean {
  return by.kind === 'user' && roleOf(core, account.id, repository) === 'admin';
}

function pushViolations(change: Case, protection: Protection): string[] {
  const { core, repository, actor, before, after, via } = change;
  const found: string[] = [];
  const { reviews, checks, restrictions } = protection;
  const merging = via.kind === 'merge';
  if (reviews !== null && before !== null && !merging)
    if (reviews.bypass === null || !isAllowed(core, reviews.bypass, actor))
      found.push('Changes must be made through a pull request.');
  if (checks !== null && !merging) {
    const sentence = checksSentence(core, repository.id, after!, checks.checks);
    if (sentence !== undefined) found.push(sentence);
  }
  const linear = protection.linearHistory ? linearSentence(change) : undefined;
  if (linear !== undefined) found.push(linear);
  const unsigned = protection.signatures ? signatureSentence(change) : undefined;
  if (unsigned !== undefined) found.push(unsigned);
  const administers = isAdministrator(core, repository, actor);
  const creates = before === null;
  if (restrictions !== null && (!creates || protection.blockCreations))
    if (!administers && !isAllowed(core, restrictions, actor)) found.push(NOT_AUTHORIZED);
  return found;
}

/** Everything a branch's protection has against the change; by whom it may be passed over is said with each. */
export function protectionViolations(change: Case): ProtectionViolation[] {
  const { core, repository, ref, before, after, via } = change;
  const short = shortName(ref);
  if (short?.type !== 'branch') return [];
  const protection = protectionOf(core, repository.id, short.name);
  if (protection === undefined) return [];
  const everyone = (sentence: string): ProtectionViolation => ({ sentence, everyone: true });
  if (after === null) return protection.deletions ? [] : [everyone('Cannot delete this protected branch')];
  const found: ProtectionViolation[] = [];
  if (!protection.forcePushes && change.forced()) found.push(everyone('Cannot force-push to this branch'));
  const synced = protection.forkSyncing && via.kind === 'fetch-upstream';
  const sentences = protection.lock && before !== null && !synced ? ['Cannot change this locked branch'] : [];
  sentences.push(...pushViolations(change, protection));
  return [...found, ...sentences.map((sentence) => ({ sentence, everyone: protection.enforceAdmins }))];
}
