export { onText, visitFields } from './onnx/fields.ts';
export { isZipMap, readNodeHead, readOnnxFile } from './onnx/onnx-file.ts';
export type { OnnxFile, ZipMap } from './onnx/onnx-file.ts';
export { isOnnxFile } from './onnx/sniff.ts';
