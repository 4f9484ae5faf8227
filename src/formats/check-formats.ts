import type { Problem } from '../contracts/errors.ts';
import { MODEL_FORMATS, RISKY_FORMATS, SIDECAR_FORMATS } from '../contracts/model-formats.ts';
import type { FileFormat, ModelFormat } from '../contracts/model-formats.ts';
import { isRisky } from './identify/identify.ts';
import type { Identified } from './identify/identify.ts';

/** A file of a version, by its path there. */
export interface CheckedFile {
  readonly path: string;
  readonly identified: Identified;
}

const SIDECARS: ReadonlySet<FileFormat> = new Set<FileFormat>(SIDECAR_FORMATS);

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
  const passes = new Set<FileFormat>([...allowed, ...SIDECARS]);
  const needed = new Set(
    files.map(({ identified }) => identified.format).filter((format) => !SIDECARS.has(format)),
  );
  return files
    .filter(
      ({ path, identified: { format } }) =>
        !passes.has(format) && !(format === 'unknown' && external.has(path)),
    )
    .map(({ path, identified: { format, why } }) => ({
      code: 'FORMAT_REFUSED',
      message: `${path}: ${why}; ${reasonAgainst(format)}`,
      file: path,
      hint: wayOut(format, [...needed]),
    }));
}

function reasonAgainst(format: FileFormat): string {
  return isRisky(format) ? RISKY_FORMATS[format] : `\`registry.formats\` does not list ${format}`;
}

function wayOut(format: FileFormat, needed: readonly FileFormat[]): string {
  const setting = `\`registry: {formats: [${needed.join(', ')}]}\``;
  return isRisky(format)
    ? `Save it as ${saferThan(format)}, or leave it out; ${setting} says that you accept it.`
    : `${setting} allows it.`;
}

function saferThan(format: FileFormat): string {
  switch (format) {
    case 'pickle':
    case 'joblib':
      return 'ONNX (skl2onnx), or in the library’s own JSON or text format';
    case 'torch':
    case 'keras':
    case 'hdf5':
    case 'gguf':
      return 'safetensors or ONNX';
    case 'catboost-cbm':
      return 'JSON (`save_model(path, format="json")`) or ONNX';
    case 'numpy':
    case 'rds':
    case 'compressed':
      return 'Parquet, safetensors or CSV, uncompressed';
    case 'archive':
      return 'single files';
    default:
      return 'a format that holds data only';
  }
}
