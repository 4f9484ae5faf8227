import type { Draw } from '../../sandbox/faults/draw.ts';
import { ApiError } from '../../sandbox/kernel/errors.ts';
import type { Facts, PullFact } from './facts.ts';
import type { Story } from './story.ts';
import type { RepositoryName, World } from './world.ts';

/** One repository with the people who act in it. Everything goes through the API as them, so roles decide what works. */
export interface Scene {
  readonly world: World;
  readonly draw: Draw;
  readonly story: Story;
  readonly repository: RepositoryName;
  readonly facts: Facts;
  /** A pull request was merged: its version is to be registered. */
  merged(pull: PullFact): void;
}

/** One of some, by chance. */
export function pick<Item>(draw: Draw, items: readonly Item[]): Item {
  return items[draw.below(items.length)]!;
}

/** Does something; what GitHub refuses is told as such. */
export function attempt(scene: Scene, name: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    scene.story.count('refused by GitHub');
    tell(scene, 'GitHub', `refuses (${name}): ${error.status} ${error.message}`);
  }
}

/** Tells of something that people did. */
export function tell({ story, world, repository }: Scene, who: string, text: string): void {
  story.tell(world.clock.now(), who, repository === 'models' ? text : `${text} (in ${repository})`);
}

/** Virtual time in ms. */
export function now({ world }: Scene): number {
  return world.clock.now();
}
