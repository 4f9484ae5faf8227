/** Checks of Apps and of workflows, commit statuses, and what they say of a commit together. */
export { requestAction } from './runs.ts';
export { forgetChecks } from './suites.ts';
