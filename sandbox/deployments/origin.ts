import { portsOf } from '../actions/ports.ts';
import type { Payload, View } from '../kernel/core.ts';
import type { Deployment } from '../state/deployments.ts';

/** The workflow and the run whose job made a deployment, as its webhooks tell them; null where no job did. */
export function originPayload(view: View, { jobId }: Deployment): Payload {
  const { tables, core } = view;
  const job = jobId === null ? undefined : tables.workflowJobs.get(jobId);
  const run = job && tables.workflowRuns.get(job.runId);
  if (run === undefined) return { workflow: null, workflow_run: null };
  const ports = portsOf(core);
  const file = tables.workflowFiles.get(run.workflowId);
  return {
    workflow: file === undefined ? null : ports.fileView(view, file),
    // Here GitHub's description has nothing in these two: https://docs.github.com/webhooks/webhook-events-and-payloads#deployment
    workflow_run: { ...ports.runView(view, run), head_commit: null, previous_attempt_url: null },
  };
}
