/** Deployments, their statuses, and the environments they go to. */
export {
  allowsRef,
  deleteEnvironment,
  ensureEnvironment,
  findEnvironment,
  isReviewer,
  putEnvironment,
} from './environments.ts';
export { deployJob, environmentGate } from './jobs.ts';
export { addStatus, type StatusInput } from './statuses.ts';
export { createDeployment, forgetDeployments, type DeploymentInput } from './write.ts';
