import { html } from 'hono/html';

import { mayReview, pendingDeployments } from '../../actions/runs/control.ts';
import type { PendingDeployment } from '../../state/actions.ts';
import { each, type Html } from '../page.ts';
import { hidden, moment } from '../parts/pieces.ts';
import type { RunPage } from './run-page.ts';

/** Environments that wait: for their reviewers, or for their timer. */
export function pendingBox(shown: RunPage): Html | string {
  const pending = pendingDeployments(shown.page.core, shown.run);
  if (pending.length === 0) return '';
  const ids = [...new Set(pending.map(({ environmentId }) => environmentId))];
  return html`<section class="merge-box" aria-labelledby="pending-title">
    <div>
      <h2 id="pending-title">Waiting to deploy</h2>
      <ul>
        ${each(ids, (id) =>
          waiting(
            shown,
            pending.find(({ environmentId }) => environmentId === id)!,
          ),
        )}
      </ul>
    </div>
    ${reviewForm(shown, pending)}
  </section>`;
}

function waiting({ page }: RunPage, { environmentId, needsReview, waitUntil }: PendingDeployment): Html {
  const { environments, accounts, teams } = page.core.tables;
  const environment = environments.require(environmentId);
  const who = environment.reviewers.map((reviewer) =>
    reviewer.type === 'User' ? accounts.get(reviewer.id)?.login : teams.get(reviewer.id)?.name,
  );
  return html`<li>
    <strong>${environment.name}</strong>
    <span class="dim">
      ${needsReview ? `needs a review by ${who.join(', ')}` : 'has its approval'}
      ${waitUntil === null ? '' : html`and waits until ${moment(waitUntil)}`}
    </span>
  </li>`;
}

/** The form for who may review what waits. */
function reviewForm({ page, run, at }: RunPage, pending: readonly PendingDeployment[]): Html | string {
  const { user, core } = page;
  if (user === null) return '';
  const mine = pending.filter(
    ({ needsReview, environmentId }) => needsReview && mayReview(core, run, environmentId, user.id),
  );
  const ids = [...new Set(mine.map(({ environmentId }) => environmentId))];
  if (ids.length === 0) return '';
  return html`<form class="inside" method="post" action="${at}/review">
    ${hidden({ back: at })}
    <fieldset>
      <legend class="visually-hidden">Environments</legend>
      ${each(ids, (id) => {
        const { name } = core.tables.environments.require(id);
        return html`<label
          ><input type="checkbox" name="environment" value="${id}" checked /> ${name}</label
        >`;
      })}
    </fieldset>
    <label class="field">Comment <input name="comment" /></label>
    <p class="row">
      <button class="primary" name="state" value="approved">Approve and deploy</button>
      <button class="danger" name="state" value="rejected">Reject</button>
    </p>
  </form>`;
}
