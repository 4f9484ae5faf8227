import { createLog } from '../../../bot/log.ts';

export type Line = Readonly<Record<string, unknown>> & { readonly msg: string; readonly level: string };

/** A log whose lines can be looked at. */
export function linesOf(level = 'debug') {
  const lines: Line[] = [];
  const log = createLog(level, { write: (line) => void lines.push(JSON.parse(line) as Line) });
  return { log, lines };
}
