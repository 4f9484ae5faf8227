import { html } from 'hono/html';

import type { Html } from '../page.ts';

// eslint-disable-next-line no-control-regex -- the sequences begin with the control character ESC
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;
const MARK = /^##\[(error|warning|notice|debug|command|section|group|endgroup)\]/;
const COMMAND = /^\[command\]/;

/** One line of a log: colours of terminals are dropped, what the runner marked has a style. */
export function logLine(text: string): Html | string {
  const plain = text
    .replace(ESCAPES, '')
    .replace(/\r?\n$/, '')
    .replace(/\r/g, '');
  const mark = MARK.exec(plain);
  if (mark?.[1] === 'endgroup') return '';
  const kind = mark?.[1] ?? (COMMAND.test(plain) ? 'command' : '');
  return html`<li class="${kind}">${plain.replace(MARK, '').replace(COMMAND, '')}</li>`;
}
