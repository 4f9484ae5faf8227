import { flatten } from './flatten.ts';
import type { KeyDocument } from './key.ts';

const SHOWN_FILES = 10;

/**
 * What differs between the key of the last training and the key of now, as sentences for `--why`: command, inputs
 * (added, removed, changed), parameters, environment, data, seed. Empty when nothing differs.
 */
export function explainKey(previous: KeyDocument, current: KeyDocument): string[] {
  const reasons: string[] = [];
  if (previous.dir !== current.dir) reasons.push(`dir changed: ${previous.dir} → ${current.dir}`);
  if (previous.run !== current.run)
    reasons.push(`command changed: ${oneLine(previous.run)} → ${oneLine(current.run)}`);
  reasons.push(...explainFiles(previous, current), ...explainParams(previous, current));
  reasons.push(...explainEnvironment(previous.environment, current.environment));
  if (previous.data.train !== current.data.train) reasons.push('training rows changed');
  if (previous.data.validation !== current.data.validation) reasons.push('validation rows changed');
  if (previous.seed !== current.seed) reasons.push(`seed changed: ${previous.seed} → ${current.seed}`);
  if (previous.repeats !== current.repeats)
    reasons.push(`repeats changed: ${previous.repeats} → ${current.repeats}`);
  return reasons;
}

function explainFiles(previous: KeyDocument, current: KeyDocument): string[] {
  const before = new Map(previous.inputs.map(([path, mode, blob]) => [path, `${mode} ${blob}`]));
  const now = new Map(current.inputs.map(([path, mode, blob]) => [path, `${mode} ${blob}`]));
  const changed = [...now.keys()].filter((path) => before.has(path) && before.get(path) !== now.get(path));
  return [
    ...fileReasons('changed', changed),
    ...fileReasons(
      'added',
      [...now.keys()].filter((path) => !before.has(path)),
    ),
    ...fileReasons(
      'removed',
      [...before.keys()].filter((path) => !now.has(path)),
    ),
  ];
}

function fileReasons(what: string, paths: readonly string[]): string[] {
  const shown = paths.slice(0, SHOWN_FILES).map((path) => `input ${what}: ${path}`);
  const rest = paths.length - shown.length;
  return rest > 0 ? [...shown, `${rest} more inputs ${what}`] : shown;
}

function explainParams(previous: KeyDocument, current: KeyDocument): string[] {
  const [before, now] = [flatten(previous.params), flatten(current.params)];
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [old, fresh] = [textOf(before, name), textOf(now, name)];
    return old === fresh ? [] : [`param changed: ${name} ${old} → ${fresh}`];
  });
}

function textOf(leaves: ReadonlyMap<string, unknown>, name: string): string {
  return leaves.has(name) ? oneLine(JSON.stringify(leaves.get(name))) : '(none)';
}

type Environment = KeyDocument['environment'];

function explainEnvironment(previous: Environment, current: Environment): string[] {
  const reasons: string[] = [];
  if (previous.install !== current.install) {
    reasons.push(
      `install command changed: ${oneLine(previous.install ?? '(none)')} → ${oneLine(current.install ?? '(none)')}`,
    );
  }
  reasons.push(...explainMap('lock file', new Map(previous.lock), new Map(current.lock)));
  reasons.push(
    ...explainMap('variable', new Map(Object.entries(previous.env)), new Map(Object.entries(current.env))),
  );
  return reasons;
}

function explainMap(
  what: string,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    if (before.get(name) === now.get(name)) return [];
    const verb = !before.has(name) ? 'added' : !now.has(name) ? 'removed' : 'changed';
    return [`${what} ${verb}: ${name}`];
  });
}

const LONGEST = 80;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
