import type { Context } from '../kernel/context.ts';
import type { Payload } from '../kernel/events.ts';
import type { Repository } from '../state/repositories.ts';

/** Tells the listeners what happened to a repository: https://docs.github.com/webhooks/webhook-events-and-payloads#repository */
export function tellRepository(
  c: Context,
  repository: Repository,
  action: string,
  payload: Payload = {},
): void {
  c.emit({ name: 'repository', action, repositoryId: repository.id, payload: () => payload });
}
