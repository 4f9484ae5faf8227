/** The control plane of GitHub Actions: events become runs, runs become jobs, jobs wait for runners. */
export { startClock } from './clock.ts';
export { heartbeat, runnerEvent } from './jobs/report.ts';
export { legOf } from './jobs/leg.ts';
export { sourceOf } from './jobs/kept.ts';
export { watchJobs, type JobNews } from './jobs/watch.ts';
export { useActionsPorts, type ActionsPorts } from './ports.ts';
export { fits, isHostedLabel, queuedJobs, runnerFor, wantsHosted } from './runners.ts';
export {
  approve,
  cancel,
  forceCancel,
  mayReview,
  pendingDeployments,
  reviewPendingDeployments,
} from './runs/control.ts';
export { dispatchWorkflow, type Dispatch } from './runs/dispatch.ts';
export { startWorkflows } from './runs/listen.ts';
export { rerun, type Again } from './runs/rerun.ts';
export { loseJob, nextTick, tick } from './runs/tick.ts';
