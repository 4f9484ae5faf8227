import type { ModelConfig } from '../config/index.ts';
import type { PreparedData } from '../data/index.ts';
import type { SourceTree, TrainResult } from '../training/index.ts';

/** One of the two models of a comparison with everything it was made of. */
export interface Side {
  readonly name: 'candidate' | 'baseline';
  readonly model: string;
  readonly config: ModelConfig;
  readonly tree: SourceTree;
  /** Commit of the tree, null for the working tree. */
  readonly commit: string | null;
  readonly data: PreparedData;
  readonly trained: TrainResult;
}
