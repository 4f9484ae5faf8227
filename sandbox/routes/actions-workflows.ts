import { dispatchWorkflow } from '../actions/runs/dispatch.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import type { WorkflowFile } from '../state/actions.ts';
import { runPage, runUrl, workflowView } from '../views/actions-runs.ts';

/** The workflow of the path: by id, or by the name of its file. @throws ApiError 404 */
export function workflowOfPath(c: Context): WorkflowFile {
  const id = c.text('workflow_id');
  const { workflowFiles } = c.tables;
  const byName = (path: string) => workflowFiles.find('path', `${c.repo.id}/${path}`);
  const file = /^\d+$/.test(id)
    ? workflowFiles.get(Number(id))
    : byName(id.includes('/') ? id : `.github/workflows/${id}`);
  if (file?.repositoryId !== c.repo.id) throw notFound();
  return file;
}

function list(c: Context): Reply {
  const files = c.tables.workflowFiles
    .where('repository', c.repo.id)
    .filter(({ state }) => state !== 'deleted');
  return c.page(
    files,
    (file) => workflowView(c, file),
    (workflows, total_count) => ({ total_count, workflows }),
  );
}

function setState(c: Context, state: WorkflowFile['state']): Reply {
  const file = workflowOfPath(c);
  if (file.state === 'deleted')
    throw new ApiError(403, 'Unable to change a workflow whose file was deleted.');
  c.tables.workflowFiles.put({ ...file, state, updatedAt: c.now });
  return c.noContent();
}

/** https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
function dispatch(c: Context): Reply {
  const {
    ref,
    inputs = {},
    return_run_details: details = false,
  } = c.input<{
    ref: string;
    inputs?: Record<string, unknown>;
    return_run_details?: boolean;
  }>();
  const run = dispatchWorkflow(c.core, {
    sender: c.actor,
    by: c.viewer,
    repository: c.repo,
    file: workflowOfPath(c),
    ref,
    inputs,
  });
  if (!details) return c.noContent();
  return c.ok({ workflow_run_id: run.id, run_url: runUrl(c, run), html_url: runPage(c, run) });
}

/** Workflows: https://docs.github.com/rest/actions/workflows */
export const actionsWorkflowRoutes: Routes = {
  'actions/list-repo-workflows': list,
  'actions/get-workflow': (c) => c.ok(workflowView(c, workflowOfPath(c))),
  'actions/enable-workflow': (c) => setState(c, 'active'),
  'actions/disable-workflow': (c) => setState(c, 'disabled_manually'),
  'actions/create-workflow-dispatch': dispatch,
  // Machines of one's own cost nothing.
  'actions/get-workflow-usage': (c) => {
    workflowOfPath(c);
    return c.ok({ billable: {} });
  },
};
