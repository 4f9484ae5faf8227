import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Milestone } from '../state/issues.ts';
import { accountById } from './accounts.ts';
import { fullName } from './repositories.ts';

/** GitHub's "milestone". */
export function milestoneView(view: View, milestone: Milestone) {
  const repository = view.tables.repositories.require(milestone.repositoryId);
  const name = fullName(view, repository);
  const url = `${view.urls.api}/repos/${name}/milestones/${milestone.number}`;
  const count = (state: 'open' | 'closed') =>
    view.tables.issues.count('milestone', `${milestone.id}/${state}`);
  return {
    url,
    html_url: `${view.urls.web}/${name}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('MI', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: accountById(view, milestone.creatorId),
    open_issues: count('open'),
    closed_issues: count('closed'),
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}
