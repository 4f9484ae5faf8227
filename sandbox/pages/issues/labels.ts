import { html } from 'hono/html';

import { document, home } from '../layout.ts';
import { each, mayHere, repositoryOf, when, type Html, type PageContext } from '../page.ts';
import { empty, hidden, labelChip } from '../parts/pieces.ts';

/** Labels of a repository, and the form to add one. */
export function labelsPage(c: PageContext): Html {
  const page = c.get('page');
  const repository = repositoryOf(c);
  const at = home(page, repository);
  const writer = mayHere(page, repository, 'write');
  const labels = page.core.tables.labels.where('repository', repository.id);
  return document(page, {
    title: `Labels · ${at.slice(1)}`,
    repository,
    tab: 'issues',
    body: html`<h1>Labels</h1>
      ${when(
        writer,
        () =>
          html`<form class="box inside row" method="post" action="${at}/labels">
            ${hidden({ back: `${at}/labels` })}
            <label>Name <input name="name" required /></label>
            <label>Colour <input type="color" name="color" value="#5a8dee" /></label>
            <label>Description <input name="description" /></label>
            <button class="primary">Create label</button>
          </form>`,
      )}
      <div class="box">
        ${labels.length === 0 ? empty('There are no labels yet.') : ''}
        <ul class="list">
          ${each(
            labels,
            (label) =>
              html`<li>
                <div class="main">
                  ${labelChip(page, repository, label)} <span class="dim">${label.description ?? ''}</span>
                </div>
                ${when(
                  writer,
                  () =>
                    html`<form method="post" action="${at}/labels/delete">
                      ${hidden({ back: `${at}/labels`, name: label.name })}
                      <button class="danger" aria-label="Delete ${label.name}">Delete</button>
                    </form>`,
                )}
              </li>`,
          )}
        </ul>
      </div>`,
  });
}
