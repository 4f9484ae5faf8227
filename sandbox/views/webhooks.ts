import type { View } from '../kernel/core.ts';
import type { Delivery, Hook } from '../state/webhooks.ts';
import { repositoryUrl } from './repositories.ts';

/** Stands in answers where a secret is set. */
const MASK = '********';

/** `config` of a hook; a secret is never told. */
export function hookConfigView(hook: Hook) {
  return {
    content_type: hook.contentType,
    insecure_ssl: hook.insecureSsl,
    ...(hook.secret === null ? {} : { secret: MASK }),
    ...(hook.url === '' ? {} : { url: hook.url }),
  };
}

/** Address of a hook; an App's hook has none but its configuration's. */
export function hookUrl(view: View, hook: Hook): string {
  switch (hook.kind) {
    case 'repository':
      return `${repositoryUrl(view, view.tables.repositories.require(hook.targetId))}/hooks/${hook.id}`;
    case 'organization':
      return `${view.urls.api}/orgs/${view.tables.accounts.require(hook.targetId).login}/hooks/${hook.id}`;
    case 'app':
      return `${view.urls.api}/app/hook`;
  }
}

/** GitHub's "hook", "org-hook", and the hook of an App as its ping shows it. */
export function hookView(view: View, hook: Hook) {
  const url = hookUrl(view, hook);
  const common = {
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: [...hook.events],
    config: hookConfigView(hook),
    updated_at: hook.updatedAt,
    created_at: hook.createdAt,
    deliveries_url: `${url}/deliveries`,
  };
  if (hook.kind === 'app') return { ...common, type: 'App', app_id: hook.targetId };
  const addressed = { ...common, url, ping_url: `${url}/pings` };
  if (hook.kind === 'organization') return { ...addressed, type: 'Organization' };
  return {
    ...addressed,
    type: 'Repository',
    test_url: `${url}/test`,
    last_response: { ...hook.lastResponse },
  };
}

/** GitHub's "hook-delivery-item". */
export function deliveryItemView(delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt,
    redelivery: delivery.redelivery,
    duration: delivery.duration,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

/** GitHub's "hook-delivery": with what was sent and what came back. */
export function deliveryView(view: View, delivery: Delivery) {
  const { payload } = view.tables.deliveryBodies.require(delivery.id);
  return {
    ...deliveryItemView(delivery),
    url: delivery.url,
    request: { headers: delivery.headers, payload: JSON.parse(payload) as unknown },
    response: { headers: delivery.response?.headers ?? null, payload: delivery.response?.body ?? null },
  };
}
