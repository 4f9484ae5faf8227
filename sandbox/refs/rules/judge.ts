/** What one rule says to one change of a ref. https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets */
import { commitsBetween, isAncestor } from '../../git/history.ts';
import { node } from '../../git/graph.ts';
import { peel } from '../../git/commit-object.ts';
import { readBody, type ObjectStore } from '../../git/objects.ts';
import type { Core } from '../../kernel/core.ts';
import { verificationOf } from '../../kernel/web-flow.ts';
import { refKey } from '../../state/repositories.ts';
import type { Rule } from '../../state/rules.ts';
import { type JudgedChange, shortName } from '../change.ts';
import {
  commitPatternSentence,
  fileRule,
  fileSentence,
  fitsPattern,
  isCommitPatternRule,
  type PatternParameters,
  patternSentence,
  withViolations,
} from './metadata.ts';
import { checksSentence } from './required-checks.ts';

/** A change with what several rules ask of it, worked out once. */
export interface Case extends JudgedChange {
  readonly core: Core;
  readonly store: ObjectStore;
  /** Commits that are new to the ref, oldest first. */
  readonly commits: () => readonly string[];
  readonly forced: () => boolean;
}

/** Prepares a change for its judges. */
export function caseOf(core: Core, change: JudgedChange): Case {
  const store = core.objects(change.repository);
  let commits: readonly string[] | undefined;
  let forced: boolean | undefined;
  return {
    ...change,
    core,
    store,
    commits: () => (commits ??= newCommits(core, store, change)),
    forced: () => (forced ??= isForced(store, change)),
  };
}

/** Of a new ref those which the default branch has not; tags are asked for the commits they name. */
function newCommits(core: Core, store: ObjectStore, { repository, before, after }: JudgedChange): string[] {
  const tip = after === null ? undefined : peel(store, after);
  if (tip?.type !== 'commit') return [];
  const start =
    before ?? core.tables.refs.get(refKey(repository.id, `refs/heads/${repository.defaultBranch}`))?.oid;
  const base = start === undefined ? undefined : peel(store, start);
  return commitsBetween(store, base?.type === 'commit' ? [base.id] : [], tip.id);
}

function isForced(store: ObjectStore, { before, after }: JudgedChange): boolean {
  if (before === null || after === null || before === after) return false;
  const [old, now] = [peel(store, before), peel(store, after)];
  if (old?.type !== 'commit' || now?.type !== 'commit') return true;
  return !isAncestor(store, old.id, now.id);
}

/** The sentence for merges among new commits. */
export function linearSentence({ store, commits }: Case): string | undefined {
  const merges = commits().filter((id) => node(store, id).parents.length > 1);
  return merges.length === 0
    ? undefined
    : withViolations('This branch must not contain merge commits.', merges);
}

/** Only what the sandbox signed itself counts as signed: it knows nobody else's keys. */
export function signatureSentence({ core, store, commits }: Case): string | undefined {
  const unsigned = commits().filter((id) => !verificationOf(core, readBody(store, id, 'commit')).verified);
  return unsigned.length === 0
    ? undefined
    : withViolations('Commits must have verified signatures.', unsigned);
}

interface CheckParameters {
  readonly do_not_enforce_on_create?: boolean;
  readonly required_status_checks: readonly { readonly context: string; readonly integration_id?: number }[];
}

function statusChecks(change: Case, parameters: CheckParameters): string | undefined {
  const { core, repository, before, after, via } = change;
  // A merge has been held to them at the pull request's head.
  if (after === null || via.kind === 'merge') return undefined;
  if (before === null && parameters.do_not_enforce_on_create === true) return undefined;
  const checks = parameters.required_status_checks.map(({ context, integration_id }) => ({
    context,
    appId: integration_id ?? null,
  }));
  return checksSentence(core, repository.id, after, checks);
}

function nameRule(change: Case, subject: string, type: 'branch' | 'tag', rule: Rule): string | undefined {
  const short = shortName(change.ref);
  if (change.before !== null || change.after === null || short?.type !== type) return undefined;
  const parameters = rule.parameters as unknown as PatternParameters;
  return fitsPattern(parameters, short.name) ? undefined : patternSentence(subject, parameters);
}

/** What the rule has against the change: GitHub's sentence, or undefined. */
export function judge(change: Case, rule: Rule): string | undefined {
  const { before, after, via, ref } = change;
  const created = before === null;
  const removed = after === null;
  const kind = shortName(ref)?.type ?? 'ref';
  switch (rule.type) {
    case 'creation':
      return created && !removed ? 'Cannot create ref due to creations being restricted.' : undefined;
    case 'update': {
      const synced =
        via.kind === 'fetch-upstream' && rule.parameters?.['update_allows_fetch_and_merge'] === true;
      return !created && !removed && !synced ? 'Cannot update this protected ref.' : undefined;
    }
    case 'deletion':
      return removed ? `Cannot delete this ${kind}` : undefined;
    case 'non_fast_forward':
      return change.forced() ? `Cannot force-push to this ${kind}` : undefined;
    case 'required_linear_history':
      return linearSentence(change);
    case 'required_signatures':
      return signatureSentence(change);
    case 'pull_request':
      return !created && !removed && via.kind !== 'merge'
        ? 'Changes must be made through a pull request.'
        : undefined;
    case 'required_status_checks':
      return statusChecks(change, rule.parameters as unknown as CheckParameters);
    case 'branch_name_pattern':
      return nameRule(change, 'Branch name', 'branch', rule);
    case 'tag_name_pattern':
      return nameRule(change, 'Tag name', 'tag', rule);
    default:
      return judgeContent(change, rule);
  }
}

function judgeContent(change: Case, { type, parameters = {} }: Rule): string | undefined {
  if (isCommitPatternRule(type))
    return commitPatternSentence(
      change.store,
      type,
      parameters as unknown as PatternParameters,
      change.commits(),
    );
  const files = fileRule(type, parameters);
  if (files !== undefined) return fileSentence(change.store, files, change.commits());
  throw new Error(`the rule ${type} was accepted and is not enforced`);
}
