import { expect, it } from 'vitest';

import { whyIdle } from '../../../bot/idle-events.ts';

const sender = { login: 'writer' };

it.each([
  [{ name: 'push', sender }],
  [{ name: 'pull_request_review', action: 'dismissed', sender }],
  [{ name: 'create', ref_type: 'branch', ref: 'a@v1.0.0', sender }],
  [{ name: 'create', ref_type: 'tag', ref: 'v1.0.0', sender }],
  [{ name: 'create', ref_type: 'tag', ref: 'churn@v1.0.0', sender: { login: 'slipway[bot]' } }],
  [
    {
      name: 'workflow_run',
      action: 'completed',
      workflow_run: { id: 1, event: 'pull_request', head_branch: 'x' },
    },
  ],
  [{ name: 'workflow_run', action: 'requested', workflow_run: { id: 1, event: 'push', head_branch: 'x' } }],
  [
    {
      ...{ name: 'workflow_run', action: 'completed', repository: { default_branch: 'main' } },
      workflow_run: { id: 1, event: 'push', head_branch: 'main' },
    },
  ],
])('says nothing of what only wakes: %j', (event) => {
  expect(whyIdle(event, 'slipway[bot]')).toBeNull();
});

it.each([
  [{ name: 'pull_request_review', action: 'submitted', sender, review: { state: 'approved' } }, 'a review'],
  [{ name: 'create', ref_type: 'tag', ref: 'churn#production#2', sender }, 'a tag decides nothing'],
  [
    { name: 'workflow_run', action: 'completed', workflow_run: { id: 1, event: 'push', head_branch: 'x' } },
    'a run of push',
  ],
])('says why it decides nothing: %j', (event, why) => {
  expect(whyIdle(event, 'slipway[bot]')?.['why']).toContain(why);
});
