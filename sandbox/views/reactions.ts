import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Reaction, ReactionSubject } from '../state/issues.ts';
import { accountById } from './accounts.ts';

/** How often each reaction was given to something; `url` is the address of what was reacted to. */
export function reactionsView(view: View, subject: ReactionSubject, subjectId: number, url: string) {
  const counts = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  const ids = view.tables.reactions.keys('subject', `${subject}/${subjectId}`);
  for (const id of ids) counts[view.tables.reactions.require(id).content]++;
  return { url: `${url}/reactions`, total_count: ids.length, ...counts };
}

/** GitHub's "reaction". */
export function reactionView(view: View, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: nodeId('REA', reaction.id),
    user: accountById(view, reaction.userId),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
