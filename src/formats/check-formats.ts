import type { Problem } from '../contracts/errors.ts';
import { MODEL_FORMATS, RISKY_FORMATS, SIDECAR_FORMATS } from '../contracts/model-formats.ts';
import type { FileFormat, ModelFormat, RiskyFormat } from '../contracts/model-formats.ts';
import { isRisky } from './identify/identify.ts';
import type { Identified } from './identify/identify.ts';

/** A file of a version, by its path there. */
export interface CheckedFile {
  readonly path: string;
  readonly identified: Identified;
}

/**
 * The gate before registration: one FORMAT_REFUSED problem for each file whose format may not be registered, naming the
 * file, what was found and the way out. `allowed` is `registry.formats` of the config, by default every model format
 * that holds data only; tables and texts beside a model always pass. `external` holds the paths of ONNX external data
 * (see checkExternalData): raw numbers, which no format can be seen in.
 */
export function checkFormats(
  files: readonly CheckedFile[],
  allowed: readonly ModelFormat[] = MODEL_FORMATS,
  external: ReadonlySet<string> = new Set(),
): Problem[] {
  const passes = new Set<FileFormat>(allowed);
  const models = files.filter(
    ({ path, identified: { format } }) => !isSidecar(format) && !(format === 'unknown' && external.has(path)),
  );
  const needed = [...new Set(models.map(({ identified }) => identified.format))].join(', ');
  return models
    .filter(({ identified }) => !passes.has(identified.format))
    .map(({ path, identified }) => ({
      code: 'FORMAT_REFUSED',
      message: `${path}: ${identified.why}; ${reasonAgainst(identified.format)}`,
      file: path,
      hint: wayOut(identified.format, `\`registry: {formats: [${needed}]}\``),
    }));
}

function isSidecar(format: FileFormat): boolean {
  return (SIDECAR_FORMATS as readonly FileFormat[]).includes(format);
}

function reasonAgainst(format: FileFormat): string {
  return isRisky(format) ? RISKY_FORMATS[format] : `\`registry.formats\` does not list ${format}`;
}

function wayOut(format: FileFormat, setting: string): string {
  if (!isRisky(format)) return `${setting} allows it.`;
  const instead = INSTEAD[format] ?? 'a format that holds data only';
  return `Save it as ${instead}, or leave it out; ${setting} says that you accept it.`;
}

const TENSORS = 'safetensors or ONNX';
const TABLES = 'Parquet, safetensors or CSV, uncompressed';
const LIBRARY = 'ONNX (skl2onnx), or in the library’s own JSON or text format';

const INSTEAD: Readonly<Partial<Record<RiskyFormat, string>>> = {
  pickle: LIBRARY,
  joblib: LIBRARY,
  torch: TENSORS,
  keras: TENSORS,
  hdf5: TENSORS,
  gguf: TENSORS,
  numpy: TABLES,
  rds: TABLES,
  compressed: TABLES,
  archive: 'single files',
  'xgboost-ubj': 'JSON (`save_model("model.json")`) or ONNX',
  'catboost-cbm': 'JSON (`save_model(path, format="json")`) or ONNX',
};
