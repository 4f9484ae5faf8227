import { describe, expect, it } from 'vitest';

import { pullWorld, type PullWorld } from '../pulls/world.ts';
import { ask, data } from './ask.ts';

const repositoryId = (world: PullWorld): string =>
  data(world, 'writer', '{repository(owner:"owner",name:"repo"){id}}').repository.id as string;

function createIssue(world: PullWorld, input: Record<string, unknown>, as: 'writer' | 'reader' = 'writer') {
  return data(
    world,
    as,
    'mutation($input:CreateIssueInput!){createIssue(input:$input){issue{id number title state author{login} labels(first:5){nodes{name}} assignees(first:5){nodes{login}}}}}',
    { input: { repositoryId: repositoryId(world), ...input } },
  ).createIssue.issue;
}

function label(world: PullWorld, name: string): string {
  return data(world, 'writer', 'mutation($input:CreateLabelInput!){createLabel(input:$input){label{id}}}', {
    input: { repositoryId: repositoryId(world), name, color: 'ededed' },
  }).createLabel.label.id as string;
}

describe('issues', () => {
  it('are made with labels and assignees, changed, closed with a reason and reopened', () => {
    const world = pullWorld();
    const labelId = label(world, 'slipway:staging');
    const { writer } = data(world, 'writer', '{writer:user(login:"writer-2"){id}}');
    const issue = createIssue(world, {
      title: 'Drift',
      body: 'It drifts',
      labelIds: [labelId],
      assigneeIds: [writer.id],
    });
    expect(issue).toMatchObject({
      number: 1,
      title: 'Drift',
      state: 'OPEN',
      author: { login: 'writer' },
      labels: { nodes: [{ name: 'slipway:staging' }] },
      assignees: { nodes: [{ login: 'writer-2' }] },
    });
    const id = issue.id as string;
    data(world, 'writer', `mutation{updateIssue(input:{id:"${id}",title:"More drift"}){issue{title}}}`);
    const closed = data(
      world,
      'writer',
      `mutation{closeIssue(input:{issueId:"${id}",stateReason:NOT_PLANNED}){issue{state stateReason closed}}}`,
    );
    expect(closed.closeIssue.issue).toEqual({ state: 'CLOSED', stateReason: 'NOT_PLANNED', closed: true });
    const open = data(
      world,
      'writer',
      `mutation{reopenIssue(input:{issueId:"${id}"}){issue{state stateReason title}}}`,
    );
    expect(open.reopenIssue.issue).toEqual({ state: 'OPEN', stateReason: 'REOPENED', title: 'More drift' });
  });

  it('are listed by state, label, assignee, author and mention, newest or last changed first', () => {
    const world = pullWorld();
    const labelId = label(world, 'bug');
    createIssue(world, { title: 'one', labelIds: [labelId] });
    createIssue(world, { title: 'two', body: 'ask @writer-2' });
    const third = createIssue(world, { title: 'three' }, 'reader');
    data(world, 'writer', `mutation{closeIssue(input:{issueId:"${third.id as string}"}){issue{id}}}`);
    const titles = (args: string) =>
      data(
        world,
        'writer',
        `{repository(owner:"owner",name:"repo"){issues(first:10,${args}){nodes{title}}}}`,
      ).repository.issues.nodes.map((one: { title: string }) => one.title);
    expect(titles('states:OPEN')).toEqual(['one', 'two']);
    expect(titles('states:[OPEN,CLOSED],orderBy:{field:CREATED_AT,direction:DESC}')).toEqual([
      'three',
      'two',
      'one',
    ]);
    expect(titles('labels:["BUG"]')).toEqual(['one']);
    expect(titles('filterBy:{createdBy:"reader"}')).toEqual(['three']);
    expect(titles('filterBy:{mentioned:"writer-2"}')).toEqual(['two']);
    expect(titles('filterBy:{assignee:"writer"}')).toEqual([]);
    expect(titles('states:CLOSED')).toEqual(['three']);
  });

  it('and pull requests are told apart by number', () => {
    const world = pullWorld();
    createIssue(world, { title: 'one' });
    const at = (field: string) =>
      ask(world, 'writer', `{repository(owner:"owner",name:"repo"){${field}(number:1){__typename}}}`);
    expect(at('issueOrPullRequest').data.repository.issueOrPullRequest.__typename).toBe('Issue');
    expect(at('pullRequest').errors?.[0]?.message).toBe(
      'Could not resolve to a PullRequest with the number of 1.',
    );
  });

  it('are deleted by those who administer', () => {
    const world = pullWorld();
    const { id } = createIssue(world, { title: 'one' }) as { id: string };
    const remove = `mutation{deleteIssue(input:{issueId:"${id}"}){repository{issues{totalCount}}}}`;
    expect(ask(world, 'writer', remove).errors?.[0]?.type).toBe('FORBIDDEN');
    expect(data(world, 'owner', remove).deleteIssue.repository.issues.totalCount).toBe(0);
  });
});

describe('conversations', () => {
  it('hold comments that are written, changed, reacted to and hidden', () => {
    const world = pullWorld();
    const { id } = createIssue(world, { title: 'one' }) as { id: string };
    const { addComment } = data(
      world,
      'reader',
      `mutation{addComment(input:{subjectId:"${id}",body:"hello"}){commentEdge{node{id body author{login} viewerDidAuthor}} subject{id}}}`,
    );
    expect(addComment.commentEdge.node).toMatchObject({
      body: 'hello',
      author: { login: 'reader' },
      viewerDidAuthor: true,
    });
    const comment = addComment.commentEdge.node.id as string;
    data(
      world,
      'reader',
      `mutation{updateIssueComment(input:{id:"${comment}",body:"hello again"}){issueComment{body}}}`,
    );
    data(
      world,
      'writer',
      `mutation{addReaction(input:{subjectId:"${comment}",content:ROCKET}){reaction{content user{login}}}}`,
    );
    data(
      world,
      'writer',
      `mutation{minimizeComment(input:{subjectId:"${comment}",classifier:OUTDATED}){minimizedComment{isMinimized}}}`,
    );
    const shown = data(
      world,
      'writer',
      `{node(id:"${id}"){... on Issue{comments(first:5){totalCount nodes{body isMinimized minimizedReason reactionGroups{content users{totalCount}}}}}}}`,
    ).node.comments.nodes[0];
    expect(shown).toMatchObject({ body: 'hello again', isMinimized: true, minimizedReason: 'outdated' });
    expect(shown.reactionGroups).toHaveLength(8);
    expect(shown.reactionGroups).toContainEqual({ content: 'ROCKET', users: { totalCount: 1 } });
    data(
      world,
      'writer',
      `mutation{removeReaction(input:{subjectId:"${comment}",content:ROCKET}){reaction{id}}}`,
    );
    data(world, 'writer', `mutation{deleteIssueComment(input:{id:"${comment}"}){clientMutationId}}`);
    expect(ask(world, 'writer', `{node(id:"${comment}"){id}}`).errors?.[0]?.type).toBe('NOT_FOUND');
  });

  it('take labels and assignees, and lose them', () => {
    const world = pullWorld();
    const labels = [label(world, 'a'), label(world, 'b')];
    const { id } = createIssue(world, { title: 'one' }) as { id: string };
    const names = (mutation: string) =>
      data(
        world,
        'writer',
        `mutation{m:${mutation}{labelable{... on Issue{labels(first:5){nodes{name}}}}}}`,
      ).m.labelable.labels.nodes.map((one: { name: string }) => one.name);
    expect(
      names(`addLabelsToLabelable(input:{labelableId:"${id}",labelIds:["${labels.join('","')}"]})`),
    ).toEqual(['a', 'b']);
    expect(
      names(`removeLabelsFromLabelable(input:{labelableId:"${id}",labelIds:["${labels[0]!}"]})`),
    ).toEqual(['b']);
    expect(names(`clearLabelsFromLabelable(input:{labelableId:"${id}"})`)).toEqual([]);
    const label404 = `mutation{addLabelsToLabelable(input:{labelableId:"${id}",labelIds:["LA_none"]}){clientMutationId}}`;
    expect(ask(world, 'writer', label404).errors?.[0]?.type).toBe('NOT_FOUND');
    const asReader = `mutation{addLabelsToLabelable(input:{labelableId:"${id}",labelIds:["${labels[0]!}"]}){clientMutationId}}`;
    expect(ask(world, 'reader', asReader).errors?.[0]?.type).toBe('FORBIDDEN');
  });

  it('are locked and unlocked', () => {
    const world = pullWorld();
    const { id } = createIssue(world, { title: 'one' }) as { id: string };
    const { lockLockable } = data(
      world,
      'writer',
      `mutation{lockLockable(input:{lockableId:"${id}",lockReason:TOO_HEATED}){lockedRecord{locked activeLockReason}}}`,
    );
    expect(lockLockable.lockedRecord).toEqual({ locked: true, activeLockReason: 'TOO_HEATED' });
    expect(
      ask(world, 'reader', `mutation{addComment(input:{subjectId:"${id}",body:"x"}){clientMutationId}}`)
        .errors?.[0]?.type,
    ).toBe('FORBIDDEN');
    data(world, 'writer', `mutation{unlockLockable(input:{lockableId:"${id}"}){unlockedRecord{locked}}}`);
  });

  it('are found by searching', () => {
    const world = pullWorld();
    createIssue(world, { title: 'Slow loader', body: 'It takes minutes' });
    createIssue(world, { title: 'Other' });
    world.push('feature', { 'b.txt': 'b\n' });
    world.open('feature', { title: 'Fast loader' });
    const found = (query: string) =>
      data(
        world,
        'writer',
        'query($q:String!){search(type:ISSUE,query:$q,first:10){issueCount nodes{... on Issue{title} ... on PullRequest{title}}}}',
        { q: `repo:owner/repo ${query}` },
      ).search;
    expect(found('loader is:open').issueCount).toBe(2);
    expect(found('loader is:pr').nodes).toEqual([{ title: 'Fast loader' }]);
    expect(
      found('author:@me -is:pr sort:created-asc').nodes.map((one: { title: string }) => one.title),
    ).toEqual(['Slow loader', 'Other']);
    expect(found('minutes in:title').issueCount).toBe(0);
    expect(
      ask(world, 'writer', '{search(type:ISSUE,query:"repo:no/where x",first:1){issueCount}}').errors?.[0]
        ?.message,
    ).toContain('cannot be searched');
    expect(
      ask(world, 'writer', '{search(type:DISCUSSION,query:"x",first:1){issueCount}}').errors?.[0]?.type,
    ).toBe('NOT_IMPLEMENTED');
  });
});
