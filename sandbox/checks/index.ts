/** Checks of Apps and of workflows, commit statuses, and what they say of a commit together. */
export { latestOf, latestRuns, latestStatuses, outcomeOfRun, outcomeOfStatus } from './latest.ts';
export { createCheckRun, requestAction, rerequestRun, updateCheckRun } from './runs.ts';
export { combinedStatus, createStatus } from './statuses.ts';
export { ensureSuite, forgetChecks, removeSuite, rerequestSuite } from './suites.ts';
