import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { FIRST_COMMIT, writeRepository, type TagToWrite } from '../../../../scripts/bench/gto-history.ts';
import { printGtoTag } from '../../../../src/registry/gto/grammar.ts';
import { readGtoHistory } from '../../../../src/registry/gto/history.ts';

import type { RepositoryTag } from '../../../../src/registry/gto/events.ts';
import type { GtoArtifact, GtoHistory } from '../../../../src/registry/gto/history.ts';
import type { GtoShown, MadeTag } from '../../../support/gto.ts';

/** Random histories: always the same, or GTO_HISTORIES times as many of the seed GTO_SEED. */
export function samples<Item>(arbitrary: fc.Arbitrary<Item>, usual: number): readonly Item[] {
  const { GTO_HISTORIES: times = 1, GTO_SEED: seed = 20_200_504 } = process.env;
  return fc.sample(arbitrary, { numRuns: usual * Number(times), seed: Number(seed) });
}

/** How long a test of as many histories may take, in ms. */
export const PATIENCE = 30_000 * Number(process.env['GTO_HISTORIES'] ?? 1);

export const COMMITS = 4;
/** Later than every commit. */
export const START = FIRST_COMMIT + 1000;

const ARTIFACTS = ['churn', 'cv:seg'];
const STAGES = ['prod', 'staging'];

/** A repository in a temporary folder; removed when disposed. */
export interface TemporaryRepository extends Disposable {
  readonly folder: string;
  readonly commits: readonly string[];
}

export function temporaryRepository(size = COMMITS): TemporaryRepository {
  const folder = join(mkdtempSync(join(tmpdir(), 'slipway-gto-')), 'repository');
  const commits = writeRepository(folder, size, []);
  return {
    folder,
    commits,
    [Symbol.dispose]: () => rmSync(join(folder, '..'), { recursive: true, force: true }),
  };
}

const artifact = fc.constantFrom(...ARTIFACTS);
const stage = fc.constantFrom(...STAGES);
const commit = fc.nat(COMMITS - 1);
const version = fc
  .tuple(commit, fc.constantFrom('', '-rc.1', '+gpu'))
  .map(([minor, rest]) => `v1.${minor}.0${rest}`);

/** What tags say, by whom and when: mostly as GTO writes them, in seconds that often coincide. */
const said = fc.oneof(
  // A version usually lies on a commit of its own.
  {
    weight: 6,
    arbitrary: fc
      .tuple(artifact, commit)
      .map(([name, i]) => ({ kind: 'register' as const, artifact: name, version: `v1.${i}.0`, commit: i })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('register' as const, 'deregister' as const),
      artifact,
      version,
      commit,
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(artifact, commit)
      .map(([name, i]) => ({ kind: 'deregister' as const, artifact: name, version: `v1.${i}.0`, commit: i })),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constantFrom('assign' as const, 'assign' as const, 'unassign' as const),
      artifact,
      stage,
      commit,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deprecate' as const), artifact, commit }) },
);

/** Any history of annotated tags that a repository can hold. */
export const anyHistory: fc.Arbitrary<readonly TagToWrite[]> = fc
  .array(fc.record({ said, pause: fc.constantFrom(0, 0, 1, 5), counted: fc.boolean(), light: fc.nat(19) }), {
    minLength: 8,
    maxLength: 32,
    size: 'max',
  })
  .map((steps) => {
    let time = START;
    const counters = new Map<string, bigint>();
    const tags = new Map<string, TagToWrite>();
    for (const {
      said: { commit: on, ...tag },
      pause,
      counted,
      light,
    } of steps) {
      time += pause;
      const counter = (counters.get(tag.artifact) ?? 0n) + 1n;
      const name = printGtoTag(counted ? { ...tag, counter } : tag);
      if (tags.has(name)) continue;
      if (counted) counters.set(tag.artifact, counter);
      tags.set(name, { name, commit: on, ...(light === 0 ? {} : { time }) });
    }
    return [...tags.values()];
  });

/** The same tags, on the commits of a real repository. */
export function onCommits(tags: readonly TagToWrite[], commits: readonly string[]): readonly MadeTag[] {
  return tags.map(({ commit: on, ...tag }) => ({ ...tag, target: commits[on] ?? '' }));
}

/** Tags to write as the repository would hold them; commits are called `c0`, `c1`, … */
export function inRepository(tags: readonly TagToWrite[]): readonly RepositoryTag[] {
  return tags.map(({ name, commit: on, time }) => ({
    name,
    commit: `c${on}`,
    annotated: time !== undefined,
    time: time ?? null,
  }));
}

/** True where we say that GTO cannot read the repository at all. */
export const breaksGto = ({ warnings }: GtoHistory): boolean =>
  warnings.some(({ trap, differs }) => trap === 'breaks-show' || (trap === 'shared-commit' && differs));

/** Where our reading is not GTO's and no warning says so, or a warning says so and it is. */
export function disagreements(
  ours: GtoHistory,
  theirs: Readonly<Record<string, GtoShown>>,
): readonly string[] {
  const seen = ours.artifacts.filter(({ deprecated }) => !deprecated);
  const names = seen.map(({ artifact: name }) => name).sort();
  const shown = Object.keys(theirs).sort();
  if (JSON.stringify(names) !== JSON.stringify(shown))
    return [`artifacts: ours ${names.join()}, GTO's ${shown.join()}`];
  return seen.flatMap((one) => {
    const gto = theirs[one.artifact];
    return gto ? compareArtifact(one, gto, ours) : [];
  });
}

function compareArtifact(ours: GtoArtifact, theirs: GtoShown, { warnings }: GtoHistory): readonly string[] {
  const found: string[] = [];
  const same = (what: string, one: unknown, other: unknown): void => {
    const [a, b] = [JSON.stringify(one), JSON.stringify(other)];
    if (a !== b) found.push(`${ours.artifact} ${what}: ours ${a}, GTO's ${b}`);
  };
  same('latest', ours.latest, theirs.version);
  const active = ours.versions.filter((version) => version.active).map((version) => version.version);
  same('versions', active.sort(), theirs.versions);
  for (const where of new Set([...Object.keys(theirs.stage), ...ours.shown.keys()])) {
    const gto = theirs.stage[where] ?? null;
    same(`${where} as shown`, ours.shown.get(where) ?? null, gto);
    const held = ours.stages.find((holding) => holding.stage === where);
    const warned = warnings.filter(
      (warning) => warning.artifact === ours.artifact && warning.stage === where,
    );
    const differs = warned.some((warning) => warning.differs);
    same(`${where} differs, and is said to`, differs, (held?.version ?? held?.commit ?? null) !== gto);
    if (!held?.version || differs) continue;
    const elsewhere = warned.some(({ trap }) => trap === 'rolled-back');
    same(`${where} looked up differs, and is said to`, elsewhere, theirs.found[where] !== held.version);
  }
  return found;
}

/** The reading of a history by itself. */
export const read = (tags: readonly TagToWrite[]): GtoHistory => readGtoHistory(inRepository(tags));
