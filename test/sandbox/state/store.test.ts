import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { sqliteBacking } from '../../../sandbox/state/sqlite.ts';
import { Store, type Backing } from '../../../sandbox/state/store.ts';

interface Row {
  readonly id: number;
  readonly group: string;
  readonly value: number;
}

function open(backing?: Backing) {
  const store = new Store(backing);
  const rows = store.table<Row>()('rows', {
    key: (row) => row.id,
    indexes: { group: (row) => row.group, large: (row) => (row.value > 50 ? 'yes' : undefined) },
  });
  store.load();
  return { store, rows };
}

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sandbox-state-'));
  folders.push(made);
  return made;
}
afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    row: fc.record({
      id: fc.integer({ min: 1, max: 20 }),
      group: fc.constantFrom('a', 'b'),
      value: fc.integer({ min: 0, max: 100 }),
    }),
  }),
  fc.record({ kind: fc.constant('remove' as const), id: fc.integer({ min: 1, max: 20 }) }),
);
const transaction = fc.record({ steps: fc.array(step, { maxLength: 6 }), fails: fc.boolean() });

function check(rows: ReturnType<typeof open>['rows'], model: ReadonlyMap<number, Row>): void {
  const sorted = [...model.values()].sort((a, b) => a.id - b.id);
  expect([...rows.all()].sort((a, b) => a.id - b.id)).toEqual(sorted);
  for (const group of ['a', 'b']) {
    expect(rows.where('group', group)).toEqual(sorted.filter((row) => row.group === group));
  }
  expect(rows.where('large', 'yes')).toEqual(sorted.filter((row) => row.value > 50));
}

describe('the store', () => {
  it('equals a plain map through transactions that commit, fail and restart', () => {
    fc.assert(
      fc.property(fc.array(transaction, { maxLength: 12 }), (transactions) => {
        const file = join(folder(), 'state.db');
        let { store, rows } = open(sqliteBacking(file));
        const model = new Map<number, Row>();
        for (const { steps, fails } of transactions) {
          const next = new Map(model);
          const run = () => {
            store.transaction(() => {
              for (const one of steps) {
                if (one.kind === 'put') {
                  rows.put(one.row);
                  next.set(one.row.id, one.row);
                } else {
                  rows.remove(one.id);
                  next.delete(one.id);
                }
              }
              if (fails) throw new Error('undone');
            });
          };
          if (fails) expect(run).toThrow('undone');
          else {
            run();
            model.clear();
            for (const [id, row] of next) model.set(id, row);
          }
          check(rows, model);
        }
        store.close();
        ({ store, rows } = open(sqliteBacking(file)));
        check(rows, model);
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  it('is shared with another, and neither sees what the other changes afterwards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ which: fc.nat(3), fork: fc.boolean(), change: transaction }), { maxLength: 20 }),
        (changes) => {
          const worlds = [{ ...open(), model: new Map<number, Row>() }];
          for (const { which, fork, change } of changes) {
            const world = worlds[which % worlds.length]!;
            if (fork) {
              const forked = open();
              forked.store.share(world.store);
              worlds.push({ ...forked, model: new Map(world.model) });
              continue;
            }
            const before = [...world.model];
            try {
              world.store.transaction(() => {
                for (const one of change.steps) {
                  if (one.kind === 'put') world.model.set(world.rows.put(one.row).id, one.row);
                  else {
                    world.rows.remove(one.id);
                    world.model.delete(one.id);
                  }
                }
                if (change.fails) throw new Error('undone');
              });
            } catch {
              world.model = new Map(before);
            }
          }
          for (const { rows, model } of worlds) check(rows, model);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is not shared while a transaction runs', () => {
    const { store } = open();
    store.transaction(() => {
      expect(() => {
        open().store.share(store);
      }).toThrow('while a transaction runs');
    });
  });

  it('refuses a change outside a transaction', () => {
    const { rows } = open();
    expect(() => rows.put({ id: 1, group: 'a', value: 1 })).toThrow('outside a transaction');
  });

  it('numbers without gaps, and gives a number back when its transaction fails', () => {
    const { store } = open();
    expect(store.transaction(() => store.next('id'))).toBe(1);
    expect(() =>
      store.transaction(() => {
        store.next('id');
        throw new Error('undone');
      }),
    ).toThrow('undone');
    expect(store.transaction(() => store.next('id'))).toBe(2);
  });

  it('acts after a commit only if there was one', () => {
    const { store } = open();
    const seen: string[] = [];
    store.transaction(() => {
      store.afterCommit(() => seen.push('committed'));
      expect(seen).toEqual([]);
    });
    expect(() =>
      store.transaction(() => {
        store.afterCommit(() => seen.push('never'));
        store.afterRollback(() => seen.push('rolled back'));
        throw new Error('undone');
      }),
    ).toThrow();
    expect(seen).toEqual(['committed', 'rolled back']);
  });

  it('keeps what was committed when the disk refuses, and leaves memory as it was', () => {
    const commits: unknown[] = [];
    let full = false;
    const { store, rows } = open({
      load: () => undefined,
      commit: (changes) => {
        if (full) throw new Error('disk full');
        commits.push(changes);
      },
      close: () => undefined,
    });
    store.transaction(() => rows.put({ id: 1, group: 'a', value: 1 }));
    full = true;
    expect(() => store.transaction(() => rows.put({ id: 1, group: 'b', value: 2 }))).toThrow('disk full');
    expect(rows.get(1)).toEqual({ id: 1, group: 'a', value: 1 });
    expect(rows.count('group', 'b')).toBe(0);
    expect(commits).toHaveLength(1);
  });

  it('is one process’s at a time', () => {
    const file = join(folder(), 'state.db');
    const first = sqliteBacking(file);
    expect(() => sqliteBacking(file)).toThrow(/locked/);
    first.close();
    sqliteBacking(file).close();
  });
});
