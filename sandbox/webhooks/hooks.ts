import { isDeepStrictEqual } from 'node:util';

import { newId, now, type Core } from '../kernel/core.ts';
import { notFound, validationFailed } from '../kernel/errors.ts';
import { wholePayload, type Payload } from '../kernel/events.ts';
import type { Account } from '../state/accounts.ts';
import { hookTarget, type Delivery, type Hook, type HookKind } from '../state/webhooks.ts';
import { hookView } from '../views/webhooks.ts';
import { canSubscribe } from './events.ts';
import { enqueue, forget, newGuid } from './outbox.ts';

/** `config` of a request. */
export interface HookConfig {
  readonly url?: string;
  readonly content_type?: string;
  readonly secret?: string;
  readonly insecure_ssl?: string | number;
}

/** "you can only create up to 20 webhooks that subscribe to each individual event type": types-of-webhooks. */
const HOOKS_PER_EVENT = 20;
const ZEN = ['Keep it logically awesome.', 'Design for failure.', 'Approachable is better than simple.'];

/**
 * Adds a hook to a repository or organisation and pings it.
 * @throws ApiError 422 for a bad address, unknown events, a twin of another hook, or too many of them.
 */
export function createHook(
  core: Core,
  kind: 'repository' | 'organization',
  targetId: number,
  input: { readonly config: HookConfig; readonly events: readonly string[]; readonly active: boolean },
  sender: Account,
): Hook {
  const at = now(core);
  const hook: Hook = {
    id: newId(core),
    kind,
    targetId,
    ...checkedConfig(input.config, { contentType: 'form', insecureSsl: '0', secret: null }),
    events: checkedEvents(kind, input.events),
    active: input.active,
    lastResponse: { code: null, status: 'unused', message: null },
    createdAt: at,
    updatedAt: at,
  };
  refuseTwin(core, hook);
  core.tables.hooks.put(hook);
  ping(core, hook, sender);
  return hook;
}

/** Changes what is named; `config` is replaced as a whole, so a secret that is not given again is gone. */
export function updateHook(
  core: Core,
  hook: Hook,
  change: {
    readonly config?: HookConfig;
    readonly events?: readonly string[];
    readonly add_events?: readonly string[];
    readonly remove_events?: readonly string[];
    readonly active?: boolean;
  },
): Hook {
  const events = new Set(checkedEvents(hook.kind, change.events ?? hook.events));
  for (const event of checkedEvents(hook.kind, change.add_events ?? [])) events.add(event);
  for (const event of change.remove_events ?? []) events.delete(event);
  const changed: Hook = {
    ...hook,
    ...(change.config === undefined
      ? {}
      : checkedConfig(change.config, { contentType: 'form', insecureSsl: '0', secret: null })),
    events: [...events],
    active: change.active ?? hook.active,
    updatedAt: now(core),
  };
  refuseTwin(core, changed);
  return core.tables.hooks.put(changed);
}

/** Changes only the named parts of the configuration. */
export function updateHookConfig(core: Core, hook: Hook, config: HookConfig): Hook {
  const given = hook.url === '' ? config : { url: hook.url, ...config };
  const checked = checkedConfig(given, hook);
  if (hook.kind === 'app') {
    const app = core.tables.apps.require(hook.targetId);
    core.tables.apps.put({
      ...app,
      webhookUrl: checked.url,
      webhookContentType: checked.contentType,
      webhookInsecureSsl: checked.insecureSsl,
      webhookSecret: checked.secret,
    });
    return appHook(core, app.id);
  }
  const changed = { ...hook, ...checked, updatedAt: now(core) };
  refuseTwin(core, changed);
  return core.tables.hooks.put(changed);
}

/** Removes a hook, its log and what still waits for it; a hook that subscribes to `meta` is told. */
export function deleteHook(core: Core, hook: Hook, sender: Account): void {
  for (const { id } of core.tables.deliveries.where('hook', hook.id)) forget(core, id);
  if (hook.active && (hook.events.includes('meta') || hook.events.includes('*'))) {
    tell(core, hook, 'meta', 'deleted', sender, (payload) => ({
      hook_id: hook.id,
      hook: { ...payload, type: hook.kind === 'repository' ? 'Repository' : 'Organization' },
    }));
  }
  core.tables.hooks.remove(hook.id);
}

/** Removes the hooks of a deleted repository or organisation; what is on its way to them still goes. */
export function forgetHooks(core: Core, kind: HookKind, targetId: number): void {
  for (const { id } of core.tables.hooks.where('target', hookTarget(kind, targetId)))
    core.tables.hooks.remove(id);
}

/** Sends `ping` to one hook: https://docs.github.com/webhooks/webhook-events-and-payloads#ping */
export function ping(core: Core, hook: Hook, sender: Account): void {
  tell(core, hook, 'ping', undefined, sender, (view) => ({
    zen: ZEN[hook.id % ZEN.length],
    hook_id: hook.id,
    hook: view,
  }));
}

/** The hook of an App. Its configuration and subscriptions are the App's own; its row has the rest. */
export function appHook(core: Core, appId: number): Hook {
  const app = core.tables.apps.require(appId);
  const at = now(core);
  const known = core.tables.hooks.find('target', hookTarget('app', appId));
  const config = {
    url: app.webhookUrl ?? '',
    contentType: app.webhookContentType,
    insecureSsl: app.webhookInsecureSsl,
    secret: app.webhookSecret,
    events: app.events,
  };
  if (known !== undefined && isDeepStrictEqual({ ...known, ...config }, known)) return known;
  const row = known ?? {
    id: newId(core),
    kind: 'app',
    targetId: appId,
    active: true,
    lastResponse: { code: null, status: 'unused', message: null },
    createdAt: at,
    updatedAt: at,
  };
  return core.tables.hooks.put({ ...row, ...config });
}

/** Puts a delivery into the outbox again: same GUID and payload, signed anew. */
export function redeliver(core: Core, hook: Hook, delivery: Delivery): void {
  enqueue(core, hook, {
    guid: delivery.guid,
    event: delivery.event,
    action: delivery.action ?? undefined,
    repositoryId: delivery.repositoryId ?? undefined,
    installationId: delivery.installationId ?? undefined,
    payload: core.tables.deliveryBodies.require(delivery.id).payload,
    redelivery: true,
  });
}

/** An event about the hook itself goes to this hook only. */
function tell(
  core: Core,
  hook: Hook,
  event: string,
  action: string | undefined,
  sender: Account,
  members: (hook: Payload) => Payload,
): void {
  const repository = hook.kind === 'repository' ? core.tables.repositories.require(hook.targetId) : undefined;
  const payload = wholePayload(
    core,
    {
      ...(action === undefined ? {} : { action }),
      ...(hook.kind === 'organization' ? { organizationId: hook.targetId } : {}),
      sender,
      payload: (view) => members(hookView(view, hook)),
    },
    repository,
  );
  enqueue(core, hook, {
    guid: newGuid(core),
    event,
    action,
    repositoryId: repository?.id,
    installationId: undefined,
    payload: JSON.stringify(payload),
  });
}

function checkedConfig(
  config: HookConfig,
  before: Pick<Hook, 'contentType' | 'insecureSsl' | 'secret'>,
): Pick<Hook, 'url' | 'contentType' | 'insecureSsl' | 'secret'> {
  const refuse = (field: string, message: string) =>
    validationFailed({ resource: 'Hook', code: 'custom', field, message });
  const { url = '' } = config;
  if (url === '') throw refuse('config', 'Config must contain URL for webhooks');
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || /[\s"<>\\^`{|}]/.test(url)) {
    throw refuse('url', 'Invalid URL');
  }
  const contentType = config.content_type ?? before.contentType;
  if (contentType !== 'json' && contentType !== 'form') throw refuse('content_type', 'Invalid content type');
  const insecureSsl = String(config.insecure_ssl ?? before.insecureSsl);
  if (insecureSsl !== '0' && insecureSsl !== '1') throw refuse('insecure_ssl', 'Invalid insecure_ssl');
  const secret = config.secret === undefined ? before.secret : config.secret === '' ? null : config.secret;
  return { url, contentType, insecureSsl, secret };
}

function checkedEvents(kind: HookKind, events: readonly string[]): readonly string[] {
  const unknown = events.filter((event) => !canSubscribe(kind, event));
  if (unknown.length > 0) {
    const message = `The following events are not supported: ${unknown.join(', ')}`;
    throw validationFailed({ resource: 'Hook', code: 'custom', field: 'events', message });
  }
  return [...new Set(events)];
}

/** "Multiple webhooks can share the same config as long as those webhooks do not have any events that overlap." */
function refuseTwin(core: Core, hook: Hook): void {
  const others = core.tables.hooks
    .where('target', hookTarget(hook.kind, hook.targetId))
    .filter((other) => other.id !== hook.id);
  const overlaps = (other: Hook) =>
    hook.events.includes('*') ||
    other.events.includes('*') ||
    hook.events.some((event) => other.events.includes(event));
  if (others.some((other) => sameConfig(hook, other) && overlaps(other))) {
    throw validationFailed({
      resource: 'Hook',
      code: 'custom',
      message: `Hook already exists on this ${hook.kind}`,
    });
  }
  const crowded = hook.events.find(
    (event) => others.filter((other) => other.events.includes(event)).length >= HOOKS_PER_EVENT,
  );
  if (crowded !== undefined) {
    const message = `The "${crowded}" event cannot have more than ${HOOKS_PER_EVENT} hooks`;
    throw validationFailed({ resource: 'Hook', code: 'custom', message });
  }
}

function sameConfig(one: Hook, other: Hook): boolean {
  return (
    one.url === other.url && one.contentType === other.contentType && one.insecureSsl === other.insecureSsl
  );
}

/** A delivery of this hook that was tried. @throws ApiError 404 */
export function triedDelivery(core: Core, hook: Hook, id: number): Delivery {
  const delivery = core.tables.deliveries.get(id);
  if (delivery === undefined || delivery.hookId !== hook.id || delivery.pending) {
    throw notFound();
  }
  return delivery;
}
