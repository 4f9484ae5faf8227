import { deployJob, environmentGate } from '../deployments/index.ts';
import { jobView, runView, workflowView } from '../views/actions-runs.ts';
import { putCheck, putSuite } from './check-rows.ts';
import type { ActionsPorts } from './ports.ts';

/** The neighbours of the control plane in a whole sandbox: checks, environments, deployments, REST forms. */
export const NEIGHBOURS: ActionsPorts = {
  suite: (core, run) => putSuite(core, run).id,
  check: (core, run, job) => putCheck(core, run, job).id,
  environment: environmentGate,
  deploy: deployJob,
  runView: (view, run) => runView(view, run),
  jobView,
  fileView: workflowView,
};
