import { html } from 'hono/html';

import { newestFirst } from '../../kernel/page.ts';
import type { Repository } from '../../state/repositories.ts';
import { hookTarget, type Delivery, type Hook } from '../../state/webhooks.ts';
import { icon } from '../icons.ts';
import { document, home } from '../layout.ts';
import {
  each,
  found,
  mayHere,
  notHere,
  repositoryOf,
  when,
  type Html,
  type Page,
  type PageContext,
} from '../page.ts';
import { empty, hidden, listed, moment } from '../parts/pieces.ts';

/** Webhooks are for administrators. @throws PageError 404 for others */
function administered(c: PageContext): { page: Page; repository: Repository; at: string } {
  const page = c.get('page');
  const repository = repositoryOf(c);
  if (!mayHere(page, repository, 'admin')) throw notHere();
  return { page, repository, at: `${home(page, repository)}/settings/hooks` };
}

/** The webhooks of a repository, and the form to add one. */
export function hooksPage(c: PageContext): Html {
  const { page, repository, at } = administered(c);
  const hooks = page.core.tables.hooks.where('target', hookTarget('repository', repository.id));
  return document(page, {
    title: `Webhooks · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'settings',
    body: html`<h1>Webhooks</h1>
      <div class="box">
        ${hooks.length === 0 ? empty('There are no webhooks yet.') : ''}
        <ul class="list">
          ${each(hooks, (hook) => hookRow(hook, at))}
        </ul>
      </div>
      <form class="box inside" method="post" action="${at}">
        ${hidden({ back: at })}
        <h2>Add a webhook</h2>
        <label class="field"
          >Address <input type="url" name="url" required placeholder="http://127.0.0.1:3000/"
        /></label>
        <label class="field">Secret <input name="secret" autocomplete="off" /></label>
        <label class="field">Events, with commas between them <input name="events" value="*" /></label>
        <button class="primary">Add webhook</button>
      </form>`,
  });
}

function hookRow(hook: Hook, at: string): Html {
  const { code, status } = hook.lastResponse;
  const good = code !== null && code >= 200 && code < 300;
  return html`<li>
    ${code === null ? icon('pending', 'no delivery yet', 'dim') : good ? icon('success', 'last delivery succeeded', 'good') : icon('failure', 'last delivery failed', 'bad')}
    <div class="main">
      <a class="title" href="${at}/${hook.id}">${hook.url}</a>
      ${when(!hook.active, () => html`<span class="badge">inactive</span>`)}
      <p class="dim">${hook.events.join(', ')}</p>
    </div>
    <span class="dim">${code ?? status}</span>
  </li>`;
}

/** One webhook with what it was sent. */
export function hookPage(c: PageContext): Html {
  const { page, repository, at } = administered(c);
  const { hooks, deliveries } = page.core.tables;
  const hook = found(hooks.get(Number(c.req.param('hook'))));
  if (hook.kind !== 'repository' || hook.targetId !== repository.id) throw notHere();
  const keys = deliveries.keys('hook', hook.id);
  const { rows, pager } = listed(
    page,
    newestFirst(keys, (key) => deliveries.require(key)),
  );
  const here = `${at}/${hook.id}`;
  const button = (deed: string, text: string, kind = '') =>
    html`<form method="post" action="${here}/${deed}">
      ${hidden({ back: deed === 'delete' ? at : here })}<button class="${kind}">${text}</button>
    </form>`;
  return document(page, {
    title: `Webhook · ${home(page, repository).slice(1)}`,
    repository,
    tab: 'settings',
    body: html`<p><a href="${at}">Webhooks</a></p>
      <div class="row between title-row">
        <h1>${hook.url}</h1>
        <span class="row">${button('ping', 'Ping')} ${button('delete', 'Delete', 'danger')}</span>
      </div>
      <p class="dim">
        ${hook.events.join(', ')} as ${hook.contentType}${hook.secret === null ? ', not signed' : ', signed'}
      </p>
      <h2>Deliveries</h2>
      ${rows.length === 0 ? html`<div class="box">${empty('Nothing was sent yet.')}</div>` : ''}
      ${each(rows, (delivery) => deliveryBox(page, delivery, here))} ${pager}`,
  });
}

function deliveryBox(page: Page, delivery: Delivery, here: string): Html {
  const { statusCode, status, pending, guid, event, action } = delivery;
  const good = statusCode >= 200 && statusCode < 300;
  const payload = page.core.tables.deliveryBodies.get(delivery.id)?.payload ?? '';
  const named = Object.entries(delivery.headers);
  return html`<details class="box diff-file" id="delivery-${delivery.id}">
    <summary>
      ${pending ? icon('pending', 'not sent yet', 'wait') : good ? icon('success', 'delivered', 'good') : icon('failure', 'failed', 'bad')}
      <strong>${event}${action === null ? '' : `.${action}`}</strong>
      <span class="mono dim">${guid}</span>
      ${when(delivery.redelivery, () => html`<span class="badge">again</span>`)}
      <span class="dim">${moment(delivery.deliveredAt)}</span>
      <span class="dim">${pending ? 'waiting' : `${statusCode === 0 ? '' : statusCode} ${status}`}</span>
    </summary>
    <div class="inside">
      ${when(
        !pending,
        () =>
          html`<form method="post" action="${here}/deliveries/${delivery.id}/again">
            ${hidden({ back: here })}<button>Deliver again</button>
          </form>`,
      )}
      <h3>Request</h3>
      <pre class="payload" tabindex="0">
${named.map(([name, value]) => `${name}: ${value}`).join('\n')}

${pretty(payload)}</pre>
      ${
        delivery.response === null
          ? ''
          : html`<h3>Response</h3>
              <pre class="payload" tabindex="0">
${Object.entries(delivery.response.headers ?? {})
                  .map(([name, value]) => `${name}: ${value}`)
                  .join('\n')}

${delivery.response.body ?? ''}</pre>`
      }
    </div>
  </details>`;
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
