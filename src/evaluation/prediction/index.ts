export { DEFAULT_BATCH, predictOnnx } from './predict-onnx.ts';
export type { OnnxPredictionRequest } from './predict-onnx.ts';
export { isOnnxFile } from './sniff.ts';
