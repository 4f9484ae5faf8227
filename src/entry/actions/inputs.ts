import { distance } from 'fastest-levenshtein';
import { z } from 'zod';

import { InputError, type Problem } from '../../contracts/errors.ts';
import type { Environment } from '../../platform/runner/index.ts';

/** Inputs of an action by name, each optional or with a default; what GitHub hands over is always text. */
export type Inputs = z.ZodObject<Record<string, z.ZodType>>;

/** Text as it is. */
export const text = z.string();

/** `true` or `false`, as YAML 1.2 writes them. */
export const flag = z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'expected true or false' });

/** A whole number from `least` on, in digits only: neither "12x" nor "1e3" becomes a number by chance. */
export function whole(least: number): z.ZodType<number, string> {
  const expected = `expected a whole number from ${least}`;
  return z
    .string()
    .regex(/^\d{1,15}$/u, expected)
    .transform(Number)
    .refine((value) => value >= least, expected);
}

/** Words by commas or lines. */
export const list = z.string().transform((value) =>
  value
    .split(/[,\n]/u)
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** Items by lines: patterns and commands may hold commas. */
export const lines = z.string().transform((value) =>
  value
    .split('\n')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** One of several words. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
): z.ZodType<Words[number], string> {
  return z.enum(words, { error: `expected ${words.join(', ')}` });
}

const PREFIX = 'INPUT_';

/**
 * The inputs of a step, from the variables in which the runner hands them over. An empty input counts as none.
 *
 * @param renamed old name → today's name
 * @throws InputError USAGE with every unknown, renamed and wrong input at once
 */
export function readInputs<Schema extends Inputs>(
  schema: Schema,
  env: Environment,
  renamed: Readonly<Record<string, string>> = {},
): z.infer<Schema> {
  const declared = Object.keys(schema.shape);
  const byVariable = new Map(declared.map((name) => [variableOf(name), name]));
  const given: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [variable, value = ''] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || value.trim() === '') continue;
    const name = byVariable.get(variable);
    if (name === undefined) unknown.push(variable);
    else given[name] = value.trim();
  }
  // A name that is taken was not what a misspelt one meant.
  const free = declared.filter((name) => given[name] === undefined);
  const problems = unknown.map((variable) => unknownInput(variable, { declared, free, renamed }));
  const parsed = schema.safeParse(given);
  if (parsed.success && problems.length === 0) return parsed.data;
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.map(String).join('.');
    const found = given[name];
    problems.push({
      code: 'USAGE',
      message: `input "${name}": ${found === undefined ? 'it is required' : `${message}, found "${shortened(found)}"`}`,
      hint: `set it below \`with:\` of the step`,
    });
  }
  throw new InputError(problems);
}

/** The variable of an input, as the runner makes it: upper case, spaces as `_`. */
function variableOf(name: string): string {
  return `${PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`;
}

interface Names {
  readonly declared: readonly string[];
  readonly free: readonly string[];
  readonly renamed: Readonly<Record<string, string>>;
}

function unknownInput(variable: string, { declared, free, renamed }: Names): Problem {
  const name = variable.slice(PREFIX.length).toLowerCase();
  const now = Object.hasOwn(renamed, name) ? renamed[name] : undefined;
  const [nearest] = [...(free.length > 0 ? free : declared)].sort(
    (one, other) => distance(one, name) - distance(other, name),
  );
  const hint =
    now !== undefined
      ? `it is called "${now}" now`
      : nearest === undefined
        ? 'this action takes no inputs'
        : `did you mean "${nearest}"? The inputs are ${declared.join(', ')}; a variable of the workflow’s own needs another name than ${shortened(variable)}`;
  return { code: 'USAGE', message: `there is no input "${shortened(name)}"`, hint };
}

function shortened(value: string): string {
  return value.length > 100 ? `${value.slice(0, 100)}…` : value;
}
