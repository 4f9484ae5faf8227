import { call, filled, type Asked, type Deeds } from './deed.ts';

const HOOK = '/:owner/:repo/settings/hooks/:hook';
const RELEASE = '/:owner/:repo/releases/:release';

const hook = ({ repo, params }: Asked) => `${repo}/hooks/${params['hook']!}`;
const release = ({ repo, params }: Asked) => `${repo}/releases/${params['release']!}`;

/** Webhooks and releases. */
export const settingDeeds: Deeds = {
  '/:owner/:repo/settings/hooks': call(
    'POST',
    ({ repo }) => `${repo}/hooks`,
    (asked) => ({
      events: asked
        .text('events')
        .split(',')
        .map((event) => event.trim())
        .filter((event) => event !== ''),
      config: { content_type: 'json', ...filled(asked, 'url', 'secret') },
    }),
  ),
  [`${HOOK}/ping`]: call('POST', (asked) => `${hook(asked)}/pings`, undefined, { done: 'A ping was sent.' }),
  [`${HOOK}/delete`]: call('DELETE', hook),
  [`${HOOK}/deliveries/:delivery/again`]: call(
    'POST',
    (asked) => `${hook(asked)}/deliveries/${asked.params['delivery']!}/attempts`,
    undefined,
    { done: 'It is delivered again.' },
  ),
  '/:owner/:repo/releases': call(
    'POST',
    ({ repo }) => `${repo}/releases`,
    (asked) => ({
      ...filled(asked, 'tag_name', 'target_commitish', 'name', 'body'),
      draft: asked.text('draft') === 'true',
      prerelease: asked.text('prerelease') === 'true',
    }),
    { to: ({ owner, repo }) => `/${owner!}/${repo!}/releases` },
  ),
  [`${RELEASE}/publish`]: call('PATCH', release, () => ({ draft: false })),
  [`${RELEASE}/delete`]: call('DELETE', release),
};
