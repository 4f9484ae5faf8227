import type { Signature } from '../contracts/signature.ts';
import type { ByteSource } from './byte-source.ts';
import { identifyFile } from './identify/identify.ts';
import type { Identified } from './identify/identify.ts';
import { readOnnxFile } from './onnx/onnx-file.ts';
import { readOnnxSignature } from './onnx/signature.ts';
import { readWithoutWeights } from './onnx/without-weights.ts';
import { readSafetensorsHeader } from './safetensors/header.ts';
import { unreadable } from './unreadable.ts';

/** All that is known of a file before any runtime sees it. */
export interface InspectedFile {
  readonly identified: Identified;
  /** Of an ONNX model; null where the format does not say what it takes and gives. */
  readonly signature: Signature | null;
  /** Flat names of the files beside an ONNX model that hold its weights: see checkExternalData. */
  readonly external: readonly string[];
}

/**
 * Identifies a file and checks what its format lets be checked without its weights: the structure and the signature of
 * ONNX models, the header of safetensors files. Memory does not grow with the weights.
 * Throws InputError MODEL_UNREADABLE where such a file is damaged or lies, or names no operator set.
 */
export async function inspectFile(source: ByteSource, path: string): Promise<InspectedFile> {
  const identified = await identifyFile(source, path);
  if (identified.format === 'safetensors') await readSafetensorsHeader(source, path);
  if (identified.format !== 'onnx') return { identified, signature: null, external: [] };
  const bytes = await readWithoutWeights(source, path);
  const { external } = readOnnxFile(bytes, path);
  const { signature, opsets } = readOnnxSignature(bytes, path);
  // Runtimes refuse it too. Writers put it last, so it is what a file lacks first that was cut short.
  if (Object.keys(opsets).length === 0) throw unreadable(path, 'it is cut short: it names no operator set');
  return { identified, signature, external };
}
