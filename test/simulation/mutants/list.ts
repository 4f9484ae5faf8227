import type { Mutant } from './apply.ts';
import { LOG } from './log.ts';
import { OUTSIDE } from './outside.ts';
import { PROMOTION } from './promotion.ts';
import { STORIES } from './stories.ts';
import { VERSIONS } from './versions.ts';

/** Designs that the simulation, or a unit test, must tell from the one that is built. */
export const MUTANTS: readonly Mutant[] = [...STORIES, ...LOG, ...VERSIONS, ...PROMOTION, ...OUTSIDE];
