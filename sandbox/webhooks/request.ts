import { createHmac } from 'node:crypto';

import type { Hook } from '../state/webhooks.ts';

const TARGET_TYPES = { repository: 'repository', organization: 'organization', app: 'integration' } as const;

/** The body of a request as the hook's content type wants it: the JSON itself, or a form with one field. */
export function requestBody(contentType: Hook['contentType'], payload: string): string {
  return contentType === 'json' ? payload : `payload=${encodeURIComponent(payload).replace(/%20/g, '+')}`;
}

/**
 * Headers of a delivery, signed with the hook's secret if it has one:
 * https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers,
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function requestHeaders(
  hook: Hook,
  about: { readonly event: string; readonly guid: string },
  body: string,
): Record<string, string> {
  const sign = (algorithm: string, key: string) =>
    `${algorithm}=${createHmac(algorithm, key).update(body).digest('hex')}`;
  return {
    Accept: '*/*',
    'Content-Type': hook.contentType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'User-Agent': 'GitHub-Hookshot/5a9d20b',
    'X-GitHub-Delivery': about.guid,
    'X-GitHub-Event': about.event,
    'X-GitHub-Hook-ID': String(hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(hook.targetId),
    'X-GitHub-Hook-Installation-Target-Type': TARGET_TYPES[hook.kind],
    ...(hook.secret === null
      ? {}
      : { 'X-Hub-Signature': sign('sha1', hook.secret), 'X-Hub-Signature-256': sign('sha256', hook.secret) }),
  };
}
