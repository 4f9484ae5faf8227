import type { Store } from './store.ts';

export type HookKind = 'repository' | 'organization' | 'app';

/** A webhook of a repository, an organisation or an App. An App's configuration is a copy of what its own row says. */
export interface Hook {
  readonly id: number;
  readonly kind: HookKind;
  /** Id of the repository, organisation or App. */
  readonly targetId: number;
  /** Empty only where an App has no address. */
  readonly url: string;
  readonly contentType: 'json' | 'form';
  readonly insecureSsl: '0' | '1';
  readonly secret: string | null;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly lastResponse: {
    readonly code: number | null;
    readonly status: string;
    readonly message: string | null;
  };
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One delivery of one event to one hook: a row of the outbox until it was tried, then a row of the log. */
export interface Delivery {
  readonly id: number;
  readonly hookId: number;
  /** Identifies the event: the same at every hook and in every redelivery. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly redelivery: boolean;
  readonly pending: boolean;
  /** Milliseconds before which a pending delivery is not tried; 0 is at once. */
  readonly dueAt: number;
  /** A fault was already drawn for it. */
  readonly fated: boolean;
  readonly url: string;
  readonly insecureSsl: '0' | '1';
  readonly headers: Readonly<Record<string, string>>;
  /** Time it entered the outbox, then the time it was tried. */
  readonly deliveredAt: string;
  /** Seconds. */
  readonly duration: number;
  readonly status: string;
  readonly statusCode: number;
  readonly response: {
    readonly headers: Readonly<Record<string, string>> | null;
    readonly body: string | null;
  } | null;
}

/** What is sent, apart from its delivery: the row of the delivery changes, this one never does. */
export interface DeliveryBody {
  /** Id of the delivery. */
  readonly id: number;
  /** JSON text. */
  readonly payload: string;
}

/** Value of the hooks' target index. */
export function hookTarget(kind: HookKind, targetId: number): string {
  return `${kind}/${targetId}`;
}

/** Tables of webhooks and their deliveries. */
export function webhookTables(store: Store) {
  return {
    hooks: store.table<Hook>()('hooks', {
      key: (row) => row.id,
      indexes: { target: (row) => hookTarget(row.kind, row.targetId) },
    }),
    deliveries: store.table<Delivery>()('deliveries', {
      key: (row) => row.id,
      indexes: {
        hook: (row) => row.hookId,
        pending: (row) => (row.pending ? row.hookId : undefined),
        outbox: (row) => (row.pending ? 'pending' : undefined),
        guid: (row) => row.guid,
      },
    }),
    deliveryBodies: store.table<DeliveryBody>()('delivery_bodies', { key: (row) => row.id, indexes: {} }),
  };
}
