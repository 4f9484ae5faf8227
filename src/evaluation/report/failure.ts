import {
  code,
  details,
  lineBreak,
  link,
  list,
  paragraph,
  shorten,
  strong,
  type Block,
  type Document,
  type Inline,
} from '../../report/index.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { Failure } from './context.ts';
import { hasProvenance, provenanceFacts } from './provenance.ts';

const SHOWN_PROBLEMS = 5;

function place(problem: Problem): Inline[] {
  if (problem.file === undefined) return [];
  const at = [problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return [code(shorten(`${problem.file}${at === '' ? '' : `:${at}`}`, 100)), ' '];
}

function problemSpans(problem: Problem): Inline[] {
  return [
    ...place(problem),
    shorten(problem.message, 600),
    ...(problem.hint === undefined ? [] : [lineBreak, shorten(problem.hint, 400)]),
  ];
}

/** Comment and report of a model that got no verdict: what went wrong, where, the next step, the last lines of its output. */
export function failureDocument(failure: Failure): Document {
  const word = failure.decision === 'fail' ? 'FAIL' : 'ERROR';
  const others = failure.problems.filter(
    (problem, index) =>
      index > 0 ||
      problem.message !== failure.message ||
      problem.hint !== undefined ||
      problem.file !== undefined,
  );
  const left = others.length - SHOWN_PROBLEMS;
  const blocks: Block[] = [
    paragraph(
      strong(`${shorten(failure.model, 60)}: ${word}`),
      `. ${shorten(failure.message, 600)} `,
      code(failure.code),
    ),
    ...(others.length === 0
      ? []
      : [
          list([
            ...others.slice(0, SHOWN_PROBLEMS).map(problemSpans),
            ...(left > 0 ? [[`${left} more problems below`]] : []),
          ]),
        ]),
    ...(failure.reportHref == null ? [] : [paragraph(link('Full report', failure.reportHref))]),
    ...(left > 0 ? [details(`All problems (${others.length})`, [list(others.map(problemSpans))])] : []),
    ...(failure.log === undefined || failure.log.length === 0
      ? []
      : [
          details('Last lines of the output', [
            { kind: 'code', language: 'text', text: failure.log.join('\n') } as const,
          ]),
        ]),
    ...(hasProvenance(failure.provenance)
      ? [details('Provenance', [provenanceFacts(failure.provenance)])]
      : []),
  ];
  return { title: `${failure.model}: ${word}`, summary: failure.message, blocks };
}
