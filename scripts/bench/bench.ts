import type { Sample } from './measure.ts';

/** What a benchmark gets: where it may write, how often it repeats, and what it says meanwhile. */
export interface BenchContext {
  /** Absolute folder for generated inputs and peers, kept between runs (`build/bench`). */
  readonly folder: string;
  /** The project's own Python (`.venv`), with scikit-learn, numpy, pandas and onnxruntime. */
  readonly python: string;
  /** Do all resamples of the Python peer instead of scaling up a share of them. */
  readonly full: boolean;
  readonly signal: AbortSignal;
  say(message: string): void;
}

/** Ours beside its peer (or beside a fixed limit), from the same run of the benchmark. */
export interface BenchRow {
  readonly what: string;
  readonly ours: Sample;
  /** What ours is compared with; null where the bar is an absolute limit. */
  readonly peer: Sample | null;
  /** The figure that is held against the bar, as printed: `31 ×`, `112 ms`. */
  readonly figure: string;
  /** The bar, as printed; null for rows that only inform. */
  readonly bar: string | null;
  readonly reached: boolean | null;
  readonly note?: string;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  run(context: BenchContext): Promise<readonly BenchRow[]>;
}

/** A row whose figure is how many times faster ours is than the peer, by medians. `least` is the bar. */
export function ratioRow(
  what: string,
  ours: Sample,
  peer: Sample,
  least: number | null,
  note?: string,
): BenchRow {
  const ratio = peer.median / ours.median;
  return {
    what,
    ours,
    peer,
    figure: `${ratio.toPrecision(3)} ×`,
    bar: least === null ? null : `≥ ${least} ×`,
    reached: least === null ? null : ratio >= least,
    ...(note === undefined ? {} : { note }),
  };
}

/** A row held against a limit in milliseconds. */
export function limitRow(what: string, ours: Sample, mostMs: number | null, note?: string): BenchRow {
  return {
    what,
    ours,
    peer: null,
    figure: `${ours.median.toFixed(0)} ms`,
    bar: mostMs === null ? null : `≤ ${mostMs} ms`,
    reached: mostMs === null ? null : ours.median <= mostMs,
    ...(note === undefined ? {} : { note }),
  };
}
