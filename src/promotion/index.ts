/** Who and what lets a version into a stage: requests in, one next action and an answer to each out. */
export * from './types.ts';
export { decide, explain } from './decide.ts';
export { inOrder } from './order.ts';
export { recordableKeys, requestKey } from './keys.ts';
export { requestsFrom } from './requests.ts';
export type { Asked, CommentEvent, Conversation, Heard, LabelEvent, RefusedText } from './requests.ts';
export { COMMANDS, commandsTable, usage } from './commands.ts';
export { answerText } from './answer-text.ts';
export type { AnswerText } from './answer-text.ts';
export { mergeDecision } from './merge.ts';
export type { MergeDecision, MergeFacts } from './merge.ts';
export { rulesTable } from './rules-table.ts';
