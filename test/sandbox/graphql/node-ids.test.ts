import { expect, it } from 'vitest';

import { pullWorld } from '../pulls/world.ts';
import { data } from './ask.ts';

// https://docs.github.com/graphql/guides/using-global-node-ids
it('the node ids of the REST API are the ids of GraphQL', () => {
  const world = pullWorld();
  const head = world.push('feature', { 'a.txt': 'one\nTWO\nthree\nfour\nfive\n' });
  const rest = (route: string, body?: unknown): string => {
    const answer = world.call('owner', route.replace(' ', ' /repos/owner/repo'), body);
    if (answer.status >= 300) throw new Error(`${route}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.node_id as string;
  };
  const ids: Record<string, string> = {
    Repository: rest('GET '),
    User: world.call('owner', 'GET /user').body.node_id as string,
    Label: rest('POST /labels', { name: 'x', color: 'ededed' }),
    Milestone: rest('POST /milestones', { title: 'm' }),
    Issue: rest('POST /issues', { title: 'i' }),
    IssueComment: rest('POST /issues/1/comments', { body: 'c' }),
    Reaction: rest('POST /issues/1/reactions', { content: 'eyes' }),
    PullRequest: rest('POST /pulls', { title: 'p', head: 'feature', base: 'main' }),
    PullRequestReview: rest('POST /pulls/2/reviews', { event: 'COMMENT', body: 'r' }),
    PullRequestReviewComment: rest('POST /pulls/2/comments', {
      body: 'c',
      commit_id: head,
      path: 'a.txt',
      line: 2,
    }),
    Ref: rest('GET /git/ref/heads/main'),
    Commit: rest(`GET /git/commits/${head}`),
    StatusContext: rest(`POST /statuses/${head}`, { state: 'success' }),
    Release: rest('POST /releases', { tag_name: 'v1' }),
    Deployment: rest('POST /deployments', { ref: 'main', required_contexts: [] }),
    DeploymentStatus: rest(
      `POST /deployments/${(world.call('owner', 'GET /repos/owner/repo/deployments').body as { id: number }[])[0]!.id}/statuses`,
      { state: 'success' },
    ),
  };
  for (const [type, id] of Object.entries(ids))
    expect([type, data(world, 'reader', `{node(id:"${id}"){__typename id}}`).node]).toEqual([
      type,
      { __typename: type, id },
    ]);
});
