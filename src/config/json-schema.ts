import { z } from 'zod';

import { ConfigSchema } from './schema.ts';
import type { Path } from './located.ts';

/** Where `init` and `check` put the schema that fits the installed version, relative to `slipway.yaml`. */
export const SCHEMA_FILE = '.slipway/slipway.schema.json';

/** First line of a config: editors with a YAML language server complete and check against the schema. */
export const EDITOR_LINE = `# yaml-language-server: $schema=${SCHEMA_FILE}`;

/** The part of JSON Schema (draft 2020-12) that the config's schema uses. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
}

let generated: JsonSchema | undefined;

/** The published JSON Schema of `slipway.yaml`: what may be written (before defaults and conversions). */
export function jsonSchema(): JsonSchema {
  generated ??= generate();
  return generated;
}

function generate(): JsonSchema {
  const schema = z.toJSONSchema(ConfigSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const model = schema.properties?.['models']?.additionalProperties;
  const defaults = {
    ...(typeof model === 'object' ? withoutRequired(model) : {}),
    description: schema.properties?.['defaults']?.description ?? '',
  };
  return {
    $id: 'urn:slipway:schema:1',
    title: 'slipway.yaml',
    description: 'Configuration of Slipway: models, how they are trained, judged, promoted and watched.',
    ...schema,
    properties: { ...schema.properties, defaults },
  };
}

/**
 * The schema as it is published: where `defaults` are given, a model may leave out what they say, so keys are required
 * only without them.
 */
export function publishedSchema(): JsonSchema {
  const schema = jsonSchema();
  const models = schema.properties?.['models'];
  const model = models?.additionalProperties;
  if (models === undefined || typeof model !== 'object') return schema;
  return {
    ...schema,
    properties: { ...schema.properties, models: { ...models, additionalProperties: withoutRequired(model) } },
    if: { required: ['defaults'] },
    else: { properties: { models: { additionalProperties: requiredOnly(model) } } },
  };
}

function requiredOnly({ required, properties = {} }: JsonSchema): JsonSchema {
  const nested = Object.entries(properties).filter(([, value]) => value.required !== undefined);
  return {
    ...(required === undefined ? {} : { required }),
    properties: Object.fromEntries(nested.map(([key, value]) => [key, requiredOnly(value)])),
  };
}

/** `defaults` is a model of which anything may be left out. */
function withoutRequired(schema: JsonSchema): JsonSchema {
  const { properties = {} } = schema;
  const relaxed = Object.entries(properties).map(([key, value]) => [
    key,
    value.properties === undefined ? value : withoutRequired(value),
  ]);
  const kept = Object.entries(schema).filter(([key]) => key !== 'required');
  return {
    ...Object.fromEntries(kept),
    properties: Object.fromEntries(relaxed) as Record<string, JsonSchema>,
  };
}

/** The schemas that may describe the value at a path; several where the schema is a union. */
export function schemasAt(path: Path): readonly JsonSchema[] {
  let here: readonly JsonSchema[] = [jsonSchema()];
  for (const step of path) here = here.flatMap(alternatives).flatMap((schema) => descend(schema, step));
  return here.flatMap(alternatives);
}

/** The keys that a mapping at this path may have; empty where its keys are the user's own names. */
export function keysAt(path: Path): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives);
}

function descend(schema: JsonSchema, step: string | number): readonly JsonSchema[] {
  if (typeof step === 'number') return schema.items === undefined ? [] : [schema.items];
  const property =
    schema.properties === undefined || !Object.hasOwn(schema.properties, step)
      ? undefined
      : schema.properties[step];
  if (property !== undefined) return [property];
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : [];
}
