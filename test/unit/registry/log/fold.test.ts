import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { OPS, type Entry, type EntryDraft, type Op } from '../../../../src/contracts/entry.ts';
import { ModelState } from '../../../../src/contracts/model-state.ts';
import { applyEntry, foldEntries, stageOf } from '../../../../src/registry/index.ts';
import { parseState, stateText } from '../../../../src/registry/log/state-text.ts';
import { entry, OWNER } from '../../../support/log-entries.ts';

const stage = 'staging';
const evaluation = sha256('evaluation');

/** What a stage may have come to; it holds v1.0.0 since entry 3. */
const STATUSES = ['nothing', 'pending', 'verified', 'failed'] as const;
type Status = (typeof STATUSES)[number];

function entriesTo(status: Status, frozen: boolean): Entry[] {
  const entries = [entry(1, 'register'), entry(2, 'register', { version: 'v2.0.0' })];
  if (status !== 'nothing') entries.push(entry(3, 'promote', { version: 'v1.0.0', stage }));
  if (status === 'verified' || status === 'failed') entries.push(entry(4, status, { of: 3, stage }));
  if (frozen) entries.push(entry(5, 'freeze', { stage, reason: 'incident' }));
  return entries;
}

/** Entries that an op may come as, and where each fits. */
const CASES: readonly [Op, string, Partial<EntryDraft>, (status: Status, frozen: boolean) => boolean][] = [
  ['register', 'a new version', { version: 'v3.0.0' }, () => true],
  ['register', 'a known version', { version: 'v1.0.0' }, () => false],
  ['genesis', 'a new version', { version: 'v3.0.0' }, () => true],
  ['genesis', 'a known version alone', { version: 'v1.0.0' }, () => false],
  ['genesis', 'what a stage holds', { version: 'v1.0.0', stage }, (status) => status === 'nothing'],
  [
    'promote',
    'what it holds',
    { version: 'v1.0.0', stage },
    (status, frozen) => !frozen && (status === 'nothing' || status === 'failed'),
  ],
  ['promote', 'another version', { version: 'v2.0.0', stage }, (_, frozen) => !frozen],
  ['promote', 'an unknown version', { version: 'v3.0.0', stage }, () => false],
  ['promote', 'other bytes', { version: 'v2.0.0', stage, manifest: sha256('other') }, () => false],
  ['rollback', 'to what it holds', { version: 'v1.0.0', stage }, () => false],
  ['rollback', 'to another version', { version: 'v2.0.0', stage }, (status) => status !== 'nothing'],
  ['rollback', 'to an unknown version', { version: 'v3.0.0', stage }, () => false],
  [
    'advance',
    'of what it follows',
    { of: 3, stage, weights: { 'v1.0.0': 25 } },
    (status) => status === 'pending',
  ],
  ['advance', 'without weights', { of: 3, stage }, () => false],
  ['verified', 'of what it follows', { of: 3, stage }, (status) => status === 'pending'],
  ['verified', 'of another entry', { of: 2, stage }, () => false],
  ['verified', 'of another version', { of: 3, stage, version: 'v2.0.0' }, () => false],
  ['failed', 'of what it follows', { of: 3, stage }, (status) => status === 'pending'],
  ['failed', 'of no entry', { stage }, () => false],
  ['freeze', 'a stage', { stage, reason: 'incident' }, (_, frozen) => !frozen],
  ['unfreeze', 'a stage', { stage }, (_, frozen) => frozen],
  ['accept', 'an evaluation', { evaluation, reason: 'known' }, () => true],
  ['accept', 'nothing', {}, () => false],
  ['accept-test', 'an evaluation', { evaluation }, () => true],
];

describe('each op on each state of a stage', () => {
  test('no op is left out', () => {
    expect(new Set(CASES.map(([op]) => op))).toEqual(new Set(OPS));
  });

  const matrix = STATUSES.flatMap((status) => [false, true].map((frozen) => ({ status, frozen })));
  test.each(matrix)('$status, frozen: $frozen', ({ status, frozen }) => {
    const before = foldEntries(entriesTo(status, frozen)).get('churn')!;
    const text = stateText(before);
    for (const [op, what, more, fits] of CASES) {
      const next = entry(6, op, more);
      const apply = () => applyEntry(before, next);
      if (!fits(status, frozen)) {
        expect(apply, `${op} ${what}`).toThrow(/entry 6 \(.*\) does not fit the log: /u);
        continue;
      }
      const after = apply();
      expect(after.n, `${op} ${what}`).toBe(6);
      expect(ModelState.safeParse(after).success).toBe(true);
      const { held } = stageOf(after, stage);
      if (op === 'promote' || op === 'rollback')
        expect(held).toMatchObject({ n: 6, op, version: next.version, status: 'pending' });
      else if (op === 'verified' || op === 'failed')
        expect(held).toMatchObject({ n: 3, status: op, weights: null });
      else if (op === 'advance') expect(held).toMatchObject({ n: 3, weights: { 'v1.0.0': 25 } });
      else if (next.stage === undefined) expect(after.stages).toEqual(before.stages);
    }
    expect(stateText(before)).toBe(text);
    expect(JSON.parse(text)).toEqual(before);
  });

  const lacking: [Op, Partial<EntryDraft>, string][] = [
    ['register', { version: 'v3.0.0', stage }, 'it names a stage'],
    ['promote', { version: 'v2.0.0' }, 'it names no stage'],
    ['promote', { stage }, 'it names no version'],
    ['freeze', {}, 'it names no stage'],
    ['genesis', { version: 'v3.0.0', manifest: sha256('x') }, 'no manifest of ours'],
  ];
  test.each(lacking)('%s %j is refused: %s', (op, more, why) => {
    const before = foldEntries(entriesTo('verified', false)).get('churn')!;
    expect(() => applyEntry(before, entry(6, op, more))).toThrow(why);
  });

  test('an entry of another model, or of a number that was there', () => {
    const before = foldEntries(entriesTo('verified', false)).get('churn')!;
    expect(() => applyEntry(before, entry(6, 'register', { model: 'fraud' }))).toThrow(/that of churn/u);
    expect(() => applyEntry(before, entry(4, 'register', { version: 'v3.0.0' }))).toThrow(
      /entry 4 of this model/u,
    );
  });

  test('a model that the log has not heard of cannot be frozen', () => {
    expect(() => applyEntry(null, entry(1, 'freeze', { stage }))).toThrow(/has not heard of this model/u);
  });
});

describe('how long a version ran verified', () => {
  test('goes on when it is verified again, ends when another one is, and is forgotten when it fails', () => {
    const at = (n: number) => entry(n, 'register').at;
    const entries = [
      ...entriesTo('verified', false),
      entry(5, 'promote', { version: 'v2.0.0', stage }),
      entry(6, 'verified', { of: 5, stage }),
    ];
    const spans = () => stageOf(foldEntries(entries).get('churn')!, stage).verified;
    expect(spans()).toEqual([
      { version: 'v1.0.0', n: 4, at: at(4), until: at(6) },
      { version: 'v2.0.0', n: 6, at: at(6), until: null },
    ]);
    entries.push(entry(7, 'rollback', { version: 'v1.0.0', stage }));
    expect(spans()).toEqual([{ version: 'v1.0.0', n: 4, at: at(4), until: at(6) }]);
    entries.push(entry(8, 'verified', { of: 7, stage }));
    expect(spans()).toEqual([{ version: 'v1.0.0', n: 8, at: at(8), until: null }]);
    const withdrawn = () => stageOf(foldEntries(entries).get('churn')!, stage).withdrawn;
    expect(withdrawn()).toEqual([{ version: 'v2.0.0', n: 7, at: at(7) }]);
    entries.push(entry(9, 'promote', { version: 'v2.0.0', stage }), entry(10, 'failed', { of: 9, stage }));
    expect(spans()).toEqual([{ version: 'v1.0.0', n: 8, at: at(8), until: null }]);
    expect(withdrawn()).toEqual([{ version: 'v2.0.0', n: 10, at: at(10) }]);
  });
});

/** Any history: drafts that mostly fit, of which those are kept that do. */
const history = fc
  .array(
    fc.record({
      op: fc.constantFrom(...OPS),
      model: fc.constantFrom('churn', 'fraud'),
      version: fc.constantFrom('v1.0.0', 'v1.1.0', 'v2.0.0'),
      stage: fc.constantFrom('staging', 'production', 'constructor', 'valueOf'),
      of: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    const models = new Map<string, ModelState>();
    const entries: Entry[] = [];
    for (const { op, model, version, stage: name, of } of steps) {
      const state = models.get(model) ?? null;
      const held = state === null ? null : stageOf(state, name).held;
      const more: Partial<EntryDraft> =
        op === 'register'
          ? { version }
          : op === 'accept' || op === 'accept-test'
            ? { evaluation }
            : op === 'promote' || op === 'rollback' || op === 'genesis'
              ? { version, stage: name }
              : { stage: name, of: of % 3 === 0 ? of : (held?.n ?? of), weights: { [version]: 50 } };
      const next = entry(entries.length + 1, op, { model, actor: OWNER, ...more });
      try {
        models.set(model, applyEntry(state, next));
        entries.push(next);
      } catch {
        // Does not fit: the log would not hold it.
      }
    }
    return entries;
  });

describe('whatever the history', () => {
  test('numbers are contiguous, and the states the same however often the fold is taken up', () => {
    fc.assert(
      fc.property(history, fc.nat(), (entries, cut) => {
        expect(entries.map(({ n }) => n)).toEqual(entries.map((_, at) => at + 1));
        const at = cut % (entries.length + 1);
        const models = new Map<string, ModelState>();
        for (const [model, state] of foldEntries(entries.slice(0, at)))
          models.set(model, parseState(stateText(state))!);
        for (const one of entries.slice(at))
          models.set(one.model, applyEntry(models.get(one.model) ?? null, one));
        const whole = foldEntries(entries);
        expect([...models.keys()].sort()).toEqual([...whole.keys()].sort());
        for (const [model, state] of whole) expect(stateText(models.get(model)!)).toBe(stateText(state));
      }),
    );
  });

  test('states are those of the schema and come back from their text', () => {
    fc.assert(
      fc.property(history, (entries) => {
        for (const state of foldEntries(entries).values()) {
          expect(ModelState.parse(state)).toEqual(state);
          expect(parseState(stateText(state))).toEqual(state);
        }
      }),
    );
  });

  test('what a stage follows never falls back, and one version at most runs verified', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const seen = new Map<string, number>();
        const models = new Map<string, ModelState>();
        for (const one of entries) {
          const state = applyEntry(models.get(one.model) ?? null, one);
          models.set(one.model, state);
          for (const [name, { held, verified }] of Object.entries(state.stages)) {
            const key = `${one.model} ${name}`;
            expect(held?.n ?? 0).toBeGreaterThanOrEqual(seen.get(key) ?? 0);
            seen.set(key, held?.n ?? 0);
            expect(verified.filter(({ until }) => until === null).length).toBeLessThanOrEqual(1);
            expect(new Set(verified.map(({ version }) => version)).size).toBe(verified.length);
          }
        }
      }),
    );
  });
});
