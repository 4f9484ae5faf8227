import { call, type Asked, type Call, type Deeds } from './deed.ts';

const ISSUE = '/:owner/:repo/issues/:number';
const COMMENT = '/:owner/:repo/issues/comments/:id';

const issue = ({ repo, params }: Asked) => `${repo}/issues/${params['number']!}`;
const comment = ({ repo, params }: Asked) => `${repo}/issues/comments/${params['id']!}`;

/** A comment, and with it or alone a new state. */
function talk(asked: Asked): Call[] {
  const calls: Call[] = [];
  const also = asked.text('also');
  if (asked.text('body').trim() !== '' || also === '')
    calls.push({ method: 'POST', path: `${issue(asked)}/comments`, body: { body: asked.text('body') } });
  if (also === 'close') calls.push({ method: 'PATCH', path: issue(asked), body: { state: 'closed' } });
  if (also === 'not-planned')
    calls.push({
      method: 'PATCH',
      path: issue(asked),
      body: { state: 'closed', state_reason: 'not_planned' },
    });
  if (also === 'reopen') calls.push({ method: 'PATCH', path: issue(asked), body: { state: 'open' } });
  return calls;
}

/** One name is put on or taken off, as the button that was clicked says. */
function toggle(path: (asked: Asked) => string, member: 'labels' | 'assignees'): (asked: Asked) => Call[] {
  return (asked) => {
    const [add, remove] = [asked.text('add'), asked.text('remove')];
    if (add !== '') return [{ method: 'POST', path: `${path(asked)}/${member}`, body: { [member]: [add] } }];
    if (member === 'assignees')
      return [{ method: 'DELETE', path: `${path(asked)}/assignees`, body: { assignees: [remove] } }];
    return [{ method: 'DELETE', path: `${path(asked)}/labels/${encodeURIComponent(remove)}` }];
  };
}

/** Issues, their comments, labels and assignees; pull requests are issues here. */
export const conversationDeeds: Deeds = {
  '/:owner/:repo/issues': call(
    'POST',
    ({ repo }) => `${repo}/issues`,
    ({ text }) => ({ title: text('title'), body: text('body') }),
    {
      to: ({ owner, repo }, { number }) => `/${owner!}/${repo!}/issues/${String(number)}`,
    },
  ),
  [`${ISSUE}/comment`]: { calls: talk },
  [`${ISSUE}/edit`]: call('PATCH', issue, ({ text }) => ({ title: text('title'), body: text('body') })),
  [`${ISSUE}/labels`]: { calls: toggle(issue, 'labels') },
  [`${ISSUE}/assignees`]: { calls: toggle(issue, 'assignees') },
  [`${COMMENT}/edit`]: call('PATCH', comment, ({ text }) => ({ body: text('body') })),
  [`${COMMENT}/delete`]: call('DELETE', comment),
  '/:owner/:repo/labels': call(
    'POST',
    ({ repo }) => `${repo}/labels`,
    ({ text }) => ({
      name: text('name'),
      color: text('color').replace(/^#/, ''),
      description: text('description'),
    }),
  ),
  '/:owner/:repo/labels/delete': call(
    'DELETE',
    ({ repo, text }) => `${repo}/labels/${encodeURIComponent(text('name'))}`,
  ),
};
