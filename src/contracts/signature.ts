import { z } from 'zod';

/** What a model takes and gives, as manifests keep it. */

/**
 * One input or output. `type` is an element type for a tensor (`float32`, `int64`, `string`, …) and nested words for
 * the rest: `sequence(map(int64, float32))`, `map(string, float32)`, `optional(float32)`, `sparse(float32)`,
 * `opaque(domain, name)`. An input of type `optional(…)` may be left out.
 * `shape` holds a number for a fixed dimension, a name for a symbolic one and null for one that is not known; it is
 * null where the rank is unknown and for what is no tensor, empty for a scalar.
 */
export const SignatureValue = z.strictObject({
  name: z.string().min(1).max(1000),
  type: z.string().min(1).max(3000),
  shape: z
    .array(z.union([z.int().min(0), z.string().min(1).max(1000), z.null()]))
    .max(100)
    .nullable(),
});
export type SignatureValue = z.infer<typeof SignatureValue>;

const Values = z
  .array(SignatureValue)
  .max(10_000)
  .refine((values) => new Set(values.map(({ name }) => name)).size === values.length, {
    error: 'expected every name once',
  });

export const Signature = z.strictObject({ inputs: Values, outputs: Values });
export type Signature = z.infer<typeof Signature>;
