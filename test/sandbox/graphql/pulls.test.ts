import { describe, expect, it } from 'vitest';

import { pullWorld, type PullWorld } from '../pulls/world.ts';
import { ask, data } from './ask.ts';

function withPull(): PullWorld & { id: string; number: number } {
  const world = pullWorld();
  world.push(
    'feature',
    { 'a.txt': 'one\nTWO\nthree\nfour\nfive\n', 'b.txt': 'new\n' },
    { message: 'Change a\n' },
  );
  const number = world.open('feature');
  const { repository } = data(
    world,
    'writer',
    `{repository(owner:"owner",name:"repo"){pullRequest(number:${number}){id}}}`,
  );
  return { ...world, number, id: repository.pullRequest.id as string };
}

const pull = (
  world: PullWorld & { number: number },
  selection: string,
  as: 'writer' | 'owner' | 'reader' = 'writer',
) =>
  data(
    world,
    as,
    `{repository(owner:"owner",name:"repo"){pullRequest(number:${world.number}){${selection}}}}`,
  ).repository.pullRequest;

describe('a pull request', () => {
  it('shows its ends, its changes and whether it can be merged', () => {
    const world = withPull();
    expect(
      pull(
        world,
        `state isDraft isCrossRepository baseRefName headRefName headRefOid additions deletions changedFiles
         mergeable mergeStateStatus reviewDecision merged mergeCommit{oid} potentialMergeCommit{oid}
         headRepository{name} headRepositoryOwner{login}
         files(first:10){nodes{path additions deletions changeType}}
         commits(last:1){totalCount nodes{commit{oid messageHeadline statusCheckRollup{state}}}}`,
      ),
    ).toMatchObject({
      state: 'OPEN',
      isDraft: false,
      isCrossRepository: false,
      baseRefName: 'main',
      headRefName: 'feature',
      headRefOid: world.tip('feature'),
      additions: 2,
      deletions: 1,
      changedFiles: 2,
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'CLEAN',
      reviewDecision: null,
      merged: false,
      mergeCommit: null,
      headRepository: { name: 'repo' },
      headRepositoryOwner: { login: 'owner' },
      files: {
        nodes: [
          { path: 'a.txt', additions: 1, deletions: 1, changeType: 'MODIFIED' },
          { path: 'b.txt', additions: 1, deletions: 0, changeType: 'ADDED' },
        ],
      },
      commits: {
        totalCount: 1,
        nodes: [{ commit: { messageHeadline: 'Change a', statusCheckRollup: null } }],
      },
    });
  });

  it('that conflicts with its base says so', () => {
    const world = withPull();
    world.push('main', { 'a.txt': 'one\n2\nthree\nfour\nfive\n' });
    expect(pull(world, 'mergeable mergeStateStatus potentialMergeCommit{oid}')).toEqual({
      mergeable: 'CONFLICTING',
      mergeStateStatus: 'DIRTY',
      potentialMergeCommit: null,
    });
  });

  it('is found by its head branch, also from a fork', () => {
    const world = withPull();
    const fork = world.fork('outsider');
    world.push('patch', { 'c.txt': 'c\n' }, { as: 'outsider', into: fork });
    world.open('outsider:patch', {}, 'outsider');
    const list = (args: string) =>
      data(
        world,
        'writer',
        `{repository(owner:"owner",name:"repo"){pullRequests(first:10,${args}){totalCount nodes{headRefName}}}}`,
      ).repository.pullRequests;
    expect(list('headRefName:"patch",states:OPEN').nodes).toEqual([{ headRefName: 'patch' }]);
    expect(
      list('orderBy:{field:CREATED_AT,direction:DESC}').nodes.map(
        (one: { headRefName: string }) => one.headRefName,
      ),
    ).toEqual(['patch', 'feature']);
    expect(list('states:[CLOSED,MERGED]').totalCount).toBe(0);
    expect(list('baseRefName:"other"').totalCount).toBe(0);
  });

  it('that is not there is not found, with the number in the sentence', () => {
    const { errors } = ask(
      withPull(),
      'writer',
      '{repository(owner:"owner",name:"repo"){pullRequest(number:99){id}}}',
    );
    expect(errors).toMatchObject([
      { type: 'NOT_FOUND', message: 'Could not resolve to a PullRequest with the number of 99.' },
    ]);
  });

  it('is the node of its id; ids of nothing are refused', () => {
    const world = withPull();
    expect(
      data(world, 'reader', `{node(id:"${world.id}"){__typename ... on PullRequest{number}}}`).node,
    ).toEqual({
      __typename: 'PullRequest',
      number: world.number,
    });
    expect(ask(world, 'reader', '{node(id:"PR_bm9uZQ"){id}}').errors).toMatchObject([
      { type: 'NOT_FOUND', message: "Could not resolve to a node with the global id of 'PR_bm9uZQ'" },
    ]);
  });
});

describe('mutations of pull requests', () => {
  it('open one, which tells the world as the REST API does', () => {
    const world = pullWorld();
    world.push('feature', { 'b.txt': 'b\n' });
    world.told();
    const { repository } = data(world, 'writer', '{repository(owner:"owner",name:"repo"){id}}');
    const { createPullRequest } = data(
      world,
      'writer',
      `mutation($input:CreatePullRequestInput!){createPullRequest(input:$input){clientMutationId pullRequest{number isDraft author{login}}}}`,
      {
        input: {
          repositoryId: repository.id,
          baseRefName: 'main',
          headRefName: 'feature',
          title: 'T',
          draft: true,
          clientMutationId: 'x',
        },
      },
    );
    expect(createPullRequest).toEqual({
      clientMutationId: 'x',
      pullRequest: { number: 1, isDraft: true, author: { login: 'writer' } },
    });
    expect(world.told().map(({ name }) => name)).toContain('pull_request.opened');
  });

  it('refuse as the REST API refuses, and change nothing then', () => {
    const world = withPull();
    const { repository } = data(world, 'writer', '{repository(owner:"owner",name:"repo"){id}}');
    const again = ask(
      world,
      'writer',
      `mutation($input:CreatePullRequestInput!){createPullRequest(input:$input){pullRequest{number}}}`,
      { input: { repositoryId: repository.id, baseRefName: 'main', headRefName: 'feature', title: 'T' } },
    );
    expect(again).toMatchObject({
      data: { createPullRequest: null },
      errors: [
        {
          type: 'UNPROCESSABLE',
          path: ['createPullRequest'],
          message: 'A pull request already exists for owner:feature.',
        },
      ],
    });
  });

  it('need the role that the REST API needs', () => {
    const world = withPull();
    const merge = `mutation{mergePullRequest(input:{pullRequestId:"${world.id}"}){pullRequest{state}}}`;
    expect(ask(world, 'reader', merge).errors).toMatchObject([
      {
        type: 'FORBIDDEN',
        message: 'reader does not have the correct permissions to execute `MergePullRequest`',
      },
    ]);
    expect(data(world, 'writer', merge).mergePullRequest.pullRequest.state).toBe('MERGED');
    expect(pull(world, 'merged mergedBy{login} mergeCommit{oid}')).toEqual({
      merged: true,
      mergedBy: { login: 'writer' },
      mergeCommit: { oid: world.tip('main') },
    });
  });

  it('make a draft, end it, close and reopen', () => {
    const world = withPull();
    const run = (name: string) =>
      data(
        world,
        'writer',
        `mutation{${name}(input:{pullRequestId:"${world.id}"}){pullRequest{state isDraft}}}`,
      )[name].pullRequest;
    expect(run('convertPullRequestToDraft')).toEqual({ state: 'OPEN', isDraft: true });
    expect(run('markPullRequestReadyForReview')).toEqual({ state: 'OPEN', isDraft: false });
    expect(run('closePullRequest').state).toBe('CLOSED');
    expect(run('reopenPullRequest').state).toBe('OPEN');
    const draft = `mutation{convertPullRequestToDraft(input:{pullRequestId:"${world.id}"}){pullRequest{id}}}`;
    expect(ask(world, 'reader', draft).errors?.[0]?.type).toBe('FORBIDDEN');
  });

  it('that the sandbox cannot do are refused by name', () => {
    const world = withPull();
    const auto = `mutation{enablePullRequestAutoMerge(input:{pullRequestId:"${world.id}"}){clientMutationId}}`;
    expect(ask(world, 'writer', auto).errors).toMatchObject([
      { message: 'Auto merge is not allowed for this repository' },
    ]);
    const pin = 'mutation{pinIssue(input:{issueId:"I_x"}){clientMutationId}}';
    expect(ask(world, 'writer', pin).errors).toMatchObject([
      { type: 'NOT_IMPLEMENTED', message: 'The sandbox does not support Mutation.pinIssue' },
    ]);
  });
});

describe('reviews', () => {
  const review = (world: PullWorld & { id: string }, as: 'owner' | 'writer-2', event: string, body = '') =>
    data(
      world,
      as,
      `mutation($input:AddPullRequestReviewInput!){addPullRequestReview(input:$input){pullRequestReview{id state author{login}}}}`,
      { input: { pullRequestId: world.id, event, body } },
    ).addPullRequestReview.pullRequestReview;

  it('decide: the last word of each reviewer with write access', () => {
    const world = withPull();
    expect(review(world, 'writer-2', 'REQUEST_CHANGES', 'no')).toMatchObject({ state: 'CHANGES_REQUESTED' });
    expect(pull(world, 'reviewDecision').reviewDecision).toBe('CHANGES_REQUESTED');
    review(world, 'writer-2', 'APPROVE');
    expect(
      pull(
        world,
        'reviewDecision reviews(first:5){totalCount} latestReviews(first:5){nodes{state author{login}}}',
      ),
    ).toEqual({
      reviewDecision: 'APPROVED',
      reviews: { totalCount: 2 },
      latestReviews: { nodes: [{ state: 'APPROVED', author: { login: 'writer-2' } }] },
    });
  });

  it('with threads on lines are begun, submitted, replied to and resolved', () => {
    const world = withPull();
    const started = data(
      world,
      'writer-2',
      `mutation($id:ID!){addPullRequestReviewThread(input:{pullRequestId:$id,path:"a.txt",line:2,body:"why?"}){thread{id path line isResolved comments(first:5){nodes{body state}}}}}`,
      { id: world.id },
    ).addPullRequestReviewThread.thread;
    expect(started).toMatchObject({
      path: 'a.txt',
      line: 2,
      isResolved: false,
      comments: { nodes: [{ body: 'why?', state: 'PENDING' }] },
    });
    expect(pull(world, 'reviewThreads(first:5){totalCount}').reviewThreads.totalCount).toBe(0);
    data(
      world,
      'writer-2',
      `mutation{submitPullRequestReview(input:{pullRequestId:"${world.id}",event:COMMENT}){pullRequestReview{state}}}`,
    );
    data(
      world,
      'writer',
      `mutation{addPullRequestReviewThreadReply(input:{pullRequestReviewThreadId:"${started.id as string}",body:"because"}){comment{body}}}`,
    );
    data(
      world,
      'writer',
      `mutation{resolveReviewThread(input:{threadId:"${started.id as string}"}){thread{isResolved}}}`,
    );
    expect(
      pull(
        world,
        'reviewThreads(first:5){nodes{isResolved resolvedBy{login} comments(first:5){nodes{body}}}}',
      ).reviewThreads.nodes,
    ).toEqual([
      {
        isResolved: true,
        resolvedBy: { login: 'writer' },
        comments: { nodes: [{ body: 'why?' }, { body: 'because' }] },
      },
    ]);
  });

  it('are asked of people, and without union of those alone', () => {
    const world = withPull();
    const ids = Object.fromEntries(
      ['owner', 'writer-2'].map((login) => [
        login,
        data(world, 'writer', `{user(login:"${login}"){id}}`).user.id as string,
      ]),
    );
    const request = (login: string, union: boolean) =>
      data(
        world,
        'writer',
        `mutation{requestReviews(input:{pullRequestId:"${world.id}",userIds:["${ids[login]!}"],union:${union}}){
          pullRequest{reviewRequests(first:5){nodes{requestedReviewer{... on User{login}}}}}}}`,
      ).requestReviews.pullRequest.reviewRequests.nodes.map(
        (one: { requestedReviewer: { login: string } }) => one.requestedReviewer.login,
      );
    expect(request('owner', true)).toEqual(['owner']);
    expect(request('writer-2', true)).toEqual(['owner', 'writer-2']);
    expect(request('owner', false)).toEqual(['owner']);
  });

  it('and comments can be hidden by those who triage', () => {
    const world = withPull();
    const { id } = review(world, 'writer-2', 'COMMENT', 'spam') as { id: string };
    const hide = `mutation{minimizeComment(input:{subjectId:"${id}",classifier:OFF_TOPIC}){minimizedComment{isMinimized minimizedReason}}}`;
    expect(ask(world, 'reader', hide).errors?.[0]?.type).toBe('FORBIDDEN');
    expect(data(world, 'writer', hide).minimizeComment.minimizedComment).toEqual({
      isMinimized: true,
      minimizedReason: 'off-topic',
    });
  });
});

describe('the conversation of a pull request', () => {
  it('is told by its lines, of the kinds that are asked for', () => {
    const world = withPull();
    world.push('feature', { 'c.txt': 'c\n' }, { message: 'Second\n' });
    data(
      world,
      'writer',
      `mutation{updatePullRequest(input:{pullRequestId:"${world.id}",title:"Better"}){pullRequest{title}}}`,
    );
    data(world, 'writer', `mutation{closePullRequest(input:{pullRequestId:"${world.id}"}){pullRequest{id}}}`);
    const { timelineItems } = pull(
      world,
      `timelineItems(first:20){totalCount nodes{__typename ... on RenamedTitleEvent{previousTitle currentTitle actor{login}}
        ... on PullRequestCommit{commit{messageHeadline}} ... on ClosedEvent{createdAt}}}`,
    );
    expect(timelineItems.nodes.map((one: { __typename: string }) => one.__typename)).toEqual([
      'PullRequestCommit',
      'PullRequestCommit',
      'RenamedTitleEvent',
      'ClosedEvent',
    ]);
    expect(timelineItems.nodes[2]).toMatchObject({
      previousTitle: 'Change',
      currentTitle: 'Better',
      actor: { login: 'writer' },
    });
    expect(
      pull(world, 'timelineItems(last:5,itemTypes:[CLOSED_EVENT,LABELED_EVENT]){nodes{__typename}}')
        .timelineItems.nodes,
    ).toEqual([{ __typename: 'ClosedEvent' }]);
  });
});
