import { z } from 'zod';

import { readJsonObject } from './read-object.ts';

/** The parts of a Jupyter notebook (nbformat 4) that tell how a model is trained. */

const Cell = z.object({
  cell_type: z.string(),
  source: z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]),
});
const Notebook = z.object({ cells: z.array(z.unknown()) });

/** The code of all code cells; null when the text is no notebook. */
export function readNotebookCode(text: string): string | null {
  const file = Notebook.safeParse(readJsonObject(text));
  if (!file.success) return null;
  const cells = file.data.cells.flatMap((value) => {
    const cell = Cell.safeParse(value);
    return cell.success && cell.data.cell_type === 'code' ? [cell.data.source] : [];
  });
  return cells.join('\n\n');
}
