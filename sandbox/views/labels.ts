import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Label } from '../state/issues.ts';
import { repositoryUrl } from './repositories.ts';

/** GitHub's "label". */
export function labelView(view: View, label: Label) {
  const repository = view.tables.repositories.require(label.repositoryId);
  return {
    id: label.id,
    node_id: nodeId('LA', label.id),
    url: `${repositoryUrl(view, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.default,
    description: label.description,
  };
}
