import { InputError } from '../contracts/errors.ts';

/** The refusal of a model file: MODEL_UNREADABLE, naming the file and the reason. */
export function unreadable(file: string, reason: string, hint?: string): InputError {
  return new InputError({
    code: 'MODEL_UNREADABLE',
    message: `${file}: cannot be read as a model: ${reason}`,
    file,
    hint: hint ?? 'Export the model to ONNX again, or declare a `predict` command.',
  });
}
