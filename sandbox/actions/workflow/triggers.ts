import { isValidCron } from '@actions/workflow-parser/model/converter/cron';
import type { Input, Schedule, Trigger, Triggers } from './model.ts';

/** Says that something under `on` is wrong; `at` are the keys that lead there. */
export type Complain = (at: readonly (string | number)[], message: string) => void;

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs */
const MOST_INPUTS = 25;

type Mapping = Readonly<Record<string, unknown>>;

/** Reads `on`, which the schema accepted, in any of its three forms. */
export function readTriggers(on: unknown, complain: Complain): Triggers {
  if (typeof on === 'string') return { [on]: readTrigger(on, null, complain) };
  if (Array.isArray(on))
    return Object.fromEntries((on as string[]).map((event) => [event, readTrigger(event, null, complain)]));
  return Object.fromEntries(
    Object.entries(on as Mapping).map(([event, value]) => [event, readTrigger(event, value, complain)]),
  );
}

function readTrigger(event: string, value: unknown, complain: Complain): Trigger {
  const at = [event];
  if (event === 'schedule') return { schedule: readSchedule((value ?? []) as Mapping[], complain) };
  const plain = (value ?? {}) as Mapping;
  if (event === 'workflow_dispatch') {
    const inputs = readInputs(plain['inputs'], 'string', [...at, 'inputs'], complain);
    if (Object.keys(inputs).length > MOST_INPUTS)
      complain(
        [...at, 'inputs'],
        `you may only define up to ${MOST_INPUTS} \`inputs\` for a \`workflow_dispatch\` event`,
      );
    return { inputs };
  }
  if (event === 'workflow_call') return readCall(plain, complain);
  if (event === 'workflow_run' && plain['workflows'] === undefined)
    complain(at, 'You must specify the `workflows` of a `workflow_run` event');
  for (const key of ['branches', 'tags', 'paths'])
    if (plain[key] !== undefined && plain[`${key}-ignore`] !== undefined)
      complain(at, `you may only define one of \`${key}\` and \`${key}-ignore\` for a single event`);
  return filters(plain);
}

function filters(plain: Mapping): Trigger {
  const list = (key: string, name: keyof Trigger) =>
    plain[key] === undefined || plain[key] === null ? {} : { [name]: [plain[key]].flat().map(String) };
  return {
    ...list('types', 'types'),
    ...list('branches', 'branches'),
    ...list('branches-ignore', 'branchesIgnore'),
    ...list('tags', 'tags'),
    ...list('tags-ignore', 'tagsIgnore'),
    ...list('paths', 'paths'),
    ...list('paths-ignore', 'pathsIgnore'),
    ...list('workflows', 'workflows'),
  };
}

function readCall(plain: Mapping, complain: Complain): Trigger {
  const secrets = (plain['secrets'] ?? {}) as Readonly<Record<string, { required?: boolean } | null>>;
  const outputs = (plain['outputs'] ?? {}) as Readonly<Record<string, { value: unknown }>>;
  return {
    inputs: readInputs(plain['inputs'], undefined, ['workflow_call', 'inputs'], complain),
    secrets: Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, { required: secret?.required ?? false }]),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, output]) => [name, scalarText(output.value)]),
    ),
  };
}

function readSchedule(entries: readonly Mapping[], complain: Complain): Schedule[] {
  return entries.map((entry, index) => {
    const cron = String(entry['cron']);
    const timezone = entry['timezone'];
    const at = ['schedule', index];
    if (!isValidCron(cron.trim()))
      complain([...at, 'cron'], `Invalid cron expression '${cron}': five POSIX fields are expected`);
    if (typeof timezone === 'string' && !isTimezone(timezone))
      complain([...at, 'timezone'], `Invalid timezone '${timezone}'`);
    return { cron: cron.trim(), ...(typeof timezone === 'string' ? { timezone } : {}) };
  });
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function readInputs(
  value: unknown,
  usual: Input['type'] | undefined,
  at: readonly string[],
  complain: Complain,
): Record<string, Input> {
  const entries = Object.entries((value ?? {}) as Readonly<Record<string, Mapping | null>>);
  return Object.fromEntries(
    entries.map(([name, plain]) => [name, readInput(plain ?? {}, usual, [...at, name], complain)]),
  );
}

function readInput(
  plain: Mapping,
  usual: Input['type'] | undefined,
  at: readonly string[],
  complain: Complain,
): Input {
  const type = (plain['type'] ?? usual) as Input['type'];
  const options = plain['options'] as readonly unknown[] | undefined;
  if (type === 'choice' && (options ?? []).length === 0) complain(at, "Missing 'options' for choice input");
  if (type !== 'choice' && options !== undefined)
    complain(at, "Input type is not 'choice', but 'options' is defined");
  const given = plain['default'] as string | number | boolean | null | undefined;
  const fallback =
    given === undefined || given === null ? undefined : typed(given, type, usual === undefined);
  if (given !== undefined && given !== null && fallback === undefined)
    complain([...at, 'default'], `Unexpected value '${given}'`);
  return {
    type,
    required: plain['required'] === true,
    ...(typeof plain['description'] === 'string' ? { description: plain['description'] } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(options === undefined ? {} : { options: options.map(String) }),
  };
}

/**
 * A default in the type of its input; undefined where it does not fit. Expressions are left for later.
 * Reusable workflows take no text for booleans and numbers (`strict`), dispatch inputs do.
 */
function typed(
  value: string | number | boolean,
  type: Input['type'],
  strict: boolean,
): string | number | boolean | undefined {
  if (typeof value === 'string' && value.includes('${{')) return value;
  if (type !== 'boolean' && type !== 'number') return scalarText(value);
  if (typeof value === type) return value;
  if (strict || typeof value !== 'string') return undefined;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : undefined;
  return value.trim() === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
}

/** Scalars of a file where text is wanted; what is no scalar is empty. */
export function scalarText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
