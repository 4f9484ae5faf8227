/** What was merged becomes a version: the default branch's own runs, judged by their own commit. */
export { registerMerged } from './register-merged.ts';
export { newMergingMemory, type MergingMemory, type MergingPorts } from './types.ts';
