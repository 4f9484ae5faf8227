import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Store } from '../../../sandbox/state/store.ts';

interface Row {
  readonly id: number;
  readonly labels: readonly string[];
  readonly updated: string;
}

function table() {
  const store = new Store();
  const rows = store.table<Row>()('rows', {
    key: (row) => row.id,
    indexes: {
      label: (row) => row.labels,
      updated: { of: (row) => row.labels.length, order: (row) => row.updated },
    },
  });
  return { store, rows };
}

const anyRow = fc.record({
  id: fc.integer({ min: 1, max: 12 }),
  labels: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
  updated: fc.constantFrom('1', '2', '3', '4'),
});
const step = fc.oneof(
  fc.record({ put: anyRow }),
  fc.record({ remove: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ undone: anyRow }),
);

test('an index holds a row under each of its values, in its order, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, rows } = table();
      const model = new Map<number, Row>();
      for (const one of steps) {
        if ('put' in one) {
          store.transaction(() => rows.put(one.put));
          model.set(one.put.id, one.put);
        } else if ('remove' in one) {
          store.transaction(() => {
            rows.remove(one.remove);
          });
          model.delete(one.remove);
        } else {
          expect(() =>
            store.transaction(() => {
              rows.put(one.undone);
              throw new Error('undone');
            }),
          ).toThrow('undone');
        }
      }
      const all = [...model.values()].sort((one, other) => one.id - other.id);
      for (const label of ['a', 'b', 'c'])
        expect(rows.where('label', label)).toEqual(all.filter((row) => row.labels.includes(label)));
      for (const count of [0, 1, 2, 3]) {
        const wanted = all.filter((row) => row.labels.length === count);
        wanted.sort((one, other) => Number(one.updated) - Number(other.updated) || one.id - other.id);
        expect(rows.where('updated', count)).toEqual(wanted);
      }
    }),
  );
});
