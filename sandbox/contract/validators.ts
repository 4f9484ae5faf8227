import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

import { restContract, webhookContract, type Schema } from './description.ts';

/** Compiles schemas of one vendored file on first use; components are compiled once, when first reached. */
export class Validators {
  readonly #ajv: Ajv;
  readonly #components: Readonly<Record<string, Schema>>;
  readonly #compiled = new Map<string, ValidateFunction>();
  readonly #known = new Set<string>();

  constructor(components: Readonly<Record<string, Schema>>) {
    this.#components = components;
    this.#ajv = new Ajv({
      strict: false,
      validateSchema: false,
      meta: false,
      inlineRefs: false,
      logger: false,
      allErrors: true,
      verbose: true,
      // Sharing compiled schemas by their source would keep a second copy of each in memory.
      addUsedSchema: false,
    });
    formats.default(this.#ajv);
    // Bots have addresses with brackets in them, which GitHub sends and its own format does not know.
    this.#ajv.addFormat('email', /^[^\s@]+@[^\s@]+$/);
  }

  /** Everything that is wrong with the value by the schema; `key` names the schema and is the cache's key. */
  errors(key: string, schema: Schema, value: unknown): readonly ErrorObject[] {
    let validate = this.#compiled.get(key);
    if (validate === undefined) {
      this.#reach(schema);
      validate = this.#ajv.compile(schema as object);
      this.#compiled.set(key, validate);
    }
    return validate(value) ? [] : (validate.errors ?? []);
  }

  #reach(value: unknown): void {
    if (Array.isArray(value)) value.forEach((one) => this.#reach(one));
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        if (key === '$ref' && typeof inner === 'string' && inner.startsWith('c:')) this.#add(inner.slice(2));
        else this.#reach(inner);
      }
  }

  #add(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    const schema = this.#components[name];
    if (schema === undefined) throw new Error(`the vendored description has no component ${name}`);
    this.#ajv.addSchema(schema, `c:${name}`);
    this.#reach(schema);
  }
}

let rest: Validators | undefined;
let webhooks: Validators | undefined;

/** The compiled schemas of the REST API. */
export function restValidators(): Validators {
  rest ??= new Validators(restContract().components);
  return rest;
}

/** The compiled schemas of the webhooks. */
export function webhookValidators(): Validators {
  webhooks ??= new Validators(webhookContract().components);
  return webhooks;
}
