import { ApiError } from '../kernel/errors.ts';
import type { Hook } from '../state/webhooks.ts';

/** Sends the latest push of the default branch to a hook that subscribes to pushes; others get nothing. */
export function testPush(hook: Hook): void {
  if (!hook.events.includes('push') && !hook.events.includes('*')) return;
  throw new ApiError(501, 'The sandbox does not support repos/test-push-webhook');
}
