import { isOnnxFile } from '../onnx/sniff.ts';
import { headerLength } from '../safetensors/header.ts';
import type { Content } from './magic.ts';
import { textAt } from './text.ts';
import type { Ends } from './text.ts';

/** The type that pyarrow before 14.0.1 unpickled on reading (CVE-2023-47248), plain and as base64 at every offset. */
const PICKLED_TYPE = 'arrow.py_extension_type';
const PICKLED_TYPES = [
  PICKLED_TYPE,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + PICKLED_TYPE)
      .toString('base64')
      .slice(4, -4),
  ),
];

/** Binary formats that hold data only, and tables of which that is not true. */
export function dataOf(ends: Ends): Content | null {
  const content = binaryOf(ends);
  if (content?.format !== 'parquet' && content?.format !== 'arrow') return content;
  const pickled = [ends.head, ends.tail].some((bytes) =>
    PICKLED_TYPES.some((needle) => Buffer.from(bytes).includes(needle)),
  );
  return pickled ? { format: 'pickle', found: `${content.found} with pickled types` } : content;
}

function binaryOf({ head, tail, size }: Ends): Content | null {
  const start = textAt(head, 0, 32);
  const end = textAt(tail, Math.max(0, tail.length - 6), 6);
  if (start.startsWith('PAR1') && end.endsWith('PAR1')) return { format: 'parquet', found: 'Parquet' };
  if (start.startsWith('ARROW1\0\0') && end === 'ARROW1') return { format: 'arrow', found: 'Arrow' };
  if (start.startsWith('FEA1') && end.endsWith('FEA1')) return { format: 'arrow', found: 'Feather' };
  // Arrow's stream: a marker, then the length of the schema, padded to eight bytes.

  if (/^\xff{4}[^][^][^]\0/.test(start) && head[4]! % 8 === 0)
    return { format: 'arrow', found: 'an Arrow stream' };
  if (headerLength(head, size) !== null && /^\{\s*["}]/.test(start.slice(8)))
    return { format: 'safetensors', found: 'safetensors' };
  // UBJSON: an object whose first key has seven letters, its length in any integer type.
  // eslint-disable-next-line no-control-regex -- a binary header
  if (/^\{(?:[iU]|I\0|l\0{3}|L\0{7})\x07(?:learner|version)/.test(start))
    return { format: 'xgboost-ubj', found: 'an XGBoost model in UBJSON' };
  return isOnnxFile(head) ? { format: 'onnx', found: 'ONNX' } : null;
}

/** Models that are text. */
export function modelTextOf(head: Uint8Array): Content | null {
  const start = Buffer.from(head.subarray(0, 4096)).toString('utf8');
  if (/^tree\r?\n(?:version=v\d|num_class=\d)/.test(start))
    return { format: 'lightgbm-text', found: 'a LightGBM model' };
  if (/^\s*\{\s*"(?:version"\s*:\s*\[[\s\d,]*\]\s*,\s*")?learner"\s*:\s*\{/.test(start))
    return { format: 'xgboost-json', found: 'an XGBoost model in JSON' };
  if (/^\s*\{\s*"(?:ctr_data|features_info|model_info|oblivious_trees|scale_and_bias)"\s*:/.test(start))
    return { format: 'catboost-json', found: 'a CatBoost model in JSON' };
  return null;
}
