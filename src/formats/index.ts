export { compareSignatures } from './compare-signatures.ts';
export type { SignatureChange } from './compare-signatures.ts';
export { onText, visitFields } from './onnx/fields.ts';
export { isZipMap, readNodeHead, readOnnxFile } from './onnx/onnx-file.ts';
export type { OnnxFile, ZipMap } from './onnx/onnx-file.ts';
export { readOnnxSignature } from './onnx/signature.ts';
export type { OnnxDescription } from './onnx/signature.ts';
export { isOnnxFile } from './onnx/sniff.ts';
