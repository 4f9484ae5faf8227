import { nodeId } from '../../kernel/node-id.ts';
import { numberKey } from '../../state/issues.ts';
import type { Pull } from '../../state/pulls.ts';
import { notHere } from '../page.ts';
import { call, filled, graphql, type Asked, type Call, type Deeds } from './deed.ts';

const PULL = '/:owner/:repo/pull/:number';

const pull = ({ repo, params }: Asked) => `${repo}/pulls/${params['number']!}`;
const reviewComment = ({ repo, params }: Asked) => `${repo}/pulls/comments/${params['id']!}`;

/** The row, for what only GraphQL can do to it. Whether the caller may is the API's question. */
function rowOf({ page, params }: Asked): Pull {
  const { accounts, repositories, pulls } = page.core.tables;
  const owner = accounts.find('login', params['owner']!.toLowerCase());
  const found = owner && repositories.find('name', `${owner.id}/${params['repo']!.toLowerCase()}`);
  const row = found && pulls.find('number', numberKey(found.id, Number(params['number'])));
  if (row === undefined) throw notHere();
  return row;
}

const READY = `mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { id } } }`;
const DRAFT = `mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { id } } }`;
const RESOLVE = `mutation ($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id } } }`;
const UNRESOLVE = `mutation ($id: ID!) { unresolveReviewThread(input: { threadId: $id }) { thread { id } } }`;

/** A verdict: of a review that was begun, or at once. */
function review(asked: Asked): Call[] {
  const begun = asked.text('review');
  const body = { event: asked.text('event'), ...filled(asked, 'body') };
  const path = begun === '' ? `${pull(asked)}/reviews` : `${pull(asked)}/reviews/${begun}/events`;
  return [{ method: 'POST', path, body }];
}

/** A comment on a line: alone, or the first one of a review that is submitted later. */
function lineComment(asked: Asked): Call[] {
  const place = {
    path: asked.text('path'),
    line: Number(asked.text('line')),
    side: asked.text('side'),
    body: asked.text('body'),
  };
  const commit_id = asked.text('commit_id');
  if (asked.text('how') === 'single')
    return [{ method: 'POST', path: `${pull(asked)}/comments`, body: { ...place, commit_id } }];
  const { user, core } = asked.page;
  const row = rowOf(asked);
  const begun = user === null ? undefined : core.tables.reviews.find('pending', `${row.id}/${user.id}`);
  // REST cannot add to a pending review: it is thrown away and begun again with one comment more.
  const kept = begun === undefined ? [] : core.tables.reviewComments.where('review', begun.id);
  const comments = kept.map(({ body, place: at }) => ({
    path: at.path,
    body,
    ...(at.line === null ? {} : { line: at.line, side: at.side }),
    ...(at.startLine === null ? {} : { start_line: at.startLine, start_side: at.startSide }),
  }));
  return [
    ...(begun === undefined ? [] : [{ method: 'DELETE', path: `${pull(asked)}/reviews/${begun.id}` }]),
    { method: 'POST', path: `${pull(asked)}/reviews`, body: { commit_id, comments: [...comments, place] } },
  ];
}

function reviewers(asked: Asked): Call[] {
  const [add, remove] = [asked.text('add'), asked.text('remove')];
  const path = `${pull(asked)}/requested_reviewers`;
  if (add !== '') return [{ method: 'POST', path, body: { reviewers: [add] } }];
  return [{ method: 'DELETE', path, body: { reviewers: [remove] } }];
}

const thread = (id: string | undefined) => ({ id: nodeId('PRRT', Number(id)) });

/** Pull requests: opening, reviewing, merging. */
export const pullDeeds: Deeds = {
  '/:owner/:repo/pulls': call(
    'POST',
    ({ repo }) => `${repo}/pulls`,
    ({ text }) => ({
      title: text('title'),
      body: text('body'),
      base: text('base'),
      head: text('head'),
      draft: text('draft') === 'true',
    }),
    { to: ({ owner, repo }, { number }) => `/${owner!}/${repo!}/pull/${String(number)}` },
  ),
  [`${PULL}/merge`]: call(
    'PUT',
    (asked) => `${pull(asked)}/merge`,
    (asked) => filled(asked, 'sha', 'merge_method'),
    { done: 'Merged.' },
  ),
  [`${PULL}/update-branch`]: call(
    'PUT',
    (asked) => `${pull(asked)}/update-branch`,
    ({ text }) => ({ expected_head_sha: text('sha') }),
  ),
  [`${PULL}/ready`]: { calls: (asked) => [graphql(READY, { id: nodeId('PR', rowOf(asked).id) })] },
  [`${PULL}/draft`]: { calls: (asked) => [graphql(DRAFT, { id: nodeId('PR', rowOf(asked).id) })] },
  [`${PULL}/reviewers`]: { calls: reviewers },
  [`${PULL}/reviews`]: { calls: review },
  [`${PULL}/reviews/:review/discard`]: call(
    'DELETE',
    (asked) => `${pull(asked)}/reviews/${asked.params['review']!}`,
  ),
  [`${PULL}/reviews/:review/edit`]: call(
    'PUT',
    (asked) => `${pull(asked)}/reviews/${asked.params['review']!}`,
    ({ text }) => ({ body: text('body') }),
  ),
  [`${PULL}/reviews/:review/dismiss`]: call(
    'PUT',
    (asked) => `${pull(asked)}/reviews/${asked.params['review']!}/dismissals`,
    ({ text }) => ({ message: text('message') }),
  ),
  [`${PULL}/comments`]: { calls: lineComment },
  [`${PULL}/threads/:id/answer`]: call(
    'POST',
    (asked) => `${pull(asked)}/comments/${asked.params['id']!}/replies`,
    ({ text }) => ({ body: text('body') }),
  ),
  [`${PULL}/threads/:id/resolve`]: { calls: ({ params }) => [graphql(RESOLVE, thread(params['id']))] },
  [`${PULL}/threads/:id/unresolve`]: { calls: ({ params }) => [graphql(UNRESOLVE, thread(params['id']))] },
  '/:owner/:repo/pulls/comments/:id/edit': call('PATCH', reviewComment, ({ text }) => ({
    body: text('body'),
  })),
  '/:owner/:repo/pulls/comments/:id/delete': call('DELETE', reviewComment),
  '/:owner/:repo/branches/delete': call(
    'DELETE',
    ({ repo, text }) =>
      `${repo}/git/refs/heads/${text('branch').split('/').map(encodeURIComponent).join('/')}`,
    undefined,
    { done: 'The branch was deleted.' },
  ),
};
