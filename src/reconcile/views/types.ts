import type { Person } from '../../contracts/entry.ts';
import type { Decided, PromotionConfig, World } from '../../promotion/index.ts';
import type { Log } from '../../registry/index.ts';
import type { LogStore, TagHistory } from '../../registry/ports.ts';
import type { PullJudgement } from '../evaluation/index.ts';
import type { HeardConversation, ReadConfig, ReconcileMemory } from '../memory.ts';

/** What views are rendered from. */
export interface ViewsInput {
  readonly store: LogStore;
  readonly log: Log;
  readonly config: PromotionConfig;
  /** Stage names of an adopted history → ours; null: none was adopted. */
  readonly adopt: ReadConfig['adopt'];
  readonly world: World;
  readonly decided: Decided;
  readonly conversations: readonly HeardConversation[];
  readonly memory: ReconcileMemory['views'];
  readonly self: Person;
  readonly now: Date;
  /** Address of the repository's page. */
  readonly page: string;
  /** Null: no tags are written. */
  readonly tags: TagHistory | null;
  /** What is known of the heads of open pull requests. */
  readonly judged: readonly PullJudgement[];
  /** Of closed pull requests. */
  readonly past: readonly PullJudgement[];
  /** Sends a notice to the address the config names, where this process has it. */
  readonly send: (text: string) => Promise<void>;
}
