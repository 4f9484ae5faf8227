/** Why a ref did not change, in the words of git's report, of the lines above it, and of the REST API. */
import { ApiError } from '../kernel/errors.ts';

export type RefusalCode =
  | 'name'
  | 'hidden'
  | 'stale'
  | 'exists'
  | 'missing'
  | 'object'
  | 'conflict'
  | 'fast-forward'
  | 'default-branch'
  | 'rules'
  | 'protection'
  | 'workflows'
  | 'atomic';

export interface Refusal {
  readonly code: RefusalCode;
  /** In brackets behind the ref in git's report. */
  readonly reason: string;
  /** Lines of the remote. */
  readonly lines: readonly string[];
  readonly status: number;
  /** `message` of the REST answer. */
  readonly message: string;
}

/** A refusal whose git and REST words differ; REST answers 422 unless said otherwise. */
export function refusal(
  code: RefusalCode,
  reason: string,
  message: string,
  more: { readonly lines?: readonly string[]; readonly status?: number } = {},
): Refusal {
  return { code, reason, message, lines: more.lines ?? [], status: more.status ?? 422 };
}

/**
 * The refusal as an answer of the REST API. Routes differ in the status for rules:
 * 422 for git references, 409 for file contents, 405 for merges.
 */
export function refusalError(refused: Refusal, ruleStatus = 422): ApiError {
  const byRules = refused.code === 'rules' || refused.code === 'protection';
  return new ApiError(byRules ? ruleStatus : refused.status, refused.message);
}
