import { defineConfig } from 'vitest/config';

/** The tests that must notice a wrong decision: no simulations, no files. */
export default defineConfig({
  test: {
    include: [
      'test/unit/evaluation/{decide-metric,decide-gates,gates,compare,compare-input}.test.ts',
      'test/unit/promotion/!(properties|laws|docs).test.ts',
    ],
    pool: 'forks',
    maxWorkers: 1,
  },
});
