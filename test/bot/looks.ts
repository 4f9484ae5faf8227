import { createHmac } from 'node:crypto';

import { expect } from 'vitest';

import type { RunningBot } from '../../bot/main.ts';
import { WEBHOOK_PATH } from '../../bot/server.ts';
import { SECRET, type Line, type Place, type Stand } from './stand.ts';

/** How long something may take to show. */
export const UNTIL = { timeout: 20_000, interval: 100 };

/** What a person could look up about a place afterwards. */
export async function facts(here: Stand, place: Place) {
  const owner = here.as('owner');
  const at = { owner: 'owner', repo: place.name, issue_number: place.pull };
  const list = async <Row>(route: string, more = {}) =>
    (await owner(route, { ...at, ...more })).data as Row[];
  type Named = { readonly name: string };
  type Comment = { readonly id: number; readonly body: string; readonly user: { readonly login: string } };
  return {
    labels: (await list<Named>('GET /repos/{owner}/{repo}/issues/{issue_number}/labels')).map(
      ({ name }) => name,
    ),
    answers: (await list<Comment>('GET /repos/{owner}/{repo}/issues/{issue_number}/comments'))
      .filter(({ user }) => user.login === 'slipway[bot]')
      .map(({ body }) => body),
    environments: (await list<{ readonly environment: string }>('GET /repos/{owner}/{repo}/deployments')).map(
      ({ environment }) => environment,
    ),
    tags: (
      await list<{ readonly ref: string }>('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
        ref: 'tags/churn#',
      })
    ).map(({ ref }) => ref),
    receipts: async (comment: number) =>
      (
        await list<{ readonly content: string }>(
          'GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
          {
            comment_id: comment,
          },
        )
      ).map(({ content }) => content),
  };
}

/** The log of a place, in short. */
export const stories = async (here: Stand, place: Place) =>
  (await here.entries(place)).map(({ op, stage }) => (stage === undefined ? op : `${op} ${stage}`));

export const STAGED = ['register', 'promote staging', 'verified staging'];
export const PRODUCED = [...STAGED, 'promote production', 'verified production'];

/** A body with the signature that is sent along. */
export type Change = (body: string) => { readonly body: string; readonly signature: string };

/** As GitHub signs with a secret. */
export function signed(body: string, secret = SECRET): ReturnType<Change> {
  return { body, signature: `sha256=${createHmac('sha256', secret).update(body).digest('hex')}` };
}

/** Sends a bot what claims to be a delivery; gives the status it was answered with. */
export async function deliver(
  to: Pick<RunningBot, 'url'>,
  { body, signature }: ReturnType<Change>,
  { id = 'a-delivery', event = 'push' } = {},
): Promise<number> {
  const response = await fetch(`${to.url}${WEBHOOK_PATH}`, {
    method: 'POST',
    headers: { 'x-github-event': event, 'x-github-delivery': id, 'x-hub-signature-256': signature },
    body,
  });
  return response.status;
}

/** Every delivery GitHub has made so far, sent once more to a bot. */
export async function deliverAgain(here: Stand, to: RunningBot, change: Change): Promise<readonly number[]> {
  const { deliveries, deliveryBodies } = here.sandbox.sandbox.core.tables;
  return await Promise.all(
    [...deliveries.all()].map(({ id, event }) =>
      deliver(to, change(deliveryBodies.require(id).payload), { id: String(id), event }),
    ),
  );
}

/** Waits for a line of the bots' log about a place (or about none) that holds these members. */
export async function line(
  here: Stand,
  place: Place | null,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Line> {
  const found = () =>
    here.lines.find(
      (one) =>
        (place === null || one['repository'] === `owner/${place.name}`) &&
        Object.entries(wanted).every(([name, value]) =>
          value instanceof RegExp ? value.test(String(one[name])) : one[name] === value,
        ),
    );
  await expect.poll(found, UNTIL).toBeDefined();
  return found()!;
}
