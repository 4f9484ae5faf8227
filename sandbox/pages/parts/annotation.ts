import { html } from 'hono/html';

import type { Html } from '../page.ts';

/** Something a check or a job points at. */
export interface Note {
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string | null | undefined;
  /** Who says it. */
  readonly by?: string;
  /** File and line, with the address of that line where it is known. */
  readonly place?: string;
  readonly href?: string;
}

/** A note in the colour of its level. */
export function noteBox({ level, message, title, by, place, href }: Note): Html {
  const where =
    place === undefined
      ? ''
      : href === undefined
        ? html`<span class="mono">${place}</span>`
        : html`<a class="mono" href="${href}">${place}</a>`;
  const head =
    by === undefined && place === undefined && title == null
      ? ''
      : html`<div class="row">
          <strong>${by ?? ''}</strong>${where}${title == null ? '' : html`<strong>${title}</strong>`}
        </div>`;
  return html`<div class="annotation ${level}">
    ${head}
    <p>${message}</p>
  </div>`;
}
