import { call, type Asked, type Call, type Deeds } from './deed.ts';

const RUN = '/:owner/:repo/actions/runs/:run';

const run = ({ repo, params }: Asked) => `${repo}/actions/runs/${params['run']!}`;

/** Fields of a dispatch form: `input:name`, and for a box that is not ticked `bool:name`. */
function inputs({ form }: Asked): Record<string, string> {
  const values: Record<string, string> = {};
  for (const kind of ['bool:', 'input:'])
    for (const [name, value] of form)
      if (name.startsWith(kind) && value !== '') values[name.slice(kind.length)] = value;
  return values;
}

/** An answer to what waits for environments. */
function review(asked: Asked): Call[] {
  const body = {
    environment_ids: asked.form.getAll('environment').map(Number),
    state: asked.text('state'),
    comment: asked.text('comment'),
  };
  return [{ method: 'POST', path: `${run(asked)}/pending_deployments`, body }];
}

/** Workflow runs: starting, stopping, running again, approving. */
export const runDeeds: Deeds = {
  '/:owner/:repo/actions/workflows/:file/dispatch': call(
    'POST',
    ({ repo, params }) => `${repo}/actions/workflows/${encodeURIComponent(params['file']!)}/dispatches`,
    (asked) => ({ ref: asked.text('ref'), inputs: inputs(asked) }),
    { done: 'The workflow was started.' },
  ),
  [`${RUN}/cancel`]: call('POST', (asked) => `${run(asked)}/cancel`),
  [`${RUN}/rerun`]: call(
    'POST',
    (asked) => `${run(asked)}/rerun`,
    () => ({}),
  ),
  [`${RUN}/rerun-failed`]: call(
    'POST',
    (asked) => `${run(asked)}/rerun-failed-jobs`,
    () => ({}),
  ),
  [`${RUN}/approve`]: call('POST', (asked) => `${run(asked)}/approve`),
  [`${RUN}/review`]: { calls: review },
  [`${RUN}/job/:job/rerun`]: call(
    'POST',
    ({ repo, params }) => `${repo}/actions/jobs/${params['job']!}/rerun`,
    () => ({}),
  ),
};
