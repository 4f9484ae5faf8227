import { InputError } from '../../contracts/errors.ts';
import { isOnnxFile } from '../../formats/index.ts';
import type { Table } from '../../table/index.ts';
import type { OnnxRuntime } from '../ports.ts';
import { predictOnnx } from './predict-onnx.ts';
import type { OnnxPredictionRequest } from './predict-onnx.ts';

/**
 * What a file given on the command line says of the rows: an ONNX model predicts them, anything else is read as a
 * table of predictions. The file's content decides, not its name.
 *
 * `rows` are what a model predicts; without them a model is refused (InputError MODEL_INPUT). The answer of a model is
 * in the order of `rows` and has no id; that of a table is the table as `readTable` gives it.
 */
export async function predictionsFrom(
  path: string,
  rows: Omit<OnnxPredictionRequest, 'model'> | null,
  ports: { readonly onnx: OnnxRuntime; readTable(path: string): Promise<Table> },
): Promise<{ readonly kind: 'model' | 'table'; readonly table: Table }> {
  if (!isOnnxFile(await ports.onnx.head(path)))
    return { kind: 'table', table: await readNamedTable(path, (file) => ports.readTable(file)) };
  if (rows === null) {
    throw new InputError({
      code: 'MODEL_INPUT',
      message: `${path}: is an ONNX model, and there are no rows for it to predict`,
      file: path,
      hint: 'Give the rows with --data FILE.',
    });
  }
  return { kind: 'model', table: await predictOnnx({ ...rows, model: path }, ports) };
}

/** Reads a table; what is called a model and is neither is said to be a broken model. */
async function readNamedTable(path: string, readTable: (path: string) => Promise<Table>): Promise<Table> {
  try {
    return await readTable(path);
  } catch (error) {
    const isNoTable = error instanceof InputError && ['FORMAT_UNKNOWN', 'FILE_EMPTY'].includes(error.code);
    if (!isNoTable || !/\.onnx$/i.test(path)) throw error;
    const message = `${path} is not an ONNX model: its first bytes are not those of one`;
    const hint = 'Export or fetch the model again.';
    throw new InputError({ code: 'MODEL_UNREADABLE', message, file: path, hint }, { cause: error });
  }
}
