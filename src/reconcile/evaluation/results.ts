import type { ProblemCode, ReasonCode } from '../../contracts/codes.ts';
import type { Comparison } from '../../contracts/comparison.ts';
import type { Decision } from '../../contracts/decision.ts';
import { digestOf } from '../../contracts/digest.ts';
import type { EvaluationRecord } from '../../contracts/evaluation-record.ts';
import { commentDocument, failureDocument } from '../../evaluation/report.ts';
import { code, paragraph, type Document } from '../../report/index.ts';
import type { CheckInput } from '../ports.ts';

/** What is known of one model of one pull request's head: for its comment and its check. */
export interface PullJudgement {
  readonly pull: number;
  readonly head: string;
  readonly model: string;
  /** judged: there is a record · refused: the artifact is not taken · skipped: nothing to judge by · failed: it crashed. */
  readonly status: 'judged' | 'refused' | 'skipped' | 'failed';
  readonly decision: Decision;
  readonly reason: ReasonCode | ProblemCode;
  readonly message: string;
  readonly comparison: Comparison | null;
  /** Digest of the evaluation record. */
  readonly record: string | null;
  readonly document: Document;
  readonly conclusion: NonNullable<CheckInput['conclusion']>;
}

const CONCLUSIONS: Readonly<Record<Decision, PullJudgement['conclusion']>> = {
  pass: 'success',
  fail: 'failure',
  // A person can accept it: /accept.
  inconclusive: 'action_required',
  skipped: 'neutral',
  error: 'failure',
};

/** How a check ends for a decision. */
export function conclusionOf(decision: Decision): PullJudgement['conclusion'] {
  return CONCLUSIONS[decision];
}

/** A record as it is shown. */
export function judgementOf(record: EvaluationRecord): PullJudgement {
  const comparison = record.comparison as Comparison;
  const { model, pull, head, decision, message, baseline } = record;
  const document = commentDocument(comparison, {
    model,
    baseline: baseline?.version ?? null,
    holdout: record.holdout,
    provenance: {
      digests: [
        { name: 'candidate', digest: record.candidate },
        { name: 'train key', digest: record.train_key },
        { name: 'test data', digest: record.dataset.test },
        { name: 'evaluation record', digest: digestOf(record) },
      ],
      version: record.slipway,
    },
  });
  return {
    pull,
    head,
    model,
    status: 'judged',
    decision,
    reason: comparison.reason,
    message,
    comparison,
    record: digestOf(record),
    document,
    conclusion: conclusionOf(decision),
  };
}

/** A model without a verdict, and why. */
export interface NotJudged {
  readonly pull: number;
  readonly head: string;
  readonly model: string;
  readonly status: 'refused' | 'skipped' | 'failed';
  readonly code: ProblemCode;
  readonly message: string;
}

/** As it is shown. */
export function withoutVerdict({
  pull,
  head,
  model,
  status,
  code: reason,
  message,
}: NotJudged): PullJudgement {
  const decision = status === 'skipped' ? 'skipped' : 'error';
  const document =
    status === 'skipped'
      ? { title: `${model}: SKIPPED`, summary: message, blocks: [paragraph(code(reason), ` ${message}`)] }
      : failureDocument({
          model,
          decision: 'error',
          code: reason,
          message,
          problems: [{ code: reason, message }],
        });
  const shown = { decision, reason, message, document, conclusion: conclusionOf(decision) } as const;
  return { pull, head, model, status, comparison: null, record: null, ...shown };
}
