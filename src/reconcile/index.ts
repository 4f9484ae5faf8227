/** The loop that acts: the world in, one decided step after the other, then everything that people see. */
export { reconcile, reasonOf } from './reconcile.ts';
export type { Chore, Line, ReconcileOptions, ReconcilePorts, Summary } from './types.ts';
export { newMemory } from './memory.ts';
export type { HeardConversation, ReadConfig, ReconcileMemory } from './memory.ts';
export { finishing, type FinishingOptions } from './finishing.ts';
export { promotionConfig } from './read-config.ts';
export { dueIn } from './schedule.ts';
export type { PassFacts } from './schedule.ts';
export { judgedPorts, judgeRepository, newJudging, recall } from './judge.ts';
export type { Judging, JudgeRepositoryOptions } from './judge.ts';
export type { PullJudgement } from './evaluation/index.ts';
export type { MergingPorts } from './merging/index.ts';
