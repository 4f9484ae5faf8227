import { InputError } from '../contracts/errors.ts';
import { defaultBranchFile } from '../platform/git/default-branch.ts';
import type { PromotionConfig } from '../promotion/index.ts';

const FILE = 'slipway.yaml';

/** The stages of the default branch, and the commit they were read from. */
export interface Policy {
  readonly commit: string;
  readonly promotion: PromotionConfig;
}

/**
 * What slipway.yaml of the default branch says of stages, as far as this clone fetched it; null where there is none.
 * The work tree does not matter: what is not merged decides nothing.
 *
 * @throws InputError what is wrong with the file
 */
export async function readPolicy(folder: string): Promise<Policy | null> {
  const file = await defaultBranchFile(folder, FILE);
  if (file?.text == null) return null;
  const [{ parseConfig }, { promotionConfig }] = await Promise.all([
    import('../config/parse.ts'),
    import('../reconcile/index.ts'),
  ]);
  const config = parseConfig(Buffer.from(file.text), FILE);
  return { commit: file.commit, promotion: promotionConfig(config) };
}

/** As {@link readPolicy}. @throws InputError CONFIG_NOT_FOUND */
export async function requirePolicy(folder: string): Promise<Policy> {
  const policy = await readPolicy(folder);
  if (policy !== null) return policy;
  throw new InputError({
    code: 'CONFIG_NOT_FOUND',
    message: `the default branch of this clone has no ${FILE}: stages and their rules are read from there`,
    hint: 'merge one to the default branch, then `git fetch origin`',
  });
}
