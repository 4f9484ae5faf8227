import { CommandError, PlatformError, type AnyCodedError } from '../contracts/errors.ts';
import { failureDocument } from '../evaluation/report.ts';
import { createRunId } from '../experiments/index.ts';
import { toHtml, toMarkdown, type Document } from '../report/index.ts';
import type { RunPorts } from './ports.ts';
import { factsOf, outcomeBase, reportPaths, resultDocument, type Progressing } from './progressing.ts';
import { recordOf } from './record.ts';
import type { ModelOutcome, RunRequest } from './request.ts';

/** A model that got no verdict. A command of the user's that failed is an experiment worth keeping; wrong input is not. */
export async function recordFailure(
  state: Progressing,
  error: AnyCodedError,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const decision = error instanceof CommandError ? 'fail' : 'error';
  const message = error.problems[0]?.message ?? error.message;
  const { code, problems } = error;
  const document = failureDocument({ model: state.model, decision, code, message, problems });
  const outcome: ModelOutcome = {
    ...outcomeBase(state),
    run: null,
    decision,
    reason: code,
    message,
    problems,
    errorKind: error instanceof CommandError ? null : error instanceof PlatformError ? 'platform' : 'input',
    comparison: null,
    report: null,
    document,
  };
  return decision === 'fail' ? await recorded(outcome, document, state, request, ports) : outcome;
}

async function recorded(
  outcome: ModelOutcome,
  document: Document,
  state: Progressing,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const { decision, reason, message } = outcome;
  const id = createRunId(state.started, ports.random);
  const record = recordOf({
    ...factsOf(state, id, ports),
    base: state.baseline?.base ?? null,
    candidate: state.candidate,
    comparison: null,
    models: { candidate: null, baseline: null },
    predictions: null,
    look: request.look ?? 1,
    git: await ports.repository.state(),
    decision,
    reason,
    message,
  });
  const folder = await ports.runs.publish(
    id,
    new Map([
      ['run.json', `${JSON.stringify(record, null, 1)}\n`],
      ['result.json', `${JSON.stringify(resultDocument(record), null, 1)}\n`],
      ['comment.md', toMarkdown(document)],
      ['report.html', toHtml(document)],
    ]),
  );
  return { ...outcome, run: id, report: reportPaths(folder) };
}
