import { execFileSync } from 'node:child_process';

/** A tag to write; `time` in seconds, left out for a lightweight one. `commit` counts from 0, oldest first. */
export interface TagToWrite {
  readonly name: string;
  readonly commit: number;
  readonly time?: number;
  readonly message?: string;
}

/** When the first commit was made, seconds since 1970; each further one a second later. */
export const FIRST_COMMIT = 1_700_000_000;
const WHO = 'writer <writer@example.com>';

const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;

/** Makes a repository of empty commits with tags on them, by `git fast-import`. Gives the ids of its commits. */
export function writeRepository(
  folder: string,
  commits: number,
  tags: readonly TagToWrite[],
): readonly string[] {
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', folder]);
  const ids = writeCommits(folder, commits);
  writeTags(folder, ids, tags);
  return ids;
}

function writeCommits(folder: string, commits: number): readonly string[] {
  const stream = Array.from(
    { length: commits },
    (_, i) => `commit refs/heads/main\ncommitter ${WHO} ${FIRST_COMMIT + i} +0000\n${data(`commit ${i}`)}\n`,
  );
  fastImport(folder, stream.join(''));
  return execFileSync('git', ['rev-list', '--reverse', 'main'], { cwd: folder, encoding: 'utf8' })
    .trim()
    .split('\n');
}

/** Adds tags to commits of a repository. */
export function writeTags(folder: string, ids: readonly string[], tags: readonly TagToWrite[]): void {
  const stream = tags.map(({ name, commit, time, message }) => {
    const from = `from ${ids[commit]}\n`;
    if (time === undefined) return `reset refs/tags/${name}\n${from}\n`;
    return `tag ${name}\n${from}tagger ${WHO} ${time} +0000\n${data(message ?? name)}`;
  });
  fastImport(folder, stream.join(''));
  // As in a fresh clone: one file for all of them.
  execFileSync('git', ['pack-refs', '--all'], { cwd: folder });
}

function fastImport(folder: string, stream: string): void {
  execFileSync('git', ['fast-import', '--quiet', '--force'], { cwd: folder, input: stream });
}

/** How large a registry to make. Versions and stage tags are spread evenly over the artifacts. */
export interface GtoSize {
  readonly versions: number;
  readonly stageTags: number;
  readonly artifacts: number;
}

/** Artifact and stage that the tags of `gtoTags` are about. */
export const artifactName = (i: number): string => `model-${i}`;
export const STAGES = ['staging', 'production'] as const;

/** Tags as GTO would have written them: each version on a commit of its own, then assigned to the stages in turn. */
export function gtoTags({ versions, stageTags, artifacts }: GtoSize): readonly TagToWrite[] {
  const start = FIRST_COMMIT + versions;
  const registered = Array.from({ length: versions }, (_, i) => ({
    name: `${artifactName(i % artifacts)}@v1.${Math.floor(i / artifacts)}.0`,
    commit: i,
    time: start + i,
  }));
  const assigned = Array.from({ length: stageTags }, (_, i) => ({
    name: `${artifactName(i % artifacts)}#${STAGES[Math.floor(i / artifacts) % 2]}#${Math.floor(i / artifacts) + 1}`,
    commit: i % versions,
    time: start + versions + i,
  }));
  return [...registered, ...assigned];
}
