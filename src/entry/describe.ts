import { inspect } from 'node:util';

import picocolors from 'picocolors';

import type { Problem } from '../contracts/errors.ts';

/** Problems as a person reads them: code, place, message, the source line, the next step. */
export function describeProblems(problems: readonly Problem[], color: boolean): string {
  const paint = picocolors.createColors(color);
  return problems
    .map(inert)
    .map((problem) => {
      const place = placeOf(problem);
      const lines = [
        `${paint.red('error')} ${paint.dim(problem.code)}${place === '' ? '' : ` ${paint.bold(place)}`}`,
      ];
      lines.push(indent(problem.message));
      if (problem.excerpt !== undefined) lines.push(paint.dim(indent(problem.excerpt)));
      if (problem.hint !== undefined) lines.push(indent(`${paint.cyan('next:')} ${problem.hint}`));
      return lines.join('\n');
    })
    .join('\n');
}

/** Messages quote files and columns: their control characters must not reach the terminal. */
function inert(problem: Problem): Problem {
  const shown = Object.entries(problem).map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'string' ? value.replaceAll(/(?![\n\t])\p{Cc}/gu, '\uFFFD') : value,
  ]);
  return { ...problem, ...Object.fromEntries(shown) };
}

function placeOf(problem: Problem): string {
  if (problem.file === undefined) return '';
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  const column = problem.line === undefined || problem.column === undefined ? '' : `:${problem.column}`;
  return `${problem.file}${line}${column}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

/** An error nobody foresaw: one line, the cause chain, and the request to report it. */
export function describeBug(error: unknown): string {
  const shown = error instanceof Error ? inspect(error, { depth: 3 }) : inspect(error);
  return `slipway: internal error, this is a bug of ours\n${indent(shown)}\n  next: please report it with the command and the lines above`;
}
