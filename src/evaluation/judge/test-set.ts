/** How this test set stands to the base's. */
export type TestSetStatus = 'same' | 'changed' | 'rolled';

/** What is known of both test sets; times in milliseconds, null where there is no time column. */
export interface TestSetFacts {
  /** Digest, split and filter of the base's test set, as one text; null when there is no base. */
  readonly base: string | null;
  readonly head: string;
  /** Time of the earliest test row of the head. */
  readonly earliestTest: number | null;
  /** Time of the latest training row of each model that is compared. */
  readonly latestTraining: readonly (number | null)[];
}

/**
 * `rolled` where every test row is later than all training rows of both models: the window moved on, as retraining
 * does, and the new one decides. Any other difference is `changed`: the old one decides.
 */
export function testSetStatus(facts: TestSetFacts): TestSetStatus {
  if (facts.base === null || facts.base === facts.head) return 'same';
  const { earliestTest, latestTraining } = facts;
  const later =
    earliestTest !== null &&
    latestTraining.length > 0 &&
    latestTraining.every((time) => time !== null && time < earliestTest);
  return later ? 'rolled' : 'changed';
}
