/** Where a reader of GTO's tags can be misled, or GTO fails. */
export const GTO_TRAPS = {
  'same-second': 'tags of one second: GTO may take the wrong one, we go by the counter',
  revived:
    'the current version was withdrawn: GTO falls back to an older one, we say that the stage holds nothing',
  'rolled-back':
    'GTO’s look-up by stage (and DVC’s) names the highest version, `gto show` the newest assignment',
  unregistered: 'a stage was assigned to a commit that no version is registered on',
  'shared-commit': 'several versions on one commit: a stage tag there makes `gto show` fail',
  'moved-version': 'one version registered on several commits',
  lightweight: 'a lightweight tag of GTO’s grammar counts for nothing but the counter',
  'breaks-show': 'a tag that makes `gto show` fail',
  'unreadable-version': 'a version GTO accepts and the log cannot hold',
} as const;

export type GtoTrap = keyof typeof GTO_TRAPS;

export interface GtoWarning {
  readonly trap: GtoTrap;
  readonly artifact: string;
  readonly stage: string | null;
  readonly tags: readonly string[];
  /** True where our answer is on purpose not GTO's own. */
  readonly differs: boolean;
  readonly message: string;
}

interface About {
  readonly artifact: string;
  readonly stage?: string;
  readonly tags: readonly string[];
  readonly differs?: boolean;
}

/** A warning; of the whole artifact where no stage is named, and the same as GTO's answer where not said otherwise. */
export function warn(trap: GtoTrap, about: About, message: string): GtoWarning {
  return { trap, stage: null, differs: false, ...about, message };
}
