import type { Core, View } from '../kernel/core.ts';
import type { Payload } from '../kernel/events.ts';
import type { Issue } from '../state/issues.ts';
import type { Actor } from './actor.ts';

/** What happens to a pull request when its issue side changes; the family of pull requests connects it. */
export interface PullPort {
  /** Emits `pull_request.<action>`; `more` are the members beside `number` and `pull_request`. */
  emit(core: Core, actor: Actor, issue: Issue, action: string, more: (view: View) => Payload): void;
  /**
   * The issue side was just closed or reopened: the pull request follows and tells so itself.
   * @throws ApiError 422 where it cannot be reopened
   */
  follow(core: Core, actor: Actor, issue: Issue): void;
}

let connected: PullPort | undefined;

/** Called once by the family of pull requests when it is loaded. */
export function connectPulls(port: PullPort): void {
  connected = port;
}

/** The family of pull requests. */
export function pulls(): PullPort {
  if (connected === undefined) throw new Error('no family of pull requests is connected');
  return connected;
}
