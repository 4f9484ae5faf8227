import { nodeId } from '../kernel/node-id.ts';
import type { Core } from '../kernel/core.ts';
import type { EmittedEvent, Payload } from '../kernel/events.ts';
import type { Installation } from '../state/accounts.ts';
import { hookTarget, type Hook } from '../state/webhooks.ts';
import { appWants, hookWants } from './events.ts';
import { appHook } from './hooks.ts';
import { enqueue, newGuid } from './outbox.ts';

/** One hook an event goes to; Apps are told on behalf of which installation. */
interface Recipient {
  readonly hook: Hook;
  readonly installation?: Installation;
}

/** Listens to every event and writes its deliveries into the outbox, in the event's own transaction. */
export function deliverToHooks(core: Core, event: EmittedEvent): void {
  const recipients = [...hooksOf(core, event), ...appsOf(core, event)];
  if (recipients.length === 0) return;
  const guid = newGuid(core);
  const payload = event.body();
  let plain: string | undefined;
  for (const { hook, installation } of recipients) {
    if (installation !== undefined && !concerns(hook.targetId, event, payload)) continue;
    enqueue(core, hook, {
      guid,
      event: event.name,
      action: event.action,
      repositoryId: event.repository?.id,
      installationId: installation?.id,
      payload:
        installation === undefined
          ? (plain ??= JSON.stringify(payload))
          : JSON.stringify({ ...payload, ...installationMember(payload, installation) }),
    });
  }
}

function hooksOf(core: Core, event: EmittedEvent): Recipient[] {
  const { repository } = event;
  const ownerId = repository?.ownerId ?? event.organizationId;
  const targets: string[] = [];
  if (event.installationId === undefined) {
    if (repository !== undefined) targets.push(hookTarget('repository', repository.id));
    if (ownerId !== undefined) targets.push(hookTarget('organization', ownerId));
  }
  return targets
    .flatMap((target) => core.tables.hooks.where('target', target))
    .filter((hook) => hook.active && hookWants(hook.kind, hook.events, event.name, event.action))
    .map((hook) => ({ hook }));
}

function appsOf(core: Core, event: EmittedEvent): Recipient[] {
  return installationsOf(core, event)
    .filter((one) => appWants(one.permissions, one.events, event.name, event.action))
    .flatMap((installation) => {
      if (core.tables.apps.get(installation.appId)?.webhookUrl == null) return [];
      const hook = appHook(core, installation.appId);
      return hook.active ? [{ hook, installation }] : [];
    });
}

/** The installations that may learn of an event: its own, or those that cover its repository or organisation. */
function installationsOf(core: Core, event: EmittedEvent): readonly Installation[] {
  const { installations } = core.tables;
  if (event.installationId !== undefined) {
    const own = installations.get(event.installationId);
    return own === undefined ? [] : [own];
  }
  const accountId = event.repository?.ownerId ?? event.organizationId;
  if (accountId === undefined || installations.count('account', accountId) === 0) return [];
  return installations
    .where('account', accountId)
    .filter(
      (one) =>
        one.suspendedAt === null &&
        (event.repository === undefined ||
          one.repositories === 'all' ||
          one.repositories.includes(event.repository.id)),
    );
}

/** What is asked of a check goes to the App that owns the check, to nobody else. */
function concerns(appId: number, event: EmittedEvent, payload: Payload): boolean {
  if (event.name !== 'check_run' && event.name !== 'check_suite') return true;
  if (event.action === 'created' || event.action === 'completed') return true;
  const check = payload[event.name] as { readonly app?: { readonly id?: number } | null } | undefined;
  return check?.app?.id === undefined || check.app.id === appId;
}

/** Events of an installation carry it whole already; all others name it. */
function installationMember(payload: Payload, installation: Installation): Payload {
  if (payload['installation'] !== undefined) return {};
  return { installation: { id: installation.id, node_id: nodeId('IN', installation.id) } };
}
