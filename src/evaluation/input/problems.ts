import type { ProblemCode } from '../../contracts/codes.ts';
import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import { nearestName } from '../../table/index.ts';

/** Collects everything that is wrong with an input, so that it is said in one go. */
export interface Problems {
  add(code: ProblemCode, message: string, more?: Omit<Problem, 'code' | 'message'>): void;
  readonly found: readonly Problem[];
  /** Throws InputError with all problems found so far; does nothing when there are none. */
  throwIfAny(): void;
}

/** An empty collection of problems. */
export function collectProblems(): Problems {
  const found: Problem[] = [];
  return {
    found,
    add(code, message, more = {}) {
      found.push({ code, message, ...more });
    },
    throwIfAny() {
      if (found.length > 0) throw new InputError(found);
    },
  };
}

/** Runs `step`; the problems of an InputError it throws are added instead, and undefined is returned. */
export function gather<T>(problems: Problems, step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    for (const { code, message, ...more } of error.problems) problems.add(code, message, more);
    return undefined;
  }
}

/** The hint for an unknown word: the nearest valid one, or all of them when none is near (at most 20). */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = nearestName(word, candidates);
  if (near !== null) return `did you mean ${near}?`;
  const shown = candidates.slice(0, 20).join(', ');
  return `there are: ${shown}${candidates.length > 20 ? ', …' : ''}`;
}
