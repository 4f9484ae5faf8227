import type { Comparison } from '../../src/contracts/comparison.ts';
import type { JudgeAnswer, JudgeRequest } from '../../src/contracts/judging.ts';
import { createJudge } from '../../src/platform/compute/judge-process.ts';
import type { Judge } from '../../src/reconcile/ports.ts';
import { digest } from './judging-world.ts';

const COMPARISON: Comparison = {
  schema: 'slipway.comparison/1',
  decision: 'pass',
  reason: 'ALL_GATES_PASS',
  message: 'not worse',
  task: 'binary',
  rows: 300,
  unit: { name: 'row', count: 300, design_effect: null },
  claim: 'artifact',
  look: 1,
  alpha: 0.05,
  metrics: [],
  slices: [],
  gates: [],
  changes: null,
  warnings: [],
};

/** An answer of the judging process; what is given replaces what an honest one says. */
export function judgedAnswer(
  more: Partial<Extract<JudgeAnswer, { status: 'judged' }>> = {},
  comparison: Partial<Comparison> = {},
): JudgeAnswer {
  return {
    status: 'judged',
    model: 'tiny',
    train_key: digest('train key'),
    candidate: digest('candidate'),
    files: [{ path: 'm.json', bytes: 2, sha256: digest('{}') }],
    task: 'binary',
    entry: null,
    formats: null,
    dataset: { train: digest('train'), test: digest('test') },
    comparison: { ...COMPARISON, ...comparison },
    predictions: { file: 'artifact/predictions.parquet', candidate: digest('predictions'), baseline: null },
    ...more,
  };
}

/** A judge that reads nothing and says what it is told to, beside the requests it got. */
export function sayingJudge(say: (request: JudgeRequest) => unknown = () => judgedAnswer()): Judge & {
  readonly asked: JudgeRequest[];
} {
  const asked: JudgeRequest[] = [];
  const folders = createJudge({ main: '', readable: [] });
  return {
    asked,
    withFolder: async (use) => await folders.withFolder(use),
    files: async (folder, below) => await folders.files(folder, below),
    run: (_folder, request) => {
      asked.push(request);
      return Promise.resolve().then(() => say(request));
    },
  };
}
