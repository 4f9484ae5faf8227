import { describe, expect, it } from 'vitest';

import type { Permissions } from '../../../sandbox/kernel/identity.ts';
import { newId } from '../../../sandbox/kernel/core.ts';
import { emit } from '../../../sandbox/kernel/events.ts';
import { addAccount } from '../../../sandbox/seed.ts';
import { inMemoryDispatch, type MemoryDelivery } from '../../../sandbox/webhooks/index.ts';
import { newWorld } from '../world.ts';

function installed(
  permissions: Permissions,
  events: readonly string[],
  repositories: 'all' | number[] = 'all',
) {
  const world = newWorld();
  const { core } = world.sandbox;
  const at = '2026-01-01T00:00:00Z';
  const ids = core.store.transaction(() => {
    const bot = addAccount(core, 'robot[bot]', 'Bot');
    const ownerId = world.repository.ownerId;
    const appId = newId(core);
    core.tables.apps.put({
      id: appId,
      slug: 'robot',
      name: 'robot',
      ownerId,
      botId: bot.id,
      description: null,
      externalUrl: 'http://robot.localhost',
      clientId: 'Iv1',
      clientSecret: 'secret',
      webhookSecret: 'a secret',
      webhookUrl: 'http://127.0.0.1/app',
      webhookContentType: 'json',
      webhookInsecureSsl: '0',
      publicKeys: [],
      permissions,
      events,
      createdAt: at,
      updatedAt: at,
    });
    const installation = core.tables.installations.put({
      id: newId(core),
      appId,
      accountId: ownerId,
      permissions,
      events,
      repositories,
      suspendedAt: null,
      suspendedById: null,
      createdAt: at,
      updatedAt: at,
    });
    return { appId, installation: installation.id };
  });
  const dispatch = inMemoryDispatch(core);
  const got: MemoryDelivery[] = [];
  dispatch.onDelivery((delivery) => {
    got.push(delivery);
    return 200;
  });
  const star = () => {
    core.store.transaction(() => {
      emit(core, {
        name: 'star',
        action: 'created',
        repositoryId: world.repository.id,
        sender: core.tables.accounts.find('login', 'reader')!,
        by: { kind: 'anonymous' },
        payload: () => ({ starred_at: at }),
      });
    });
  };
  return { world, core, dispatch, got, star, ...ids };
}

describe('the hook of an App', () => {
  it('gets what its installation subscribes to, signed with the App secret, naming the installation', async () => {
    const { dispatch, got, star, installation, appId } = installed({ metadata: 'read' }, ['star']);
    star();
    await dispatch.flush();
    expect(got).toHaveLength(1);
    expect(got[0]!.payload).toMatchObject({ action: 'created', installation: { id: installation } });
    expect(got[0]!.headers).toMatchObject({
      'X-GitHub-Hook-Installation-Target-Type': 'integration',
      'X-GitHub-Hook-Installation-Target-ID': String(appId),
    });
    expect(got[0]!.headers).toHaveProperty('X-Hub-Signature-256');
  });

  it('gets nothing of repositories that were not chosen, nor while suspended', async () => {
    const chosen = installed({ metadata: 'read' }, ['star'], [12345]);
    chosen.star();
    expect(await chosen.dispatch.flush()).toBe(0);
    const { core, dispatch, star, installation } = installed({ metadata: 'read' }, ['star']);
    core.store.transaction(() => {
      const row = core.tables.installations.require(installation);
      core.tables.installations.put({ ...row, suspendedAt: '2026-01-01T00:00:00Z' });
    });
    star();
    expect(await dispatch.flush()).toBe(0);
  });

  it('does not get what it did not subscribe to', async () => {
    const { dispatch, star } = installed({ metadata: 'read' }, ['push']);
    star();
    expect(await dispatch.flush()).toBe(0);
  });
});
