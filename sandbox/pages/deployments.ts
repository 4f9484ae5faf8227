import { html } from 'hono/html';

import { newestFirst } from '../kernel/page.ts';
import {
  environmentKey,
  type Deployment,
  type DeploymentState,
  type Environment,
} from '../state/deployments.ts';
import type { Repository } from '../state/repositories.ts';
import { icon } from './icons.ts';
import { document, home, person } from './layout.ts';
import { each, repositoryOf, when, type Html, type Page, type PageContext } from './page.ts';
import { empty, listed, moment, short } from './parts/pieces.ts';

/** Environments with what runs there, and all deployments. */
export function deploymentsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const { deployments, environments } = page.core.tables;
  const wanted = page.url.searchParams.get('environment');
  const keys =
    wanted === null
      ? deployments.keys('repository', repository.id)
      : deployments.keys('environment', environmentKey(repository.id, wanted));
  const { rows, pager } = listed(
    page,
    newestFirst(keys, (key) => deployments.require(key)),
  );
  const all = environments.where('repository', repository.id);
  return document(page, {
    title: `Deployments · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'deployments',
    body: html`<div class="two left-nav">
      ${environmentNav(all, wanted)}
      <div>
        <h1>${wanted ?? 'Deployments'}</h1>
        ${each(
          all.filter(({ name }) => wanted === null || name === wanted),
          (environment) => environmentBox(page, repository, environment),
        )}
        <div class="box">
          <header><h2>History</h2></header>
          ${rows.length === 0 ? empty('Nothing was deployed yet.') : ''}
          <ul class="list">
            ${each(rows, (deployment) => deploymentRow(page, repository, deployment))}
          </ul>
        </div>
        ${pager}
      </div>
    </div>`,
  });
}

function environmentNav(all: readonly Environment[], wanted: string | null): Html {
  const link = (href: string, name: string, here: boolean) =>
    html`<li><a href="${href}" ${here ? html`aria-current="page"` : ''}>${name}</a></li>`;
  return html`<nav aria-label="Environments">
    <ul class="side-list">
      ${link('?', 'All environments', wanted === null)}
      ${each(all, ({ name }) => link(`?environment=${encodeURIComponent(name)}`, name, name === wanted))}
    </ul>
  </nav>`;
}

function environmentBox(page: Page, repository: Repository, environment: Environment): Html {
  const { accounts, teams, deployments } = page.core.tables;
  const key = environmentKey(repository.id, environment.name);
  const active = deployments.where('active', key).at(-1);
  const reviewers = environment.reviewers.map(({ type, id }) =>
    type === 'User' ? accounts.get(id)?.login : teams.get(id)?.name,
  );
  return html`<section class="box" aria-label="${environment.name}">
    <header class="row between">
      <h2>${icon('rocket')} ${environment.name}</h2>
      ${active === undefined ? html`<span class="dim">nothing is active</span>` : html`<span>${stateBadge(active.state)} <a class="mono" href="${home(page, repository)}/commit/${active.sha}">${short(active.sha)}</a></span>`}
    </header>
    <div class="inside dim">
      ${reviewers.length === 0 ? 'Nobody has to approve.' : `Approved by ${reviewers.join(' or ')}.`}
      ${when(environment.waitTimer > 0, () => html`Waits ${environment.waitTimer} minutes.`)}
      ${when(environment.branchPolicy !== 'all', () => html`Only ${environment.branchPolicy === 'protected' ? 'protected branches' : 'some branches and tags'} may deploy here.`)}
    </div>
  </section>`;
}

function deploymentRow(page: Page, repository: Repository, deployment: Deployment): Html {
  const { accounts, deploymentStatuses } = page.core.tables;
  const last = deploymentStatuses.where('deployment', deployment.id).at(-1);
  return html`<li>
    ${stateIcon(deployment.state)}
    <div class="main">
      <strong>${deployment.environment}</strong> ${stateBadge(deployment.state)}
      <p class="dim">
        <code>${deployment.ref}</code>
        <a class="mono" href="${home(page, repository)}/commit/${deployment.sha}">${short(deployment.sha)}</a>
        by ${person(accounts.get(deployment.creatorId))} ${deployment.description ?? ''}
      </p>
      ${last === undefined || last.description === '' ? '' : html`<p class="dim">${last.description}</p>`}
    </div>
    ${last === undefined || last.environmentUrl === '' ? '' : html`<a href="${last.environmentUrl}">Open</a>`}
    ${last === undefined || last.logUrl === '' ? '' : html`<a href="${last.logUrl}">Log</a>`}
    <span class="dim">${moment(deployment.createdAt)}</span>
  </li>`;
}

function stateBadge(state: DeploymentState | null): Html {
  return html`<span class="badge">${(state ?? 'pending').replaceAll('_', ' ')}</span>`;
}

function stateIcon(state: DeploymentState | null): Html {
  switch (state) {
    case 'success':
      return icon('success', 'success', 'good');
    case 'failure':
    case 'error':
      return icon('failure', state, 'bad');
    case 'inactive':
      return icon('skipped', 'inactive', 'dim');
    case 'in_progress':
      return icon('running', 'in progress', 'wait');
    default:
      return icon('pending', state ?? 'pending', 'wait');
  }
}
