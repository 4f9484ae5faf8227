import { html } from 'hono/html';

import type { Sandbox } from '../../index.ts';
import { each, type Html, type PageContext } from '../page.ts';
import { jobHead, jobPageOf, logsOf, stepFold, stepsOf } from './job.ts';
import { logLine } from './log-line.ts';
import { runPageOf, runParts } from './run.ts';

/** How often a page that is looked at asks what is new, in milliseconds. */
const PERIOD = 250;

/** What one look found: events to send, and whether there is nothing more to come. */
interface Look {
  readonly events: readonly { readonly name: string; readonly data: unknown }[];
  readonly over: boolean;
}

/** Parts of a run's page as they change. */
export function liveRun(c: PageContext, sandbox: Sandbox): Response {
  const sent = new Map<string, string>();
  return stream(c, sandbox, () => {
    const shown = runPageOf(c);
    const parts = Object.entries(runParts(shown)).map(
      ([id, part]) => [id, text(html`<div id="${id}">${part}</div>`)] as const,
    );
    return { events: changed(sent, parts), over: shown.run.status === 'completed' };
  });
}

/** Steps and new lines of a job. `?after` is the last row of the log that the page has already. */
export function liveJob(c: PageContext, sandbox: Sandbox): Response {
  const sent = new Map<string, string>();
  let after = Number(c.req.query('after') ?? 0) || 0;
  return stream(c, sandbox, () => {
    const shown = jobPageOf(c);
    const { page, job } = shown;
    const parts: (readonly [string, string])[] = [
      ['job-head', text(html`<div id="job-head">${jobHead(shown)}</div>`)],
      ...stepsOf(page, job).map((step) => [`step-${step.number}`, text(stepFold(page, step, []))] as const),
    ];
    const rows = logsOf(page, job, after);
    after = rows.at(-1)?.id ?? after;
    const lines = rows.map(({ step, lines: some }) => ({
      name: 'lines',
      data: { step, html: text(html`${each(some, logLine)}`) },
    }));
    return { events: [...changed(sent, parts), ...lines], over: job.status === 'completed' };
  });
}

/** A piece of a page as plain text: hono's own is an object, no two of which are equal. */
function text(part: Html): string {
  return (part as string).slice(0);
}

function changed(sent: Map<string, string>, parts: readonly (readonly [string, string])[]): Look['events'] {
  const fresh = parts.filter(([id, part]) => sent.get(id) !== part);
  for (const [id, part] of fresh) sent.set(id, part);
  return fresh.map(([id, part]) => ({ name: 'part', data: { id, html: part } }));
}

/**
 * Server-sent events until there is nothing more to come or nobody listens.
 * Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
function stream(c: PageContext, { core }: Sandbox, look: () => Look): Response {
  const encoder = new TextEncoder();
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
  };
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const step = (): void => {
        const { events, over } = core.store.transaction(look);
        for (const { name, data } of events)
          controller.enqueue(encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`));
        if (!over) {
          timer = setTimeout(step, PERIOD);
          return;
        }
        controller.enqueue(encoder.encode('event: end\ndata: {}\n\n'));
        controller.close();
      };
      step();
    },
    cancel: stop,
  });
  c.req.raw.signal.addEventListener('abort', stop);
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
}
