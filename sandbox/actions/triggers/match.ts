import { passes } from '../patterns.ts';
import type { Trigger } from '../workflow/model.ts';
import { usualTypes } from './events.ts';

/** What the filters of a workflow look at. */
export interface Happening {
  readonly event: string;
  readonly action?: string;
  /** Full ref that was pushed: of `push`. */
  readonly ref?: string;
  /** Short name of the branch that filters mean: base of pull requests, head of `workflow_run`. */
  readonly branch?: string;
  /** Changed files; absent where the diff is not known or too large, and then path filters let everything pass. */
  readonly files?: readonly string[];
  /** Name and path of the workflow that ran: of `workflow_run`. */
  readonly workflow?: { readonly name: string; readonly path: string };
  /** Which schedule fired. */
  readonly cron?: string;
}

export type Verdict = { readonly starts: true } | { readonly starts: false; readonly why: string };

const STARTS: Verdict = { starts: true };

/** GitHub looks at the first 300 files of a diff. */
const FILES = 300;

/**
 * Does what happened pass a workflow's filters for this event? Says why not.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#on
 */
export function matches(trigger: Trigger | undefined, happening: Happening): Verdict {
  if (trigger === undefined) return no(`the workflow is not on ${happening.event}`);
  const types = trigger.types ?? usualTypes(happening.event);
  if (types !== undefined && happening.action !== undefined && !types.includes(happening.action))
    return no(`activity type ${happening.action} is not among ${types.join(', ')}`);
  if (happening.event === 'schedule')
    return trigger.schedule?.some((entry) => entry.cron === happening.cron) === true
      ? STARTS
      : no('no schedule of the workflow fired');
  if (happening.event === 'workflow_run') {
    const { workflow } = happening;
    if (workflow === undefined || !(trigger.workflows ?? []).includes(workflow.name))
      return no('another workflow ran');
  }
  return happening.event === 'push' ? matchesPush(trigger, happening) : matchesBranch(trigger, happening);
}

function matchesBranch(trigger: Trigger, happening: Happening): Verdict {
  if (happening.branch !== undefined && !branchPasses(trigger, happening.branch))
    return no(`branch ${happening.branch} does not pass the filter`);
  return matchesPaths(trigger, happening);
}

/** A filter for branches alone leaves tags out, and the other way round. */
function matchesPush(trigger: Trigger, happening: Happening): Verdict {
  const ref = happening.ref ?? '';
  const branches = trigger.branches !== undefined || trigger.branchesIgnore !== undefined;
  const tags = trigger.tags !== undefined || trigger.tagsIgnore !== undefined;
  if (ref.startsWith('refs/tags/')) {
    const tag = ref.slice('refs/tags/'.length);
    if (tags ? !tagPasses(trigger, tag) : branches) return no(`tag ${tag} does not pass the filter`);
    return STARTS;
  }
  if (!ref.startsWith('refs/heads/')) return no(`${ref} is neither branch nor tag`);
  const branch = ref.slice('refs/heads/'.length);
  if (branches ? !branchPasses(trigger, branch) : tags)
    return no(`branch ${branch} does not pass the filter`);
  return matchesPaths(trigger, happening);
}

function branchPasses(trigger: Trigger, branch: string): boolean {
  return listPasses(branch, trigger.branches, trigger.branchesIgnore);
}

function tagPasses(trigger: Trigger, tag: string): boolean {
  return listPasses(tag, trigger.tags, trigger.tagsIgnore);
}

function listPasses(
  name: string,
  wanted: readonly string[] | undefined,
  ignored: readonly string[] | undefined,
): boolean {
  if (wanted !== undefined) return passes(name, wanted);
  return ignored === undefined || !passes(name, ignored);
}

/** One file that is wanted is enough; nothing changed starts nothing. */
function matchesPaths(trigger: Trigger, happening: Happening): Verdict {
  const { paths, pathsIgnore } = trigger;
  if ((paths === undefined && pathsIgnore === undefined) || happening.files === undefined) return STARTS;
  const seen = happening.files.slice(0, FILES);
  return seen.some((file) => listPasses(file, paths, pathsIgnore))
    ? STARTS
    : no('no changed file passes the filter');
}

function no(why: string): Verdict {
  return { starts: false, why };
}
