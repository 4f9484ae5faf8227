import type { ElementType, TensorSpec } from '../../evaluation/ports.ts';

/**
 * Messages between `onnx-runtime.ts` and the process that holds a model (`onnx.worker.ts`), in order both ways. Values
 * of feeds do not travel in the messages: they lie as raw bytes in a file that is the process's standard input, from `at`
 * on in the order of `feeds`, before the message is sent. The place is free again with the answer.
 */

/** As Tensor of the port without its values; `bytes` of them lie in the file. Text is Int32 codes into a dictionary sent before. */
export interface WireTensor {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: number;
  /** Of text only. */
  readonly dictionary: number | null;
}

export type ToWorker =
  | {
      readonly kind: 'load';
      readonly model: string;
      readonly library: string;
      readonly threads: number | null;
    }
  | { readonly kind: 'dictionary'; readonly dictionary: number; readonly levels: readonly string[] }
  | {
      readonly kind: 'run';
      readonly feeds: readonly (readonly [string, WireTensor])[];
      readonly at: number;
      readonly fetches: readonly string[];
      readonly rows: number;
      readonly batch: number;
    };

export type WireOutput =
  | {
      readonly name: string;
      readonly type: Exclude<ElementType, 'string'>;
      readonly shape: readonly number[];
      readonly values: ArrayBufferView;
    }
  | {
      readonly name: string;
      readonly type: 'string';
      readonly shape: readonly number[];
      readonly codes: Int32Array;
      readonly levels: readonly string[];
    };

export type FromWorker =
  | {
      readonly kind: 'loaded';
      readonly inputs: readonly TensorSpec[];
      readonly outputs: readonly TensorSpec[];
    }
  | { readonly kind: 'result'; readonly outputs: readonly WireOutput[] }
  | { readonly kind: 'failed'; readonly at: 'native' | 'load' | 'run'; readonly message: string };
