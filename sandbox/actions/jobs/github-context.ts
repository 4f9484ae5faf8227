import type { Core } from '../../kernel/core.ts';
import type { WorkflowRun } from '../../state/actions.ts';
import { protectionKey } from '../../state/rules.ts';

type Payload = Readonly<Record<string, unknown>>;

/**
 * The `github` context as far as the control plane knows it; all texts, as GitHub has them.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context
 */
export function githubTexts(core: Core, run: WorkflowRun): Record<string, string> {
  const repository = core.tables.repositories.require(run.repositoryId);
  const owner = core.tables.accounts.require(repository.ownerId);
  const actor = core.tables.accounts.require(run.actorId);
  const payload = core.tables.runEvents.require(run.id).payload;
  const pull = payload['pull_request'] as { base?: { ref?: string }; head?: { ref?: string } } | undefined;
  const ofPull = run.event === 'pull_request' || run.event === 'pull_request_target' ? pull : undefined;
  const fullName = `${owner.login}/${repository.name}`;
  return {
    actor: actor.login,
    actor_id: String(actor.id),
    api_url: core.urls.api,
    base_ref: ofPull?.base?.ref ?? '',
    event_name: run.event,
    graphql_url: core.urls.graphql,
    head_ref: ofPull?.head?.ref ?? '',
    ref: run.ref,
    ref_name: shortRef(run.ref),
    ref_protected: String(isProtected(core, run)),
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    repository: fullName,
    repository_id: String(repository.id),
    repository_owner: owner.login,
    repository_owner_id: String(owner.id),
    repository_visibility: repository.private ? 'private' : 'public',
    repositoryUrl: `git://${new URL(core.urls.web).host}/${fullName}.git`,
    retention_days: String(core.limits.artifactDays),
    run_attempt: String(run.attempt),
    run_id: String(run.id),
    run_number: String(run.number),
    secret_source: { full: 'Actions', fork: 'None', dependabot: 'Dependabot' }[run.trust],
    server_url: core.urls.web,
    sha: run.sha,
    triggering_actor: core.tables.accounts.require(run.triggeringActorId).login,
    workflow: run.name,
    workflow_ref: `${fullName}/${run.path}@${run.ref}`,
    workflow_sha: run.workflowSha,
  };
}

function isProtected(core: Core, { repositoryId, ref }: WorkflowRun): boolean {
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return (
    branch !== undefined && core.tables.protections.get(protectionKey(repositoryId, branch)) !== undefined
  );
}

/** The whole `github` context: texts and the event. */
export function githubContext(core: Core, run: WorkflowRun): Payload {
  return { ...githubTexts(core, run), event: core.tables.runEvents.require(run.id).payload };
}

/** `main` of `refs/heads/main`, `7/merge` of `refs/pull/7/merge`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags|pull)\//, '');
}
