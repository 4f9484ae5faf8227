import type { ElementType, TensorSpec } from '../../evaluation/ports.ts';

/**
 * Messages between `onnx-runtime.ts` and the process that holds a model (`onnx.worker.ts`), in order both ways. Values
 * of feeds do not travel in the messages: they follow as raw bytes on the process's standard input, in the order of
 * `feeds`, which saves two copies and is read while the message before still computes.
 */

/** As Tensor of the port without its values; `bytes` of them follow. Text is Int32 codes into a dictionary sent before. */
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
