import type { Handler, Routes } from '../kernel/context.ts';
import { assetRoutes } from './assets.ts';
import { gitObjectRoutes } from './git-objects.ts';
import { releaseRoutes } from './releases.ts';
import { webhookRoutes } from './webhooks.ts';

/** Every family of routes. A family adds its import and its line here. */
const FAMILIES: readonly Routes[] = [assetRoutes, gitObjectRoutes, releaseRoutes, webhookRoutes];

const HANDLERS = new Map<string, Handler>();
for (const family of FAMILIES) {
  for (const [operation, handler] of Object.entries(family)) {
    if (HANDLERS.has(operation)) throw new Error(`${operation} has two handlers`);
    HANDLERS.set(operation, handler);
  }
}

/** The handler of an operation; undefined where the sandbox does not serve it (501). */
export function handlerOf(operation: string): Handler | undefined {
  return HANDLERS.get(operation);
}
