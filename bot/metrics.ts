import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { Queue } from './queue.ts';

/** What /metrics shows. No label ever holds a name that a repository chose, so the number of series is bounded. */
export class Metrics {
  readonly registry = new Registry();
  readonly deliveries = this.#counter(
    'slipway_deliveries_total',
    'Webhook deliveries by the status they were answered with',
    'status',
  );
  readonly passes = this.#counter(
    'slipway_passes_total',
    'Passes over a repository by how they ended',
    'outcome',
  );
  readonly calls = this.#counter(
    'slipway_github_calls_total',
    'Calls of GitHub’s API by status; 0 for no answer',
    'status',
  );
  readonly entries = this.#counter('slipway_entries_total', 'Entries appended to logs by operation', 'op');
  readonly ack = this.#histogram(
    'slipway_ack_seconds',
    'From a delivery’s last byte to its answer',
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10],
  );
  readonly pass = this.#histogram(
    'slipway_pass_seconds',
    'Duration of a pass over a repository',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
  );

  /** Shows a queue's length and its longest wait. */
  watch(queue: Queue): void {
    this.#gauge('slipway_queue_waiting', 'Repositories that wait for a pass', () => queue.state().waiting);
    this.#gauge(
      'slipway_queue_oldest_seconds',
      'How long the first of them has waited',
      () => queue.state().oldestMs / 1000,
    );
  }

  #counter(name: string, help: string, label: string): Counter {
    return new Counter({ name, help, labelNames: [label], registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect: () => gauge.set(value()),
    });
  }
}
