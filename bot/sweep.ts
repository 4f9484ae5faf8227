import { installationsOf, repositoriesOf, type InstallationFacts } from '../src/platform/github/app-api.ts';
import type { Api } from '../src/platform/github/api.ts';
import type { AppAuthOptions } from '../src/platform/github/app-auth.ts';
import { isCodedError } from '../src/contracts/errors.ts';
import type { BotLog } from './log.ts';
import { permissionProblems } from './permissions.ts';
import type { Repository } from './queue.ts';

/**
 * Every repository the App is installed on, so that nothing depends on a webhook that never came. An installation that
 * may do what it must not, or cannot be asked, is passed over with a line; the others go on.
 *
 * @throws PlatformError the installations themselves cannot be listed
 */
export async function* sweep(auth: AppAuthOptions, app: Api, log: BotLog): AsyncIterable<Repository> {
  for await (const installation of installationsOf(app)) {
    if (!isUsable(installation, log)) continue;
    try {
      for await (const { id, owner, name, archived } of repositoriesOf(auth, app, installation.id)) {
        if (!archived) yield { id, owner: owner.login, name, installation: installation.id };
      }
    } catch (error) {
      if (!isCodedError(error)) throw error;
      log.warn({ installation: installation.id, reason: error.message }, 'installation not listed');
    }
  }
}

function isUsable(
  { id, account, permissions, suspended_at: suspended }: InstallationFacts,
  log: BotLog,
): boolean {
  const about = { installation: id, account: account?.login };
  if (suspended !== null) {
    log.info({ ...about, reason: 'suspended' }, 'installation passed over');
    return false;
  }
  const problems = permissionProblems(permissions);
  for (const { message, hint } of problems) log.warn({ ...about, hint }, message);
  return !problems.some(({ message }) => message.includes('must not have'));
}
