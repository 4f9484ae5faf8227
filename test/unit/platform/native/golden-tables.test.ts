import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { createTableFiles } from '../../../../src/platform/native/duckdb-tables.ts';
import { textAt } from '../../../../src/table/index.ts';
import type { Column } from '../../../../src/table/index.ts';

/** What test/golden/tables.py wrote with pandas and pyarrow, and what Python reads in it. */
const FOLDER = join(import.meta.dirname, '../../../golden/data/tables');
type Cells = readonly [kind: Column['kind'], cells: readonly (string | number | null)[]];
const EXPECTED = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, Cells>
>;

const tables = createTableFiles();

function cellsOf(column: Column): (string | number | null)[] {
  if (column.kind === 'text') return Array.from(column.codes, (_, row) => textAt(column, row));
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
}

function wanted([kind, cells]: Cells): (string | number | null)[] {
  return cells.map((cell) => (kind === 'number' && cell !== null ? Number(cell) : cell));
}

describe.each(Object.entries(EXPECTED))('%s as the peers wrote it', (name, columns) => {
  it('is read cell for cell as Python reads it', async () => {
    const table = await tables.read([join(FOLDER, name)], {});

    for (const [column, cells] of Object.entries(columns)) {
      const read = table.columns.get(column);
      expect(read?.kind, column).toBe(cells[0]);
      expect(cellsOf(read!), column).toEqual(wanted(cells));
    }
  });

  it('is divided into parts that hold exactly its rows', async () => {
    const { mkdtemp, rm } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const folder = await mkdtemp(join(tmpdir(), 'slipway-golden-'));
    const source = join(FOLDER, name);
    const targets = ['a', 'b'].map((part) => join(folder, part + name.slice(name.indexOf('.'))));
    const table = await tables.read([source], {});
    const parts = Uint8Array.from({ length: table.rows }, (_, row) => [0, 1, 0, 255, 1][row % 5]!);

    await tables.partition([source], {}, { parts, targets });

    for (const [part, target] of targets.entries()) {
      const rows = [...parts.keys()].filter((row) => parts[row] === part);
      const own = await tables.read([target], {});
      expect([...own.columns.keys()]).toEqual([...table.columns.keys()]);
      for (const [column, values] of own.columns) {
        const all = table.columns.get(column)!;
        const texts = rows.map((row) => textAt(all, row));
        expect(
          rows.map((_, row) => textAt(values, row)),
          column,
        ).toEqual(texts);
      }
    }
    await rm(folder, { recursive: true });
  });
});
