import { InputError } from '../../contracts/errors.ts';
import type { TagStore } from '../../registry/ports.ts';
import { git, gitEnd } from './git.ts';
import { ENVIRONMENT, pushOnto } from './push.ts';

/**
 * Tags written by a push, as whoever the clone's remote lets in (a deploy key): where rules let no token of the API write
 * them. The clone must hold the commits that are tagged.
 */
export function pushedTags(
  folder: string,
  options: { readonly remote?: string; readonly clock?: () => Date } = {},
): Pick<TagStore, 'create' | 'remove'> {
  const { remote = 'origin', clock = () => new Date() } = options;
  return {
    create: async ({ name, commit, message }) => {
      const seconds = Math.floor(clock().getTime() / 1000);
      const tagger = `Slipway <slipway@slipway.invalid> ${seconds} +0000`;
      const text = message.endsWith('\n') ? message : `${message}\n`;
      const input = `object ${commit}\ntype commit\ntag ${name}\ntagger ${tagger}\n\n${text}`;
      const object = (await git(folder, ['mktag'], { input, env: ENVIRONMENT })).trim();
      try {
        const outcome = await pushOnto({ folder, remote }, `refs/tags/${name}`, null, object);
        return outcome === 'pushed' ? 'created' : 'exists';
      } catch (error) {
        if (error instanceof InputError && error.code === 'PERMISSION') return 'refused';
        throw error;
      }
    },
    remove: async (name) => {
      // Gone already, or kept by rules: either way nothing is to be done.
      const args = ['push', '--quiet', '--no-verify', remote, `:refs/tags/${name}`];
      await gitEnd(folder, args, { env: ENVIRONMENT });
    },
  };
}
