import { InputError, PlatformError } from '../../contracts/errors.ts';
import { gitEnd } from './git.ts';

/** Objects are what their ids say, whatever `git replace` did; nobody is asked for a password. */
export const ENVIRONMENT = { GIT_NO_REPLACE_OBJECTS: '1', GIT_TERMINAL_PROMPT: '0' };

/**
 * Points a ref of the remote to an object where it points to `expected` until then (null: it is not there).
 * `moved`: it does not, and nothing was changed.
 *
 * @throws PlatformError AMBIGUOUS no clear answer
 * @throws InputError PERMISSION the remote's rules refuse it
 */
export async function pushOnto(
  { folder, remote }: { readonly folder: string; readonly remote: string },
  ref: string,
  expected: string | null,
  object: string,
): Promise<'pushed' | 'moved'> {
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  const how = ['push', '--porcelain', '--no-verify', '--no-follow-tags', lease];
  const { code, stdout, stderr } = await gitEnd(folder, [...how, remote, `${object}:${ref}`], {
    env: ENVIRONMENT,
  });
  if (code === 0) return 'pushed';
  const [, why] = /^!\t[^\t]*\t(.*)$/mu.exec(stdout) ?? [];
  if (why === undefined)
    throw new PlatformError({
      code: 'AMBIGUOUS',
      message: `git push to ${remote} gave no clear answer: ${lastLines(stderr)}`,
      hint: 'what was written is read back before anything else is done',
    });
  if (MOVED.test(why)) return 'moved';
  throw new InputError({
    code: 'PERMISSION',
    message: `${remote} does not take ${ref} from here: ${why}`,
    hint: 'write with the App or the deploy key that the rules of the repository name',
  });
}

const MOVED =
  /^\[rejected\]|cannot lock ref|failed to update ref|reference already exists|incorrect old value/u;

/** The end of what git said, on one line. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}
