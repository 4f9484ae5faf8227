import { html } from 'hono/html';

import { decisions } from '../../pulls/approvals.ts';
import { collaborators, picker } from '../conversation/sidebar.ts';
import { icon } from '../icons.ts';
import { person } from '../layout.ts';
import { each, mayHere, when, type Html } from '../page.ts';
import type { PullPage } from './head.ts';

/** Who has reviewed and how, who is asked, and the picker to ask more. */
export function reviewerSection({ page, repository, pull, issue, at }: PullPage): Html {
  const { accounts, teams } = page.core.tables;
  const verdicts = decisions(page.core, pull).filter(({ state }) => state !== 'DISMISSED');
  const asked = pull.requestedUserIds;
  const nobody = verdicts.length + asked.length + pull.requestedTeamIds.length === 0;
  return html`<section aria-labelledby="reviewers-title">
    <div class="row between">
      <h2 id="reviewers-title">Reviewers</h2>
      ${when(pull.open && mayHere(page, repository, 'triage'), () =>
        picker(
          'Ask for a review',
          `${at}/reviewers`,
          page.url.pathname,
          collaborators(page, repository)
            .filter(({ id }) => id !== issue.authorId)
            .map(({ id, login }) => ({ name: login, on: asked.includes(id), shown: html`${login}` })),
        ),
      )}
    </div>
    ${nobody ? html`<p class="dim">Nobody yet</p>` : ''}
    <ul>
      ${each(
        verdicts,
        ({ userId, state }) =>
          html`<li>
            ${state === 'APPROVED' ? icon('success', 'approved', 'good') : icon('failure', 'requested changes', 'bad')}
            ${person(accounts.get(userId))}
          </li>`,
      )}
      ${each(asked, (id) => html`<li>${icon('pending', 'asked', 'wait')} ${person(accounts.get(id))}</li>`)}
      ${each(
        pull.requestedTeamIds,
        (id) =>
          html`<li>${icon('pending', 'asked', 'wait')} <strong>${teams.get(id)?.name ?? ''}</strong></li>`,
      )}
    </ul>
  </section>`;
}
