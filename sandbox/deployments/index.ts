/** Deployments, their statuses, and the environments they go to. */
export { findEnvironment, isReviewer, putEnvironment } from './environments.ts';
export { deployJob, environmentGate } from './jobs.ts';
export { forgetDeployments } from './write.ts';
