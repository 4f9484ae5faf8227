import { oneLine } from '../report/inert.ts';
import { quoted } from './finding.ts';
import type { Answer, Request } from './types.ts';

/** What is said of a request: one sentence, then one line for each thing to know or do. Names stand in backticks. */
export interface AnswerText {
  readonly headline: string;
  readonly lines: readonly string[];
}

/**
 * Words for a comment or the command line: first what happened, then what to do. All text of users in it is inert on one
 * line (no hidden characters); who renders it escapes it for its own medium.
 */
export function answerText(answer: Answer): AnswerText {
  return {
    headline: headline(answer),
    lines: [
      ...answer.unmet.flatMap(({ message, satisfy }) => [oneLine(message), `→ ${oneLine(satisfy)}`]),
      ...approvalLine(answer),
    ],
  };
}

function headline(answer: Answer): string {
  const { request, status, n } = answer;
  const what = deed(answer);
  switch (status) {
    case 'recorded':
      return `Done: ${what.done} (entry ${n ?? '?'}).`;
    case 'granted':
      return request.kind === 'approve' ? `Approved: ${what.noun}.` : `Granted: ${what.done} next.`;
    case 'waiting':
      return `Waiting: ${what.noun}.`;
    case 'refused':
      return `Not done: ${what.noun}.`;
  }
}

/** What a request asks for, as something done and as a thing. */
function deed({ request, model, version }: Answer): { readonly done: string; readonly noun: string } {
  const only = model === null ? 'every model of this pull request' : `\`${quoted(model)}\``;
  const name = model === null || version === null ? only : `\`${quoted(`${model}@${version}`)}\``;
  const stage = quoted(request.stage ?? '');
  const words: Readonly<Record<Request['kind'], readonly [string, string]>> = {
    promote: [`${name} goes to ${stage}`, `${name} to ${stage}`],
    approve: [`${name} is approved for ${stage}`, `${name} for ${stage}`],
    rollback: [
      `${stage} of ${only} goes back${to(version)}`,
      `rollback of ${only} in ${stage}${to(version)}`,
    ],
    freeze: [`${stage} of ${only} is frozen`, `freeze of ${only} in ${stage}`],
    unfreeze: [`${stage} of ${only} takes promotions again`, `unfreeze of ${only} in ${stage}`],
    accept: [`the evaluation of ${only} is accepted`, `accepting the evaluation of ${only}`],
    'accept-test': [`the new test set of ${only} is accepted`, `accepting the new test set of ${only}`],
  };
  const [done, noun] = words[request.kind];
  return { done, noun };
}

function to(version: string | null): string {
  return version === null ? '' : ` to \`${quoted(version)}\``;
}

function approvalLine({ request, status, approvals, needed }: Answer): string[] {
  if (request.kind !== 'approve' || status !== 'granted') return [];
  const names = approvals.map(({ login }) => quoted(login)).join(', ');
  if (needed === 0) return [`This stage asks for no approvals.`];
  return [`${approvals.length} of ${needed} ${needed === 1 ? 'approval' : 'approvals'} (${names}).`];
}
