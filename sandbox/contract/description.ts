import { readFileSync } from 'node:fs';

import { relax } from './relaxations.ts';

/** A JSON Schema as the vendored files have it; a reference to a component is `{ $ref: 'c:name' }`. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly $ref?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** What GitHub describes of one operation. A response of `null` has no JSON body. */
export interface OperationContract {
  readonly parameters: readonly Parameter[];
  readonly body?: { readonly required: boolean; readonly schema?: Schema };
  readonly responses: Readonly<Record<string, Schema | null>>;
}

export interface RestContract {
  readonly source: string;
  readonly operations: Readonly<Record<string, OperationContract>>;
  readonly components: Readonly<Record<string, Schema>>;
}

export interface WebhookContract {
  readonly source: string;
  /** By `event` or `event.action`. */
  readonly events: Readonly<Record<string, Schema>>;
  readonly components: Readonly<Record<string, Schema>>;
}

let rest: RestContract | undefined;
let webhooks: WebhookContract | undefined;

/** The vendored description of the REST API, read on first use. */
export function restContract(): RestContract {
  rest ??= relax('rest', read('rest.json') as RestContract);
  return rest;
}

/** The vendored description of the webhooks, read on first use. */
export function webhookContract(): WebhookContract {
  webhooks ??= relax('webhooks', read('webhooks.json') as WebhookContract);
  return webhooks;
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}
