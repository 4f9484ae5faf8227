import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { gitBlobId, sha256 } from '../../../../src/contracts/digest.ts';
import { ModelState } from '../../../../src/contracts/model-state.ts';
import { applyEntry, foldEntries } from '../../../../src/registry/index.ts';
import { isModelState } from '../../../../src/registry/log/state-check.ts';
import { parseState, stateBlob, stateText } from '../../../../src/registry/log/state-text.ts';
import { entry } from '../../../support/log-entries.ts';

const stage = 'production';

/** A state in which every member of the schema occurs, and every one that may be null is so somewhere. */
const full = foldEntries([
  entry(1, 'genesis', { version: 'v0.9.0' }),
  entry(2, 'register', {
    version: 'v1.0.0',
    evaluation: sha256('e'),
    pull: 7,
    authors: [{ id: 2, login: 'writer' }],
    verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' },
  }),
  entry(3, 'promote', { version: 'v0.9.0', stage }),
  entry(4, 'verified', { of: 3, stage }),
  entry(5, 'promote', { version: 'v1.0.0', stage }),
  entry(6, 'advance', { of: 5, stage, weights: { 'v0.9.0': 75, 'v1.0.0': 25 } }),
  entry(7, 'freeze', { stage, reason: 'incident' }),
  entry(8, 'freeze', { stage: 'staging', reason: '' }),
  entry(9, 'accept', { evaluation: sha256('e'), reason: 'known' }),
]).get('churn')!;

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const canonical = () => JSON.parse(stateText(full)) as Json;

/** Every place of a value: how to reach it. */
function placesOf(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Array.isArray(value) ? value.map((item, at) => [at, item] as const) : Object.entries(value);
  return [path, ...below.flatMap(([name, item]) => placesOf(item, [...path, name]))];
}

/** The value with something else at a place; undefined: nothing there. */
function changed(value: Json, path: readonly (string | number)[], to: Json | undefined): Json {
  const [name, ...rest] = path;
  if (name === undefined) return to ?? null;
  const put = (was: Json | undefined) => (rest.length === 0 ? to : changed(was ?? null, rest, to));
  if (Array.isArray(value))
    return value.map((item, at) => (at === name ? put(item) : item)).filter((item) => item !== undefined);
  const members = Object.entries(value as Record<string, Json>);
  if (!members.some(([each]) => each === name)) members.push([String(name), null]);
  return Object.fromEntries(
    members
      .map(([each, item]) => [each, each === name ? put(item) : item] as const)
      .filter((member): member is [string, Json] => member[1] !== undefined),
  );
}

const at = (value: Json, path: readonly (string | number)[]) =>
  path.reduce<Json>((found, name) => (found as Record<string | number, Json>)[name] ?? null, value);

const others = fc.constantFrom<Json | undefined>(
  undefined,
  null,
  true,
  -1,
  1.5,
  0,
  '',
  'x',
  'f'.repeat(40),
  'F'.repeat(64),
  'a'.repeat(64),
  'y'.repeat(101),
  [],
  {},
  [{}],
  { 'v01.0.0': 5 },
  { 'v1.0.0': 101 },
  { x: 1 },
);

describe('the quick check of states', () => {
  test('says what the schema says, whatever is put in whichever place', () => {
    const places = placesOf(canonical());
    fc.assert(
      fc.property(fc.constantFrom(...places), others, (path, other) => {
        // Its schema is the entry's, where it may be left out.
        fc.pre(other !== undefined || path.at(-1) !== 'weights');
        const value = changed(canonical(), path, other);
        expect(isModelState(value)).toBe(ModelState.safeParse(value).success);
      }),
      { numRuns: 1500 },
    );
  });

  test('refuses members more, anywhere', () => {
    for (const path of placesOf(canonical())) {
      const where = at(canonical(), path);
      if (typeof where !== 'object' || where === null || Array.isArray(where)) continue;
      const value = changed(canonical(), [...path, 'more'], 'x');
      if (ModelState.safeParse(value).success) continue;
      expect(isModelState(value), path.join('.')).toBe(false);
    }
  });

  test('accepts no other order of members', () => {
    const { at: time, ...version } = (JSON.parse(stateText(full)) as ModelState).versions[1]!;
    const value = changed(canonical(), ['versions', 1], { ...version, at: time });
    expect(ModelState.safeParse(value).success).toBe(true);
    expect(isModelState(value)).toBe(false);
  });
});

describe('a state as text', () => {
  test('comes back equal, with the id git gives to the text', () => {
    expect(parseState(stateText(full))).toEqual(full);
    expect(stateBlob(parseState(stateText(full))!)).toBe(gitBlobId(Buffer.from(stateText(full))));
  });

  test('has a line for each version, so that one entry changes a few lines', () => {
    expect(
      stateText(full)
        .split('\n')
        .filter((line) => line.includes('"commit":')),
    ).toHaveLength(2);
  });

  test('is refused in any other form of the same value', () => {
    const text = stateText(full);
    for (const other of [
      JSON.stringify(full),
      `${text}\n`,
      text.replace('"n": 9', '"n":9'),
      text.replace('25', '2.5e1'),
    ])
      expect(parseState(other)).toBeNull();
    for (const none of ['', '{}', 'null', '[]', 'x']) expect(parseState(none)).toBeNull();
  });

  test('is refused where its versions stand in it twice, whatever stands in them', () => {
    const text = stateText(full);
    for (const versions of ['[1]', '[null]', '[]', JSON.stringify(full.versions)])
      expect(parseState(text.replace('"stages": {', `"versions": ${versions},\n "stages": {`))).toBeNull();
  });

  test('is refused with any character of a version changed to what the schema does not accept', () => {
    const text = stateText(full);
    const [line = ''] = text
      .split('\n')
      .filter((one) => one.includes('"v1.0.0"') && one.includes('"commit"'));
    for (const other of [
      line.replace('"pass"', '"passed"'),
      line.replace('"pull":7', '"pull":07'),
      line.replace('"pull":7', '"pull":7.0'),
      line.replace('"visible"', '"shown"').replace('"hidden"', '"shown"'),
      line.replace(/"evaluation":"[0-9a-f]/u, '"evaluation":"G'),
      line.replace('"login":"writer"', '"login":""'),
      line.replace('{"at"', '{ "at"'),
      line.replace(/"commit":"[0-9a-f]+",/u, ''),
    ]) {
      expect(other).not.toBe(line);
      expect(parseState(text.replace(line, other))).toBeNull();
    }
  });

  test('comes back equal whatever people are called and verdicts say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { maxLength: 3 }),
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (logins, reason, count) => {
          const states = foldEntries(
            Array.from({ length: count }, (_, at) =>
              entry(at + 1, 'register', {
                version: `v1.${at}.0`,
                authors: logins.map((login, id) => ({ id, login })),
                verdict: { decision: 'pass', reason, holdout: 'hidden' },
              }),
            ),
          );
          const state = states.get('churn')!;
          const read = parseState(stateText(state));
          expect(read).toEqual(state);
          const next = entry(count + 1, 'register', { version: 'v2.0.0' });
          expect(stateBlob(applyEntry(read, next))).toBe(stateBlob(applyEntry(state, next)));
        },
      ),
    );
  });

  test('is taken up again by further entries as if it had never been text', () => {
    const next = entry(10, 'register', { version: 'v2.0.0' });
    const again = applyEntry(parseState(stateText(full)), next);
    expect(stateText(again)).toBe(stateText(applyEntry(full, next)));
  });
});
