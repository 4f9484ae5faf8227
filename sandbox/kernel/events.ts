import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { repositoryView } from '../views/repositories.ts';
import { canonicalView, type Core, type View } from './core.ts';
import type { Identity } from './identity.ts';

export type Payload = Readonly<Record<string, unknown>>;

/** Something that happened, as a route tells it. */
export interface EventInput {
  /** GitHub's name: push, pull_request, issues, … */
  readonly name: string;
  readonly action?: string;
  readonly repositoryId?: number;
  /** Only where there is no repository. */
  readonly organizationId?: number;
  /** Events of an installation itself go to its App only. */
  readonly installationId?: number;
  readonly sender: Account;
  /** Whose token caused it: events of a job's token start no workflow. */
  readonly by: Identity;
  /** Members beside action, repository, organization, sender and installation. Called at most once, at once. */
  readonly payload: (view: View) => Payload;
  /** What workflow triggers ask and the payload does not say. */
  readonly facts?: EventFacts;
}

export interface EventFacts {
  /** Full ref and commit the event is about. */
  readonly ref?: string;
  readonly sha?: string;
  readonly before?: string;
  /** Row id of the issue or pull request. */
  readonly issueId?: number;
  readonly pullId?: number;
  readonly runId?: number;
}

/** An event on its way to the listeners. */
export interface EmittedEvent extends EventInput {
  readonly repository: Repository | undefined;
  /** The whole payload, rendered once on first use. */
  readonly body: () => Payload;
}

export type Listener = (core: Core, event: EmittedEvent) => void;

/** Tells the listeners (webhooks, workflows, …) inside the running transaction. The payload is rendered only if one asks. */
export function emit(core: Core, input: EventInput): void {
  const repository =
    input.repositoryId === undefined ? undefined : core.tables.repositories.require(input.repositoryId);
  let body: Payload | undefined;
  const event: EmittedEvent = {
    ...input,
    repository,
    body: () => (body ??= wholePayload(core, input, repository)),
  };
  for (const listen of core.listeners) listen(core, event);
}

function wholePayload(core: Core, input: EventInput, repository: Repository | undefined): Payload {
  const view = canonicalView(core);
  const ownerId = repository?.ownerId ?? input.organizationId;
  const owner = ownerId === undefined ? undefined : core.tables.accounts.require(ownerId);
  return {
    ...(input.action === undefined ? {} : { action: input.action }),
    ...input.payload(view),
    ...(repository === undefined ? {} : { repository: repositoryView(view, repository) }),
    ...(owner?.type === 'Organization' ? { organization: organizationPayload(view, owner) } : {}),
    sender: accountView(view, input.sender),
  };
}

/** The short organisation of webhook payloads. */
function organizationPayload(view: View, owner: Account): Payload {
  const api = `${view.urls.api}/orgs/${owner.login}`;
  const { node_id, avatar_url } = accountView(view, owner);
  return {
    login: owner.login,
    id: owner.id,
    node_id,
    url: api,
    repos_url: `${api}/repos`,
    events_url: `${api}/events`,
    hooks_url: `${api}/hooks`,
    issues_url: `${api}/issues`,
    members_url: `${api}/members{/member}`,
    public_members_url: `${api}/public_members{/member}`,
    avatar_url,
    description: owner.name,
  };
}
