/** The cells of docs/verdicts.md's calibration: what is drawn, and which metrics are looked at. */
import type { MetricSpec } from '../../src/evaluation/metrics/metric.ts';
import type { Population } from './populations.ts';

/** One population with the metrics that are computed on each draw. */
export interface Cell {
  readonly name: string;
  readonly population: Population;
  readonly metrics: readonly MetricSpec[];
  /** `inside` the data floor intervals must cover; `outside` every verdict must be inconclusive. */
  readonly floor: 'inside' | 'outside';
  /** Trials of a whole run. */
  readonly trials: number;
  /** Small enough for every test run. */
  readonly fast: boolean;
}

const BINARY = [
  'roc_auc',
  'accuracy',
  'balanced_accuracy',
  'precision',
  'recall',
  'f1',
  'mcc',
  'f1_macro',
  'f1_weighted',
  'log_loss',
  'brier',
] as const;
const RESAMPLED = ['average_precision', 'recall@top=10%', 'precision@top=10%'] as const;
const MULTI = [
  'accuracy',
  'balanced_accuracy',
  'f1_macro',
  'f1_weighted',
  'mcc',
  'recall[b]',
  'roc_auc_ovr',
  'roc_auc_ovo',
  'log_loss',
] as const;
const NUMBERS = ['mae', 'rmse', 'r2', 'pinball@0.9'] as const;
const WER = { name: 'wer', ratio: ['edits', 'words'], direction: 'lower' } as const;

const same = { candidate: 1.5, baseline: 1.5 };
const apart = { candidate: 1.53, baseline: 1.14 };

function cell(
  name: string,
  population: Population,
  metrics: readonly MetricSpec[],
  more: Partial<Cell> = {},
): Cell {
  return { name, population, metrics, floor: 'inside', trials: 4000, fast: false, ...more };
}

function binaryCells(): Cell[] {
  const at = (
    rows: number,
    rate: number,
    signals: typeof same,
    more: Partial<Population> = {},
  ): Population => ({ task: 'binary', rows, rate, rho: 0.7, ...signals, ...more });
  return [
    cell('n=200, 30 % positive, equal', at(200, 0.3, same), BINARY, { fast: true }),
    cell('n=200, 30 % positive, apart', at(200, 0.3, apart), BINARY, { fast: true }),
    cell('n=200, 10 % positive, equal', at(200, 0.1, same), BINARY),
    cell('n=200, 10 % positive, apart', at(200, 0.1, apart), BINARY),
    cell('n=200, few disagree', at(200, 0.4, same, { rho: 0.995 }), BINARY),
    cell('n=1000, 2 % positive, equal', at(1000, 0.02, same), BINARY),
    cell('n=1000, 2 % positive, strong', at(1000, 0.02, { candidate: 2.33, baseline: 1.73 }), BINARY),
    cell('n=600, 2 % positive, nearly alike', at(600, 0.02, same, { rho: 0.95 }), ['roc_auc'], {
      fast: true,
    }),
    cell('n=150, 7 % positive, far apart', at(150, 0.07, { candidate: 1.2, baseline: 2.4 }, { rho: 0.3 }), [
      'roc_auc',
      'log_loss',
      'brier',
    ]),
    cell(
      'n=600, 3 % positive, weighted, apart',
      at(600, 0.03, { candidate: 1, baseline: 1.8 }, { rho: 0.3, weights: 0.7 }),
      ['roc_auc', 'log_loss', 'brier'],
    ),
    cell(
      'n=800 in 15 even units, calibration',
      at(800, 0.25, same, { clusters: { count: 15, spread: 0, share: 0.3 } }),
      ['calibration_error2'],
    ),
    cell('n=2000, 30 % positive, equal', at(2000, 0.3, same), BINARY),
    cell('n=2000, 30 % positive, apart', at(2000, 0.3, apart), BINARY),
    cell('n=20000, 1 % positive, apart', at(20_000, 0.01, apart), BINARY, { trials: 1500 }),
    cell(
      'n=1000 in 20 units, equal',
      at(1000, 0.3, same, { clusters: { count: 20, spread: 1, share: 0.3 } }),
      BINARY,
      { fast: true },
    ),
    cell(
      'n=1000 in 30 even units, apart',
      at(1000, 0.3, apart, { clusters: { count: 30, spread: 0, share: 0.3 } }),
      BINARY,
    ),
    cell(
      'n=3000 in 90 units, apart',
      at(3000, 0.2, apart, { clusters: { count: 90, spread: 1, share: 0.2 } }),
      BINARY,
    ),
    cell(
      'n=600 in 200 units, equal',
      at(600, 0.3, same, { clusters: { count: 200, spread: 0.5, share: 0.5 } }),
      BINARY,
    ),
    cell('n=500, weighted, equal', at(500, 0.3, same, { weights: 0.7 }), BINARY, { fast: true }),
    cell('n=500, weighted, apart', at(500, 0.3, apart, { weights: 0.7 }), BINARY),
    cell(
      'n=1000 in 40 units, weighted',
      at(1000, 0.3, apart, { weights: 0.5, clusters: { count: 40, spread: 0.5, share: 0.3 } }),
      BINARY,
    ),
    cell('n=600, 20 % positive, ranked', at(600, 0.2, apart), RESAMPLED, { trials: 600 }),
    cell('n=2000, 5 % positive, ranked', at(2000, 0.05, same), RESAMPLED, { trials: 600 }),
    cell(
      'n=1000 in 40 units, ranked',
      at(1000, 0.2, same, { clusters: { count: 40, spread: 0.5, share: 0.3 } }),
      RESAMPLED,
      { trials: 600 },
    ),
    cell(
      'n=1000 in 15 even units, ranked',
      at(1000, 0.2, apart, { clusters: { count: 15, spread: 0, share: 0.3 } }),
      ['average_precision'],
      { trials: 600 },
    ),
    cell('n=60, 5 % positive', at(60, 0.05, same), BINARY, { floor: 'outside', fast: true, trials: 1000 }),
    cell('n=300 in 8 units', at(300, 0.3, same, { clusters: { count: 8, spread: 0, share: 0.3 } }), BINARY, {
      floor: 'outside',
      fast: true,
      trials: 1000,
    }),
    cell('n=400, 5 % positive, ranked', at(400, 0.05, same), ['average_precision', 'recall@top=10%'], {
      floor: 'outside',
      trials: 1000,
    }),
  ];
}

function otherCells(): Cell[] {
  const classes = (rows: number, signals: typeof same, more: Partial<Population> = {}): Population => ({
    task: 'multiclass',
    rows,
    rate: 0.4,
    rho: 0.5,
    ...signals,
    ...more,
  });
  const numbers = (rows: number, signals: typeof same, more: Partial<Population> = {}): Population => ({
    task: 'regression',
    rows,
    rho: 0.6,
    ...signals,
    ...more,
  });
  const per = { candidate: 1, baseline: 1.15 };
  return [
    cell('multiclass n=200, equal', classes(200, same), MULTI, { fast: true }),
    cell('multiclass n=1000, apart', classes(1000, apart), MULTI),
    cell(
      'multiclass n=1000 in 30 units',
      classes(1000, same, { clusters: { count: 30, spread: 0.7, share: 0.3 } }),
      MULTI,
    ),
    cell('regression n=200, equal', numbers(200, { candidate: 1, baseline: 1 }), NUMBERS, { fast: true }),
    cell('regression n=200, apart', numbers(200, per), [...NUMBERS, 'mape'], { fast: true }),
    cell('regression n=1000, heavy tail', numbers(1000, per, { heavy: true }), NUMBERS),
    cell(
      'regression n=1000 in 25 units',
      numbers(1000, per, { clusters: { count: 25, spread: 1, share: 0.3 } }),
      NUMBERS,
      { fast: true },
    ),
    cell('regression n=500, weighted', numbers(500, per, { weights: 0.7 }), NUMBERS),
    cell('regression n=500, medians', numbers(500, per), ['medae'], { trials: 600 }),
    cell('column sums n=300, apart', { task: 'scores', rows: 300, rho: 0, candidate: 0.2, baseline: 0.21 }, [
      WER,
      'mean(edits):lower',
    ]),
    cell(
      'column sums n=1000 in 30 units',
      {
        task: 'scores',
        rows: 1000,
        rho: 0,
        candidate: 0.2,
        baseline: 0.2,
        clusters: { count: 30, spread: 0.7, share: 0.3 },
      },
      [WER],
    ),
  ];
}

/** All cells. */
export const CELLS: readonly Cell[] = [...binaryCells(), ...otherCells()];
