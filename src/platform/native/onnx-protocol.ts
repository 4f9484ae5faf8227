import type { ElementType, TensorSpec } from '../../evaluation/ports.ts';

/** Messages between `onnx-runtime.ts` and the process that holds a model (`onnx.worker.ts`), in order both ways. */

/** As Tensor of the port; text refers to a dictionary that was sent before. */
export type WireTensor =
  | {
      readonly type: Exclude<ElementType, 'string'>;
      readonly shape: readonly number[];
      readonly values: ArrayBufferView;
    }
  | {
      readonly type: 'string';
      readonly shape: readonly number[];
      readonly codes: Int32Array;
      readonly dictionary: number;
    };

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
