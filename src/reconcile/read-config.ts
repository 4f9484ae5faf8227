import { LRUCache } from 'lru-cache';

import { sha256 } from '../contracts/digest.ts';
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
  return { commit, ...contentOf(bytes) };
}

type Content = Omit<ReadConfig, 'commit'>;

const NOTHING = { promotion: {}, adopt: null, notify: null };
/** Branches move often and their slipway.yaml seldom: one text is parsed once a process. */
const parsed = new LRUCache<string, Content>({ max: 100 });

function contentOf(bytes: Uint8Array | null): Content {
  if (bytes === null) return { ...NOTHING, status: 'none', problem: null };
  const digest = sha256(bytes);
  const known = parsed.get(digest);
  if (known !== undefined) return known;
  const content = parse(bytes);
  parsed.set(digest, content);
  return content;
}

function parse(bytes: Uint8Array): Content {
  try {
    const config = parseConfig(bytes, FILE);
    const { registry, notify } = config;
    return {
      status: 'good',
      promotion: promotionConfig(config),
      adopt: registry?.adopt === 'gto' ? registry.stages : null,
      notify: notify?.webhook ?? null,
      problem: null,
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const problems = error.problems.map(
      ({ line, message }) => `${line === undefined ? '' : `line ${line}: `}${message}`,
    );
    return { ...NOTHING, status: 'broken', problem: problems.join('; ') };
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
