/**
 * The one place where a ref changes: whether git pushes, a route names a ref or a pull request is merged, the same rules
 * are asked, the same events told, the same followers called, all in one transaction.
 */
import { type Core, newId, now } from '../kernel/core.ts';
import { ZERO_ID } from '../git/objects.ts';
import { refKey, type Repository } from '../state/repositories.ts';
import type { RuleSuite } from '../state/rules.ts';
import { noteActivities } from './activities.ts';
import type { JudgedChange, RefActor, RefChange, Via } from './change.ts';
import { tellRefs } from './events.ts';
import { callFollowers } from './followers.ts';
import { impossible, type RefUpdate, type RefView } from './possible.ts';
import { lowerBound } from './prefix.ts';
import { type Refusal, refusal, refusalError } from './refusal.ts';
import { bypassLines, judgeChange, type RuleVerdict } from './rules/verdict.ts';
import { workflowRefusal } from './workflows.ts';

export type { RefActor, RefChange, Via } from './change.ts';
export type { RefUpdate } from './possible.ts';
export { followRefs } from './followers.ts';
export { refusalError, type Refusal } from './refusal.ts';

/** Of older changes nobody can ask any more what the rules said. */
const MOST_SUITES = 1000;

/** How one update went. `lines` are for people: rules that were passed over. */
export type RefOutcome =
  | {
      readonly ok: true;
      readonly ref: string;
      readonly before: string | null;
      readonly after: string | null;
      readonly lines: readonly string[];
    }
  | { readonly ok: false; readonly ref: string; readonly refused: Refusal };

/** The refs of a repository with the changes decided so far laid over them. */
function overlay(
  core: Core,
  repository: Repository,
): RefView & { set(name: string, oid: string | null): void } {
  const changed = new Map<string, string | null>();
  const stored = (name: string): string | undefined => core.tables.refs.get(refKey(repository.id, name))?.oid;
  return {
    get: (name) => (changed.has(name) ? (changed.get(name) ?? undefined) : stored(name)),
    set: (name, oid) => changed.set(name, oid),
    below: (prefix) => {
      for (const [name, oid] of changed) if (oid !== null && name.startsWith(prefix)) return name;
      const key = refKey(repository.id, prefix);
      const keys = core.tables.refs.keys('repository', repository.id) as readonly string[];
      for (let at = lowerBound(keys, key); keys[at]?.startsWith(key) === true; at++) {
        const name = keys[at]!.slice(key.length - prefix.length);
        if (!changed.has(name)) return name;
      }
      return undefined;
    },
  };
}

/** Keeps what the rules said, where there were any. A refusal outlives the transaction it undoes. */
function noteSuite(core: Core, change: JudgedChange, verdict: RuleVerdict): void {
  if (verdict.evaluations.length === 0) return;
  const result = verdict.refused !== undefined ? 'fail' : verdict.bypassed.length > 0 ? 'bypass' : 'pass';
  const suite = (): RuleSuite => ({
    id: newId(core),
    repositoryId: change.repository.id,
    actorId: change.actor.account.id,
    ref: change.ref,
    before: change.before ?? ZERO_ID,
    after: change.after ?? ZERO_ID,
    at: now(core),
    result,
    evaluations: verdict.evaluations,
  });
  const keep = (): void => {
    const { ruleSuites } = core.tables;
    ruleSuites.put(suite());
    if (ruleSuites.count('repository', change.repository.id) > MOST_SUITES)
      ruleSuites.remove(ruleSuites.keys('repository', change.repository.id)[0]!);
  };
  keep();
  if (result === 'fail') core.store.afterRollback(() => core.store.transaction(keep));
}

function decide(
  core: Core,
  repository: Repository,
  actor: RefActor,
  update: RefUpdate,
  via: Via,
  refs: RefView,
): RefOutcome {
  const { ref, after } = update;
  const refuse = (refused: Refusal): RefOutcome => ({ ok: false, ref, refused });
  const reason = impossible(core.objects(repository), repository, update, refs);
  if (reason !== undefined) return refuse(reason);
  const before = refs.get(ref) ?? null;
  if (before === after) return { ok: true, ref, before, after, lines: [] };
  const change: JudgedChange = { ref, before, after, repository, actor, via };
  const workflows = workflowRefusal(core, change);
  if (workflows !== undefined) return refuse(workflows);
  const verdict = judgeChange(core, change);
  noteSuite(core, change, verdict);
  if (verdict.refused !== undefined) return refuse(verdict.refused);
  return { ok: true, ref, before, after, lines: bypassLines(ref, verdict.bypassed) };
}

function write(core: Core, repository: Repository, changes: readonly RefChange[]): void {
  const { refs } = core.tables;
  const empty = isUnborn(core, repository);
  for (const { ref, after } of changes) {
    const key = refKey(repository.id, ref);
    if (after === null) refs.remove(key);
    else refs.put({ key, repositoryId: repository.id, name: ref, oid: after });
  }
  const at = now(core);
  const branches = changes.flatMap(({ ref, after }) =>
    ref.startsWith('refs/heads/') && after !== null ? [ref.slice('refs/heads/'.length)] : [],
  );
  // The first branch of an empty repository becomes its default branch.
  const first = empty && !branches.includes(repository.defaultBranch) ? branches[0] : undefined;
  core.tables.repositories.put({
    ...core.tables.repositories.require(repository.id),
    ...(first === undefined ? {} : { defaultBranch: first }),
    pushedAt: at,
    updatedAt: at,
  });
}

/** Whether the repository has no branch yet. */
export function isUnborn(core: Core, repository: Repository): boolean {
  const key = refKey(repository.id, 'refs/heads/');
  const keys = core.tables.refs.keys('repository', repository.id) as readonly string[];
  return keys[lowerBound(keys, key)]?.startsWith(key) !== true;
}

/**
 * Changes refs as one transaction, in their order; gives how each went. Refused ones leave the others alone unless
 * `atomic`. A ref that is what it shall be already is fine and tells nobody.
 */
export function updateRefs(
  core: Core,
  repository: Repository,
  actor: RefActor,
  updates: readonly RefUpdate[],
  via: Via,
  atomic = false,
): RefOutcome[] {
  return core.store.transaction(() => {
    const refs = overlay(core, repository);
    const outcomes = updates.map((update) => {
      const outcome = decide(core, repository, actor, update, via, refs);
      if (outcome.ok) refs.set(outcome.ref, outcome.after);
      return outcome;
    });
    if (atomic && outcomes.some(({ ok }) => !ok)) {
      const refused = refusal('atomic', 'atomic push failure', 'Reference update failed');
      return outcomes.map((outcome) => (outcome.ok ? { ok: false, ref: outcome.ref, refused } : outcome));
    }
    const changes = outcomes.filter(
      (outcome) => outcome.ok && outcome.before !== outcome.after,
    ) as RefChange[];
    if (changes.length > 0) {
      write(core, repository, changes);
      noteActivities(core, repository, actor, changes, via);
      const current = core.tables.repositories.require(repository.id);
      tellRefs(core, current, actor, changes);
      callFollowers(core, current, actor, changes, via);
    }
    return outcomes;
  });
}

/**
 * Changes one ref or throws what the REST API answers; `ruleStatus` is the route's status for rules.
 * @throws ApiError 422 impossible or against the rules, 403 and 404 where the token lacks the permission for workflows
 */
export function requireRefUpdate(
  core: Core,
  repository: Repository,
  actor: RefActor,
  update: RefUpdate,
  via: Via = { kind: 'api' },
  ruleStatus = 422,
): void {
  const [outcome] = updateRefs(core, repository, actor, [update], via);
  if (outcome?.ok === false) throw refusalError(outcome.refused, ruleStatus);
}
