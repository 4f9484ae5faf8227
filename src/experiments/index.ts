/** Experiment tracking: runs are recorded, listed and compared. */
export { compareRuns, type Row } from './compare.ts';
export { countLooks } from './looks.ts';
export { createRunId } from './run-id.ts';
export { findRun, readRuns, type Runs } from './runs.ts';
