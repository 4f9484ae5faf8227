import type { Asked, PersonNow, PromotionConfig, RefusedText, Request } from '../promotion/index.ts';
import type { Log } from '../registry/index.ts';
import type { Unheard } from './unheard.ts';
import type { CommentEvent, Conversation, Reaction } from './ports.ts';

/** A conversation with what was read of it. */
export interface HeardConversation extends Conversation {
  readonly requests: readonly Request[];
  readonly refused: readonly RefusedText[];
  readonly asked: readonly Asked[];
  readonly help: readonly Asked[];
  /** What asks or claims in vain. */
  readonly unheard: readonly Unheard[];
  /** Comments of this account. */
  readonly own: readonly CommentEvent[];
  /** False where it changed so shortly before it was read that a further change of the same second would not show. */
  readonly settled: boolean;
}

/** A config as it was read from one commit of the default branch. */
export interface ReadConfig {
  /** Commit it was read from; null for an empty repository. */
  readonly commit: string | null;
  /** `none`: the branch holds no slipway.yaml, so there is nothing to do here. */
  readonly status: 'good' | 'broken' | 'none';
  readonly promotion: PromotionConfig;
  /** Take over a history of GTO: its stage names → ours. Null: no. */
  readonly adopt: Readonly<Record<string, string>> | null;
  /** Name of the secret that holds the address of notices. */
  readonly notify: string | null;
  /** Of a broken one: all problems in one text. */
  readonly problem: string | null;
}

/** What one process knows of a repository from earlier passes. It may be forgotten at any time: that only costs calls. */
export interface ReconcileMemory {
  log?: Log;
  config?: ReadConfig;
  /** Newest update seen, ISO. */
  cursor?: string;
  /** When everything was last looked at, whatever seemed unchanged: ms since 1970. */
  whole?: number;
  readonly conversations: Map<number, HeardConversation>;
  /** Keys the log holds: it never loses one. */
  readonly recorded: Map<string, number>;
  /** Keys it did not hold at a head. */
  readonly unrecorded: { head: string | null; readonly keys: Set<string> };
  readonly people: Map<number, { readonly person: PersonNow; readonly asked: number }>;
  /** When deployments were started, by entry, ms: their runs take a while to show. */
  readonly dispatched: Map<number, number>;
  /** Lines on what is not acted upon that were given. */
  readonly told: Set<string>;
  readonly views: {
    readonly receipts: Map<number, Reaction>;
    readonly labels: Set<string>;
    /** Digest of what each head's check says. */
    readonly checks: Map<string, ShownCheck>;
    readonly deployments: Map<string, string>;
    /** Highest entry of each model whose stage tags were made. */
    readonly stageTags: Map<string, number>;
    /** Entries whose failure was told. */
    readonly notices: Set<string>;
  };
  /** The history of GTO's tags was looked at. */
  adopted?: true;
}

const HOUR_MS = 3_600_000;

/**
 * Once an hour everything is looked at again. A list that GitHub answered with a hole moved the cursor all the same: what
 * was missing in it would otherwise not be seen until it changes. What asks for something is read again even where nothing
 * seems to have changed: somebody may have another login by now, and a label that is deleted moves no time.
 */
export function forgetHourly(memory: ReconcileMemory, now: Date): void {
  if (memory.whole !== undefined && now.getTime() - memory.whole < HOUR_MS) return;
  memory.whole = now.getTime();
  delete memory.cursor;
  for (const [number, one] of memory.conversations) {
    if (one.requests.length > 0) memory.conversations.set(number, { ...one, settled: false });
  }
  memory.views.deployments.clear();
  memory.views.stageTags.clear();
}

/** Our check run of a head, and the digest of what it says. */
export interface ShownCheck {
  readonly id: number;
  readonly digest: string;
}

/** A memory that knows nothing. */
export function newMemory(): ReconcileMemory {
  return {
    conversations: new Map(),
    recorded: new Map(),
    unrecorded: { head: null, keys: new Set() },
    people: new Map(),
    dispatched: new Map(),
    told: new Set(),
    views: {
      receipts: new Map(),
      labels: new Set(),
      checks: new Map(),
      deployments: new Map(),
      stageTags: new Map(),
      notices: new Set(),
    },
  };
}
