export { operationOf, knownOperations, type Operation } from './operations.ts';
export type { Problem } from './problem.ts';
export { matchOperation, type Match } from './router.ts';
export { SERVED, SERVED_EVENTS } from './served.ts';
export { checkRequest, checkResponse, checkWebhook, type CheckedInput, type RawInput } from './validate.ts';
