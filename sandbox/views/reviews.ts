import { associationOf } from '../issues/association.ts';
import type { View } from '../kernel/core.ts';
import { nodeId } from '../kernel/node-id.ts';
import type { Review } from '../state/pulls.ts';
import { accountById } from './accounts.ts';
import { pullPage, pullUrl } from './pulls.ts';

/** GitHub's "pull request review". */
export function reviewView(view: View, review: Review) {
  const pull = view.tables.pulls.require(review.pullId);
  const repository = view.tables.repositories.require(review.repositoryId);
  const html = `${pullPage(view, pull)}#pullrequestreview-${review.id}`;
  const url = pullUrl(view, pull);
  return {
    id: review.id,
    node_id: nodeId('PRR', review.id),
    user: accountById(view, review.userId),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: associationOf(view, repository, review.userId),
    _links: { html: { href: html }, pull_request: { href: url } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitOid,
  };
}

/** The review of events: its state in lower case, a text that is not there null. */
export function reviewPayload(view: View, review: Review) {
  return {
    ...reviewView(view, review),
    body: review.body === '' ? null : review.body,
    state: review.state.toLowerCase(),
    updated_at: review.updatedAt,
  };
}
