import { InputError } from '../contracts/errors.ts';
import { parseConfig, type Config } from '../config/index.ts';
import type { PromotionConfig } from '../promotion/index.ts';
import type { ReadConfig } from './memory.ts';
import type { RepositoryReads } from './ports.ts';

const FILE = 'slipway.yaml';

/** The config of the default branch, never of a pull request. `known` is given back while the branch stands still. */
export async function readConfig(
  repository: Pick<RepositoryReads, 'head' | 'file'>,
  defaultBranch: string,
  known: ReadConfig | undefined,
): Promise<ReadConfig> {
  const commit = await repository.head(defaultBranch);
  if (known !== undefined && known.commit === commit) return known;
  const bytes = commit === null ? null : await repository.file(commit, FILE);
  const nothing = { commit, promotion: {}, adopt: null, notify: null };
  if (bytes === null) return { ...nothing, status: 'none', problem: null };
  try {
    const config = parseConfig(bytes, FILE);
    const { registry } = config;
    return {
      commit,
      status: 'good',
      promotion: promotionConfig(config),
      adopt: registry?.adopt === 'gto' ? registry.stages : null,
      notify: config.notify?.webhook ?? null,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problem = error.problems.map(
      ({ line, message }) => `${line === undefined ? '' : `line ${line}: `}${message}`,
    );
    return { ...nothing, status: 'broken', problem: problem.join('; ') };
  }
}

/** What promotions need of a config. */
export function promotionConfig(config: Config): PromotionConfig {
  return Object.fromEntries(
    Object.entries(config.models).map(([name, model]) => [
      name,
      Object.fromEntries(
        Object.entries(model.stages).map(([stage, policy]) => [
          stage,
          {
            after: policy.after ?? null,
            soakMs: policy.soak ?? 0,
            approvals: policy.approvals,
            approvers: policy.approvers,
            holdout: policy.holdout,
            deploys: policy.target !== undefined,
          },
        ]),
      ),
    ]),
  );
}
