import { columnMissing } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { gather } from '../input/problems.ts';
import type { Problems } from '../input/problems.ts';
import { evaluateExpression, rowsOfMask } from './evaluate.ts';
import { columnsOf, parseExpression } from './expression.ts';
import { slicesOfColumn } from './levels.ts';
import type { Slice } from './levels.ts';

/** True where a declaration is a lone word: meant as a column. */
function isWord(declaration: string): boolean {
  return /^[\p{L}\p{N}_. -]+$/u.test(declaration) && !/\b(?:and|or|not|in|is)\b/.test(declaration);
}

function sliceOfExpression(
  declaration: string,
  table: Table,
  file: string | undefined,
  problems: Problems,
): Slice[] {
  const expression = gather(problems, () => parseExpression(declaration));
  if (expression === undefined) return [];
  const unknown = columnsOf(expression).filter((name) => !table.columns.has(name));
  for (const name of unknown) {
    const { code, message, ...more } = columnMissing(table, name, file);
    problems.add(code, `slice "${declaration}": ${message}`, more);
  }
  if (unknown.length > 0) return [];
  return [
    { name: declaration, declared: declaration, rows: rowsOfMask(evaluateExpression(expression, table)) },
  ];
}

/**
 * The slices that a config or command line declares, over the columns of a table: a column gives one slice per level,
 * everything else is read as an expression. Unknown columns are problems with the nearest name.
 */
export function declaredSlices(
  declarations: readonly string[],
  table: Table,
  problems: Problems,
  file?: string,
): Slice[] {
  return [...new Set(declarations.map((text) => text.trim()))].flatMap((declaration) => {
    const column = table.columns.get(declaration);
    if (column !== undefined) return slicesOfColumn(declaration, column, problems);
    if (isWord(declaration)) {
      const { code, message, ...more } = columnMissing(table, declaration, file);
      problems.add(code, `slice ${declaration}: ${message}`, more);
      return [];
    }
    return sliceOfExpression(declaration, table, file, problems);
  });
}
