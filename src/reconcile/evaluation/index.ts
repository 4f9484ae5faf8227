/** Pull requests judged: what an untrusted run handed over in, an evaluation record and what is shown of it out. */
export { judgePulls, ledgerAccess, pullEvaluations, recallJudgements } from './judge-pulls.ts';
export { readRecords, type LedgerAccess } from './ledger.ts';
export type { PullJudgement } from './results.ts';
export {
  newJudgingMemory,
  type JudgedBy,
  type JudgingMemory,
  type JudgingOptions,
  type JudgingPorts,
} from './types.ts';
