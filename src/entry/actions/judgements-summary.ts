import type { PullJudgement } from '../../reconcile/index.ts';
import { details, type Document } from '../../report/index.ts';

/** Verdicts of several pull requests, each folded. */
export function judgementsSummary(judgements: readonly PullJudgement[]): Document {
  const summary =
    judgements.length === 0
      ? 'Nothing was handed over that is not judged yet'
      : `${judgements.length} judged`;
  return {
    title: 'Evaluation',
    summary,
    blocks: [
      { kind: 'paragraph', spans: [summary] },
      ...judgements.map(({ pull, model, decision, document }) =>
        details(`#${pull} ${model}: ${decision}`, document.blocks),
      ),
    ],
  };
}
