import { Probot, ProbotOctokit } from 'probot';
import type { Logger } from 'pino';

import type { BotConfig } from './config.ts';
import { whyIdle, type ToldEvent } from './idle-events.ts';
import type { Repository } from './queue.ts';

/** What events are turned into. */
export interface Wakes {
  /** An event that is none of the bot's business, and why. */
  idle(facts: Readonly<Record<string, unknown>>): void;
  /** Login of the bot's own account, once it is known. */
  own(): string | null;
  wake(repository: Repository): void;
  /** The installation no longer holds it. */
  forget(id: number): void;
}

interface RepositoryPart {
  readonly id: number;
  readonly name: string;
  readonly full_name?: string;
  readonly default_branch?: string;
  readonly owner?: { readonly login: string };
}

interface AnyPayload extends Omit<ToldEvent, 'name'> {
  readonly installation?: { readonly id: number };
  readonly repository?: RepositoryPart;
  readonly repositories?: readonly RepositoryPart[];
  readonly repositories_added?: readonly RepositoryPart[];
  readonly repositories_removed?: readonly RepositoryPart[];
}

/** The Probot app: every event about a repository wakes it; which event it was makes no difference but for the log. */
export function slipwayApp(app: Probot, wakes: Wakes): void {
  app.onAny(({ name, payload }) => {
    const event = payload as unknown as AnyPayload;
    const installation = event.installation?.id;
    if (installation === undefined) return;
    const idle = whyIdle({ ...event, name }, wakes.own());
    if (idle !== null) wakes.idle({ repository: event.repository?.full_name, ...idle });
    const gone = name === 'installation' && event.action === 'deleted';
    for (const { id } of event.repositories_removed ?? []) wakes.forget(id);
    for (const part of [
      event.repository,
      ...(event.repositories ?? []),
      ...(event.repositories_added ?? []),
    ]) {
      if (part === undefined) continue;
      if (gone) wakes.forget(part.id);
      else wake(wakes, part, installation);
    }
  });
}

function wake(wakes: Wakes, part: RepositoryPart, installation: number): void {
  const owner = part.owner?.login ?? part.full_name?.split('/')[0];
  if (owner !== undefined) wakes.wake({ id: part.id, owner, name: part.name, installation });
}

/**
 * Probot without what would repeat or delay a write: its retries post again what a 502 already applied, its throttling
 * spaces writes by seconds. Only objects given as a function reach its plugins.
 */
export function createProbot(config: BotConfig, log: Logger): Probot {
  const Octokit = ProbotOctokit.defaults((options: Record<string, unknown>) => ({
    ...options,
    throttle: { ...(options['throttle'] as object), enabled: false },
    retry: { ...(options['retry'] as object), enabled: false },
  }));
  return new Probot({
    appId: config.appId,
    privateKey: config.privateKey,
    secret: config.secrets[0],
    baseUrl: config.api,
    Octokit,
    // At debug it logs payloads whole: what a private repository holds has no place in a log.
    log: log.child({}, { level: 'warn' }),
  });
}
