import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import { accountView } from '../views/accounts.ts';
import { repositoryView } from '../views/repositories.ts';
import {
  canonicalView,
  type Core,
  type EmittedEvent,
  type EventInput,
  type Payload,
  type View,
} from './core.ts';

export type { EmittedEvent, EventFacts, EventInput, Listener, Payload } from './core.ts';

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

/** The payload with the members every webhook has: action, repository, organization, sender. */
export function wholePayload(
  core: Core,
  input: Pick<EventInput, 'action' | 'organizationId' | 'payload' | 'sender'>,
  repository: Repository | undefined,
): Payload {
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
