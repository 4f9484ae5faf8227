import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound, validationFailed } from '../kernel/errors.ts';
import type { Account } from '../state/accounts.ts';
import { hookTarget, type Delivery, type Hook } from '../state/webhooks.ts';
import { deliveryItemView, deliveryView, hookConfigView, hookView } from '../views/webhooks.ts';
import {
  appHook,
  createHook,
  deleteHook,
  ping,
  redeliver,
  triedDelivery,
  updateHook,
  updateHookConfig,
  type HookConfig,
} from '../webhooks/hooks.ts';
import { testPush } from '../webhooks/test-push.ts';

type Owner = { readonly kind: 'repository' | 'organization'; readonly id: number };

interface NewHook {
  readonly name?: string;
  readonly config?: HookConfig;
  readonly events: readonly string[];
  readonly active: boolean;
}

function ofRepository(c: Context): Owner {
  return { kind: 'repository', id: c.repo.id };
}

function ofOrganization(c: Context): Owner {
  const account = c.found(c.tables.accounts.find('login', c.text('org').toLowerCase()));
  if (account.type !== 'Organization') throw notFound();
  return { kind: 'organization', id: account.id };
}

/** The hook of the path. @throws ApiError 404 where it is another's. */
function hookOf(c: Context, owner: Owner): Hook {
  const hook = c.tables.hooks.get(c.number('hook_id'));
  if (hook?.kind !== owner.kind || hook.targetId !== owner.id) throw notFound();
  return hook;
}

function ownAppHook(c: Context): Hook {
  if (c.viewer.kind !== 'app') throw new ApiError(401, 'A JSON web token could not be decoded');
  return appHook(c.core, c.viewer.appId);
}

function create(c: Context, owner: Owner): Reply {
  const { name = 'web', config = {}, events, active } = c.input<NewHook>();
  if (name !== 'web') {
    throw validationFailed({
      resource: 'Hook',
      code: 'custom',
      field: 'name',
      message: 'Name must be "web"',
    });
  }
  const hook = createHook(c.core, owner.kind, owner.id, { config, events, active }, c.actor);
  return c.created(hookView(c, hook));
}

function list(c: Context, owner: Owner): Reply {
  return c.page(c.tables.hooks.where('target', hookTarget(owner.kind, owner.id)), (hook) =>
    hookView(c, hook),
  );
}

function remove(c: Context, owner: Owner): Reply {
  deleteHook(c.core, hookOf(c, owner), c.actor);
  return c.noContent();
}

function config(c: Context, hook: Hook): Reply {
  return c.ok(hookConfigView(hook));
}

/** Newest first, by cursor: https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook */
function deliveries(c: Context, hook: Hook): Reply {
  const size = Math.min(Math.max(Number(c.ask('per_page') ?? 30) || 30, 1), 100);
  const cursor = /^v1_(\d+)$/.exec(c.ask('cursor') ?? '');
  if (c.ask('cursor') !== undefined && cursor === null) throw new ApiError(422, 'Invalid cursor');
  const before = cursor === null ? Number.POSITIVE_INFINITY : Number(cursor[1]);
  const wanted = c.ask('status');
  const rows: Delivery[] = [];
  const keys = c.tables.deliveries.keys('hook', hook.id);
  for (let at = keys.length - 1; at >= 0 && rows.length <= size; at--) {
    const row = c.tables.deliveries.require(keys[at]!);
    if (row.id >= before || row.pending) continue;
    if (wanted === undefined || wanted === (row.status === 'OK' ? 'success' : 'failure')) rows.push(row);
  }
  const page = rows.slice(0, size);
  return c.ok(
    page.map((row) => deliveryItemView(row)),
    rows.length > size ? { link: nextLink(c, page.at(-1)!) } : {},
  );
}

function nextLink(c: Context, last: Delivery): string {
  const search = new URLSearchParams(c.search);
  search.set('cursor', `v1_${last.id}`);
  return `<${c.urls.api}${c.path}?${search.toString()}>; rel="next"`;
}

function delivery(c: Context, hook: Hook): Reply {
  return c.ok(deliveryView(c, triedDelivery(c.core, hook, c.number('delivery_id'))));
}

function again(c: Context, hook: Hook): Reply {
  redeliver(c.core, hook, triedDelivery(c.core, hook, c.number('delivery_id')));
  return c.accepted();
}

function pinged(c: Context, hook: Hook, sender: Account): Reply {
  ping(c.core, hook, sender);
  return c.noContent();
}

/** Hooks of repositories, organisations and Apps, and their deliveries. */
export const webhookRoutes: Routes = {
  'repos/list-webhooks': (c) => list(c, ofRepository(c)),
  'repos/create-webhook': (c) => create(c, ofRepository(c)),
  'repos/get-webhook': (c) => c.ok(hookView(c, hookOf(c, ofRepository(c)))),
  'repos/update-webhook': (c) => c.ok(hookView(c, updateHook(c.core, hookOf(c, ofRepository(c)), c.input()))),
  'repos/delete-webhook': (c) => remove(c, ofRepository(c)),
  'repos/get-webhook-config-for-repo': (c) => config(c, hookOf(c, ofRepository(c))),
  'repos/update-webhook-config-for-repo': (c) =>
    config(c, updateHookConfig(c.core, hookOf(c, ofRepository(c)), c.input())),
  'repos/list-webhook-deliveries': (c) => deliveries(c, hookOf(c, ofRepository(c))),
  'repos/get-webhook-delivery': (c) => delivery(c, hookOf(c, ofRepository(c))),
  'repos/redeliver-webhook-delivery': (c) => again(c, hookOf(c, ofRepository(c))),
  'repos/ping-webhook': (c) => pinged(c, hookOf(c, ofRepository(c)), c.actor),
  'repos/test-push-webhook': (c) => {
    testPush(c.core, hookOf(c, ofRepository(c)), actorOf(c));
    return c.noContent();
  },
  'orgs/list-webhooks': (c) => list(c, ofOrganization(c)),
  'orgs/create-webhook': (c) => create(c, ofOrganization(c)),
  'orgs/get-webhook': (c) => c.ok(hookView(c, hookOf(c, ofOrganization(c)))),
  'orgs/update-webhook': (c) =>
    c.ok(hookView(c, updateHook(c.core, hookOf(c, ofOrganization(c)), c.input()))),
  'orgs/delete-webhook': (c) => remove(c, ofOrganization(c)),
  'orgs/get-webhook-config-for-org': (c) => config(c, hookOf(c, ofOrganization(c))),
  'orgs/update-webhook-config-for-org': (c) =>
    config(c, updateHookConfig(c.core, hookOf(c, ofOrganization(c)), c.input())),
  'orgs/list-webhook-deliveries': (c) => deliveries(c, hookOf(c, ofOrganization(c))),
  'orgs/get-webhook-delivery': (c) => delivery(c, hookOf(c, ofOrganization(c))),
  'orgs/redeliver-webhook-delivery': (c) => again(c, hookOf(c, ofOrganization(c))),
  'orgs/ping-webhook': (c) => pinged(c, hookOf(c, ofOrganization(c)), c.actor),
  'apps/get-webhook-config-for-app': (c) => config(c, ownAppHook(c)),
  'apps/update-webhook-config-for-app': (c) => config(c, updateHookConfig(c.core, ownAppHook(c), c.input())),
  'apps/list-webhook-deliveries': (c) => deliveries(c, ownAppHook(c)),
  'apps/get-webhook-delivery': (c) => delivery(c, ownAppHook(c)),
  'apps/redeliver-webhook-delivery': (c) => again(c, ownAppHook(c)),
};
