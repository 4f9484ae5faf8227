import { Decision } from '../../contracts/decision.ts';
import { Held, MODEL_STATE_SCHEMA, type ModelState } from '../../contracts/model-state.ts';

/**
 * The schema of a state (contracts/model-state.ts) once more, as plain checks: a log's states hold thousands of versions
 * and are read by every command, where the schema itself takes ten times as long. It also asks for members in the order
 * of canonical JSON, so that JSON.stringify of what passes is canonical.
 */

type Check = (value: unknown) => boolean;

/**
 * True for a value that the schema of states accepts, its members in canonical order (the stages' names in any).
 * `versionsKnown`: that of the versions was found in their text already ({@link versionLines}).
 */
export function isModelState(value: unknown, versionsKnown = false): value is ModelState {
  return versionsKnown ? STATE_OF_KNOWN(value) : STATE(value);
}

/**
 * Where the versions stand in a state's text, each in a line of its own as canonical JSON that the schema accepts: half
 * of the time that reading them takes otherwise. Null where a line is not plainly so: strings with escapes, no versions.
 */
export function versionLines(text: string): { readonly from: number; readonly to: number } | null {
  const from = text.indexOf(VERSIONS) + VERSIONS.length;
  if (from < VERSIONS.length) return null;
  for (let at = from; ; at = VERSION_LINE.lastIndex + 2) {
    VERSION_LINE.lastIndex = at;
    if (!VERSION_LINE.test(text)) return null;
    const to = VERSION_LINE.lastIndex;
    if (text.startsWith('\n ],\n', to)) return { from, to };
    if (!text.startsWith(',\n', to)) return null;
  }
}

const VERSIONS = ' "versions": [\n';

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const one = (...values: readonly string[]): Check => {
  const known = new Set<unknown>(values);
  return (value) => known.has(value);
};
const upTo =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'string' && value.length >= min && value.length <= max;
const hex =
  (digits: number): Check =>
  (value) =>
    typeof value === 'string' && value.length === digits && !/[^0-9a-f]/.test(value);

/** Exactly these members, in this order. */
function members(checks: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(checks);
  const each = Object.values(checks);
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    let at = 0;
    // Of what JSON.parse makes nothing is inherited; entries or keys as an array would take longer than all the rest.
    for (const name in value) {
      if (name !== names[at] || !each[at]!((value as Record<string, unknown>)[name])) return false;
      at++;
    }
    return at === names.length;
  };
}

function record(check: Check): Check {
  return (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(check);
}

/** A stage holds at most one set of weights: the schema itself is quick enough. */
const weights: Check = (value) => {
  if (value === null) return true;
  if (!Held.shape.weights.safeParse(value).success) return false;
  const names = Object.keys(value as object);
  return names.every((name, at) => at === 0 || names[at - 1]! < name);
};

const id: Check = (value) => number(value) && (value as number) >= 0;
const PERSON = members({ id, login: upTo(1, 100) });
const VERDICT = members({
  decision: one(...Decision.options),
  holdout: one('hidden', 'visible'),
  reason: upTo(0, 60),
});
const VERSION = members({
  at: text,
  authors: list(PERSON),
  commit: hex(40),
  evaluation: orNull(hex(64)),
  manifest: orNull(hex(64)),
  n: number,
  pull: orNull(number),
  verdict: orNull(VERDICT),
  version: text,
});
const HELD = members({
  actor: PERSON,
  at: text,
  n: number,
  op: one('promote', 'rollback', 'genesis'),
  request: hex(64),
  status: one('pending', 'verified', 'failed'),
  version: text,
  weights,
});
const STAGE = members({
  held: orNull(HELD),
  verified: list(members({ at: text, n: number, until: orNull(text), version: text })),
  withdrawn: list(members({ at: text, n: number, version: text })),
  frozen: orNull(members({ actor: PERSON, at: text, n: number, reason: text })),
});
const state = (versions: Check): Check =>
  members({
    schema: one(MODEL_STATE_SCHEMA),
    model: text,
    n: number,
    versions,
    stages: record(STAGE),
    accepted: list(
      members({
        actor: PERSON,
        evaluation: hex(64),
        n: number,
        op: one('accept', 'accept-test'),
        reason: text,
      }),
    ),
  });
const STATE = state(list(VERSION));
const STATE_OF_KNOWN = state((value) => Array.isArray(value));

/** A line of a version, as {@link VERSION} checks it; texts without anything that JSON escapes. */
const VERSION_LINE = (() => {
  const string = (length = '*') => String.raw`"[^"\\\x00-\x1f]${length}"`;
  const int = String.raw`(?:0|[1-9]\d{0,14})`;
  const digits = (count: number) => `"[0-9a-f]{${count}}"`;
  const orNothing = (of: string) => `(?:null|${of})`;
  const person = String.raw`\{"id":${int},"login":${string('{1,100}')}\}`;
  const decision = `"(?:${Decision.options.join('|')})"`;
  const verdict = String.raw`\{"decision":${decision},"holdout":"(?:hidden|visible)","reason":${string('{0,60}')}\}`;
  const parts = {
    at: string(),
    authors: String.raw`\[(?:${person}(?:,${person})*)?\]`,
    commit: digits(40),
    evaluation: orNothing(digits(64)),
    manifest: orNothing(digits(64)),
    n: int,
    pull: orNothing(int),
    verdict: orNothing(verdict),
    version: string(),
  };
  const all = Object.entries(parts).map(([name, part]) => `"${name}":${part}`);
  return new RegExp(String.raw`  \{${all.join(',')}\}`, 'y');
})();
