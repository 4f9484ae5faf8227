import { setTimeout as wait } from 'node:timers/promises';

import { isCodedError, PlatformError } from '../src/contracts/errors.ts';
import { Refused, type Api } from '../src/platform/github/api.ts';
import type { AppFacts } from '../src/platform/github/app-api.ts';
import type { BotLog } from './log.ts';
import { refuseForbidden } from './permissions.ts';

/** Which App the bot is. */
export interface Identity {
  /** Its account is `<slug>[bot]`. */
  readonly slug: string;
  /** Root of GitHub's pages, without a trailing slash. */
  readonly web: string;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Asks GitHub who the App is and what it may do, again and again while there is no answer.
 *
 * @throws PlatformError PERMISSION it may do what it must not · GITHUB_REFUSED id and key do not fit
 */
export async function identify(app: Api, log: BotLog, signal: AbortSignal): Promise<Identity> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    try {
      return await ask(app, log);
    } catch (error) {
      if (!isCodedError(error) || (error.code !== 'NETWORK' && error.code !== 'RATE_LIMITED')) throw error;
      log.warn({ reason: error.message, retryMs: pause }, 'GitHub does not say who the App is');
      await wait(pause, undefined, { signal });
    }
  }
}

async function ask(app: Api, log: BotLog): Promise<Identity> {
  const facts = await ofApp(app);
  for (const { message, hint } of refuseForbidden(facts.permissions)) log.warn({ hint }, message);
  return { slug: facts.slug, web: facts.html_url.replace(/\/(?:github-)?apps\/[^/]+\/?$/, '') };
}

async function ofApp(app: Api): Promise<AppFacts> {
  try {
    return (await app('GET /app')).data as AppFacts;
  } catch (error) {
    if (!(error instanceof Refused && (error.status === 401 || error.status === 404))) throw error;
    throw new PlatformError(
      {
        code: 'GITHUB_REFUSED',
        message: `GitHub does not take the App's key: ${error.said}`,
        hint: 'compare APP_ID and the private key with the App’s settings; also check the clock (slipway doctor)',
      },
      { cause: error },
    );
  }
}
