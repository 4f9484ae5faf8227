export { predictWithCommand } from './predict-command.ts';
export type { CommandPredictionRequest } from './predict-command.ts';
export { predictOnnx } from './predict-onnx.ts';
export type { OnnxPredictionRequest } from './predict-onnx.ts';
export { predictionsFrom } from './predictions-from.ts';
