/** What GitHub checks beyond its schema before a run starts; every finding makes the run a `startup_failure`. */
import { convertJob } from '@actions/workflow-parser/model/converter/job';
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import {
  BasicExpressionToken,
  MappingToken,
  SequenceToken,
  StringToken,
  type TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
import { hasExpression } from '../expressions/template.ts';
import { expandStrategy, MatrixError } from '../matrix.ts';
import { readCallReference } from './call-reference.ts';
import { sameId } from './jobs.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsrun */
const LONGEST_EXPRESSION = 21_000;
const LONGEST_GROUP = 400;

type Mapping = Readonly<Record<string, unknown>>;

/** Checks all jobs; findings go to the context. `limit` is the most legs a matrix may have. */
export function checkJobs(context: TemplateContext, jobs: MappingToken, raw: Mapping, limit: number): void {
  for (const { key, value } of jobs) {
    const id = key.toString();
    const job = raw[id] as Mapping;
    if (!(key instanceof StringToken) || !(value instanceof MappingToken)) continue;
    quietly(context, value, () => void convertJob(context, key, value));
    checkSteps(context, value);
    checkCall(context, value);
    checkConcurrency(context, value.find('concurrency'), job['concurrency']);
    checkStrategy(context, value.find('strategy'), job['strategy'], limit);
  }
  checkNeeds(context, jobs);
}

/** Checks `concurrency` of a workflow or a job. */
export function checkConcurrency(
  context: TemplateContext,
  token: TemplateToken | undefined,
  raw: unknown,
): void {
  if (token === undefined || raw === null) return;
  const group = typeof raw === 'string' ? raw : (raw as Mapping)['group'];
  if (typeof group === 'string' && !hasExpression(group) && group.length > LONGEST_GROUP)
    context.error(token, new Error(`Concurrency group name must be less than ${LONGEST_GROUP} characters`));
  if (typeof raw !== 'object') return;
  const { queue, 'cancel-in-progress': cancel } = raw as Mapping;
  if (queue === 'max' && cancel === true)
    context.error(token, new Error("'queue: max' cannot be combined with 'cancel-in-progress: true'"));
}

/** Text with an expression becomes an expression as a whole, whose length GitHub bounds. */
export function checkLengths(context: TemplateContext, token: TemplateToken): void {
  if (token instanceof MappingToken) for (const pair of token) checkLengths(context, pair.value);
  else if (token instanceof SequenceToken) for (const item of token) checkLengths(context, item);
  else if (token instanceof BasicExpressionToken && token.expression.length > LONGEST_EXPRESSION)
    context.error(token, new Error(`Exceeded max expression length ${LONGEST_EXPRESSION}`));
}

/** The package's converters throw at what the schema let through; that is a finding too. */
function quietly(context: TemplateContext, token: TemplateToken, work: () => void): void {
  try {
    work();
  } catch (error) {
    context.error(token, error as Error);
  }
}

function checkSteps(context: TemplateContext, job: MappingToken): void {
  const steps = job.find('steps');
  if (!(steps instanceof SequenceToken)) return;
  for (const step of steps) {
    const uses = step instanceof MappingToken ? step.find('uses') : undefined;
    if (uses instanceof StringToken && !isAction(uses.value))
      context.error(uses, new Error(`Expected format {org}/{repo}[/path]@ref. Actual '${uses.value}'`));
  }
}

function isAction(uses: string): boolean {
  if (/^(?:docker:\/\/|\.[/\\])/.test(uses)) return true;
  // The commit of the running workflow itself; it takes no version.
  if (uses.startsWith('$/')) return !uses.includes('@');
  const [path = '', ref = '', ...more] = uses.split('@');
  return path.split(/[/\\]/).filter((part) => part !== '').length >= 2 && ref !== '' && more.length === 0;
}

function checkCall(context: TemplateContext, job: MappingToken): void {
  const uses = job.find('uses');
  if (!(uses instanceof StringToken)) return;
  const reference = readCallReference(uses.value);
  if (reference.kind === 'wrong') context.error(uses, new Error(reference.message));
}

function checkStrategy(
  context: TemplateContext,
  token: TemplateToken | undefined,
  raw: unknown,
  limit: number,
): void {
  if (token === undefined || hasExpression(raw)) return;
  try {
    expandStrategy(raw, limit);
  } catch (error) {
    if (!(error instanceof MatrixError)) throw error;
    context.error(token, error);
  }
}

/** Unknown needs, and circles: whatever is left when jobs are taken away whose needs are all gone. */
function checkNeeds(context: TemplateContext, jobs: MappingToken): void {
  const waiting = new Map([...jobs].map(({ key, value }) => [key.toString(), needTokens(value)]));
  const ids = [...waiting.keys()];
  if (ids.length > 0 && [...waiting.values()].every((needs) => needs.length > 0))
    context.error(jobs, new Error('The workflow must contain at least one job with no dependencies.'));
  for (let before = -1; before !== waiting.size;) {
    before = waiting.size;
    for (const [id, needs] of waiting) {
      if (
        needs.every((need) => ids.includes(sameId(need.value, ids)) && !waiting.has(sameId(need.value, ids)))
      )
        waiting.delete(id);
    }
  }
  for (const [id, needs] of waiting) {
    for (const need of needs) {
      const known = ids.includes(sameId(need.value, ids));
      if (known && !waiting.has(sameId(need.value, ids))) continue;
      context.error(
        need,
        new Error(
          known
            ? `Job '${id}' depends on job '${need.value}' which creates a cycle in the dependency graph.`
            : `Job '${id}' depends on unknown job '${need.value}'.`,
        ),
      );
    }
  }
}

function needTokens(job: TemplateToken): StringToken[] {
  const needs = job instanceof MappingToken ? job.find('needs') : undefined;
  if (needs instanceof StringToken) return [needs];
  return needs instanceof SequenceToken ? [...needs].filter((need) => need instanceof StringToken) : [];
}
