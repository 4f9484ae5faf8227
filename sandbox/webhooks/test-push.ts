import { readCommit } from '../git/commit-object.ts';
import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import { wholePayload } from '../kernel/events.ts';
import { pushPayload } from '../refs/events.ts';
import { refKey } from '../state/repositories.ts';
import type { Hook } from '../state/webhooks.ts';
import { enqueue, newGuid } from './outbox.ts';

/**
 * Sends the newest commit of the default branch as a push to a hook that subscribes to pushes; others get nothing.
 * https://docs.github.com/rest/repos/webhooks#test-the-push-repository-webhook
 */
export function testPush(core: Core, hook: Hook, actor: Actor): void {
  if (!hook.events.includes('push') && !hook.events.includes('*')) return;
  const repository = core.tables.repositories.require(hook.targetId);
  const ref = `refs/heads/${repository.defaultBranch}`;
  const after = core.tables.refs.get(refKey(repository.id, ref))?.oid;
  if (after === undefined) return;
  const before = readCommit(core.objects(repository), after).parents[0] ?? null;
  const payload = wholePayload(
    core,
    {
      sender: actor.account,
      payload: (view) => pushPayload(view, repository, actor, { ref, before, after }),
    },
    repository,
  );
  enqueue(core, hook, {
    guid: newGuid(core),
    event: 'push',
    action: undefined,
    repositoryId: repository.id,
    installationId: undefined,
    payload: JSON.stringify(payload),
  });
}
