import { checkRequest, checkResponse, operationOf, type Problem } from '../../sandbox/contract/index.ts';
import { describedOperations, resolved } from './rest.ts';
import { isTree, type Json, type Tree } from './schema.ts';

interface Tally {
  accepted: number;
  total: number;
  readonly refused: string[];
}

/**
 * Holds the examples of GitHub's own description to the contract that was made of it, and tells how many pass. Not all
 * do: some examples are older than the schemas. A fall of the rate shows a mistake in the reduction.
 */
export function exampleReport(description: Tree): string {
  const requests: Tally = { accepted: 0, total: 0, refused: [] };
  const responses: Tally = { accepted: 0, total: 0, refused: [] };
  for (const { id, operation } of describedOperations(description)) {
    const known = operationOf(id);
    if (known?.served !== true) continue;
    const body = operation['requestBody'];
    if (isTree(body))
      for (const value of examples(description, resolved(description, body))) {
        const { problems } = checkRequest(known, { params: {}, query: new URLSearchParams(), body: value });
        count(
          requests,
          id,
          problems.filter((problem) => problem.in === 'body'),
        );
      }
    for (const [status, response] of Object.entries(operation['responses'] as Tree))
      for (const value of examples(description, resolved(description, response)))
        count(responses, `${id} ${status}`, checkResponse(known, Number(status), value));
  }
  return [
    `requests: ${requests.accepted} of ${requests.total} examples accepted`,
    ...requests.refused,
    `responses: ${responses.accepted} of ${responses.total} examples accepted`,
    ...responses.refused,
  ].join('\n');
}

function examples(description: Tree, message: Tree): readonly Json[] {
  const content = message['content'];
  if (!isTree(content)) return [];
  return Object.entries(content)
    .filter(([type]) => /json$|github\.object$/.test(type))
    .flatMap(([, media]) => Object.values(((media as Tree)['examples'] ?? {}) as Tree))
    .map((example) => resolved(description, example)['value'])
    .filter((value) => value !== undefined);
}

function count(tally: Tally, name: string, problems: readonly Problem[]): void {
  tally.total += 1;
  if (problems.length === 0) tally.accepted += 1;
  else {
    const [first] = problems;
    tally.refused.push(`  ${name} ${first?.at ?? ''}: ${first?.message ?? ''} (${problems.length})`);
  }
}
