import { readCommit } from '../../git/commit-object.ts';
import type { Core, EmittedEvent } from '../../kernel/core.ts';
import type { Repository } from '../../state/repositories.ts';
import { parsedAt, workflowPaths } from '../jobs/files.ts';
import { workflowEvents } from '../triggers/events.ts';
import { matches, type Happening } from '../triggers/match.ts';
import { asksToSkip } from '../triggers/skip.ts';
import type { Parsed } from '../workflow/parse.ts';
import { filesOfEvent } from './changed-files.ts';
import { syncFiles } from './files.ts';
import { placeRun, type RunPlace } from './place.ts';
import { startRun } from './start.ts';
import { mayStart, needsApproval, trustOf } from './trust.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run */
const LONGEST_CHAIN = 3;

/** Listens to every event and starts the workflows it calls for, in the event's own transaction. */
export function startWorkflows(core: Core, event: EmittedEvent): void {
  const { repository } = event;
  if (repository === undefined) return;
  if (event.name === 'push' && event.facts?.ref === `refs/heads/${repository.defaultBranch}`)
    syncFiles(core, repository, event.sender.id);
  const names = workflowEvents(event.name);
  // Dispatches have a request of their own, which names workflow and ref.
  if (names.length === 0 || event.name === 'workflow_dispatch' || !repository.actions.enabled) return;
  for (const name of names) {
    if (!mayStart(name, event.action, event) || isOwnEcho(core, repository, event)) continue;
    const place = placeRun(core, repository, event, name);
    if (place !== undefined) startAt(core, repository, event, name, place);
  }
}

function startAt(
  core: Core,
  repository: Repository,
  event: EmittedEvent,
  name: string,
  place: RunPlace,
): void {
  const chain = chainOf(core, event);
  if (chain > LONGEST_CHAIN || asksNothing(core, repository, name, place)) return;
  if (name === 'pull_request_target' && looksLikeSha(place.headBranch)) return;
  for (const path of workflowPaths(core, repository, place.sha)) {
    const parsed = parsedAt(core, repository, place.sha, path);
    if (parsed === undefined || !wanted(core, repository, event, name, place, parsed, path)) continue;
    startRun(core, {
      repository,
      path,
      parsed,
      event: name,
      action: event.action ?? null,
      payload: event.body(),
      sha: place.sha,
      ref: place.ref,
      workflowSha: place.sha,
      headSha: place.headSha,
      headBranch: place.headBranch,
      headRepositoryId: place.headRepositoryId,
      pullIds:
        place.pull === undefined || place.pull.head.repositoryId !== repository.id ? [] : [place.pull.id],
      actorId: event.sender.id,
      trust: trustOf(name, event, place.pull),
      chain,
      needsApproval: needsApproval(core, repository, name, event, place.pull),
    });
  }
}

function wanted(
  core: Core,
  repository: Repository,
  event: EmittedEvent,
  name: string,
  place: RunPlace,
  parsed: Parsed,
  path: string,
): boolean {
  const known = core.tables.workflowFiles.find('path', `${repository.id}/${path}`);
  if (known !== undefined && known.state.startsWith('disabled')) return false;
  // Nobody knows what a broken file is on; GitHub reports it on every push that has it.
  if (!parsed.ok) return name === 'push' && place.ref.startsWith('refs/heads/');
  const trigger = parsed.workflow.on[name];
  if (trigger === undefined) return false;
  const filtered = trigger.paths !== undefined || trigger.pathsIgnore !== undefined;
  const files = filtered ? filesOfEvent(core, repository, event, place.pull) : undefined;
  return matches(trigger, {
    ...happening(core, event, name, place),
    ...(files === undefined ? {} : { files }),
  }).starts;
}

function happening(core: Core, event: EmittedEvent, name: string, place: RunPlace): Happening {
  const ran = name === 'workflow_run' ? core.tables.workflowRuns.get(event.facts?.runId ?? 0) : undefined;
  const branch = ran?.headBranch ?? place.pull?.base.ref;
  return {
    event: name,
    ...(event.action === undefined ? {} : { action: event.action }),
    ...(event.facts?.ref === undefined ? {} : { ref: event.facts.ref }),
    ...(typeof branch !== 'string' ? {} : { branch }),
    ...(ran === undefined ? {} : { workflow: { name: ran.name, path: ran.path } }),
  };
}

function asksNothing(core: Core, repository: Repository, name: string, place: RunPlace): boolean {
  if (name !== 'push' && name !== 'pull_request') return false;
  const objects = core.objects(repository);
  return objects.has(place.headSha) && asksToSkip(readCommit(objects, place.headSha).message);
}

function chainOf(core: Core, event: EmittedEvent): number {
  if (event.name !== 'workflow_run') return 0;
  return (core.tables.workflowRuns.get(event.facts?.runId ?? 0)?.chain ?? 0) + 1;
}

/**
 * Events that would make workflows start themselves: checks of Actions, drafts of releases, inactive deployments.
 * Source: the notes of each event on the page of events that trigger workflows.
 */
function isOwnEcho(core: Core, repository: Repository, event: EmittedEvent): boolean {
  const { name, action } = event;
  if (name === 'check_run' || name === 'check_suite') {
    const body = event.body() as Readonly<
      Record<string, { head_sha?: string; app?: { slug?: string } } | undefined>
    >;
    const about = body[name];
    if (about?.app?.slug === 'github-actions') return true;
    return core.tables.workflowRuns.count('head', `${repository.id}/${about?.head_sha ?? ''}`) > 0;
  }
  if (name === 'release' && ['created', 'edited', 'deleted'].includes(action ?? ''))
    return (event.body()['release'] as { draft?: boolean } | undefined)?.draft === true;
  if (name === 'deployment_status')
    return (event.body()['deployment_status'] as { state?: string } | undefined)?.state === 'inactive';
  return false;
}

/** Branches that look like commits start no `pull_request_target`. */
function looksLikeSha(branch: string | null): boolean {
  return branch !== null && /^[0-9a-f]{40}$/.test(branch);
}
