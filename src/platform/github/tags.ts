import type { AnnotatedTag, GitTag, TagStore } from '../../registry/ports.ts';
import { orNull, pages, Refused, type Api } from './api.ts';

interface RefRow {
  readonly ref: string;
  readonly object: { readonly sha: string; readonly type: string };
}

interface TagRow {
  readonly tag: string;
  readonly message: string;
  readonly object: { readonly sha: string; readonly type: string };
  readonly tagger: { readonly date: string } | null;
}

const REFS = 'refs/tags/';

/** Tags of a repository over GitHub's API: https://docs.github.com/rest/git/tags, https://docs.github.com/rest/git/refs */
export function githubTags(api: Api, { owner, repo }: At): TagStore {
  // Nothing else that the caller knows of the place may become a parameter of a call.
  const at = { owner, repo };
  return {
    list: (prefix) => list(api, at, prefix),
    read: (name) => read(api, at, name),
    create: (tag) => create(api, at, tag),
    remove: (name) => remove(api, at, name),
  };
}

interface At {
  readonly owner: string;
  readonly repo: string;
}

async function list(api: Api, at: At, prefix: string): Promise<readonly GitTag[]> {
  const rows = pages<RefRow>(api, 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
    ...at,
    ref: `tags/${prefix}`,
  });
  const found = new Map<string, GitTag>();
  for await (const { ref, object } of rows) {
    const name = ref.slice(REFS.length);
    // Where the list is not paged every page is the same one.
    if (found.has(name)) break;
    found.set(name, { name, id: object.sha, annotated: object.type === 'tag' });
  }
  return [...found.values()];
}

async function read(api: Api, at: At, name: string): Promise<AnnotatedTag | null> {
  const ref = (await orNull(
    api('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...at, ref: `tags/${name}` }),
  )) as RefRow | null;
  if (ref?.object.type !== 'tag') return null;
  const answer = await api('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', {
    ...at,
    tag_sha: ref.object.sha,
  });
  const tag = answer.data as TagRow;
  // A tag of a tag or of a file names no commit.
  if (tag.object.type !== 'commit') return null;
  const time = Math.floor(Date.parse(tag.tagger?.date ?? '') / 1000);
  return { name, message: tag.message, commit: tag.object.sha, time: Number.isNaN(time) ? 0 : time };
}

async function create(
  api: Api,
  at: At,
  tag: Parameters<TagStore['create']>[0],
): Promise<'created' | 'exists' | 'refused'> {
  const object = await api('POST /repos/{owner}/{repo}/git/tags', {
    ...at,
    tag: tag.name,
    message: tag.message,
    object: tag.commit,
    type: 'commit',
  });
  try {
    await api('POST /repos/{owner}/{repo}/git/refs', {
      ...at,
      ref: `${REFS}${tag.name}`,
      sha: (object.data as { sha: string }).sha,
    });
    return 'created';
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 422) throw error;
    if (/already exists/i.test(error.said)) return 'exists';
    if (/rule violations|creations being restricted/i.test(error.said)) return 'refused';
    throw error;
  }
}

async function remove(api: Api, at: At, name: string): Promise<void> {
  try {
    await api('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...at, ref: `tags/${name}` });
  } catch (error) {
    // Gone already (422 as well as 404), or kept by rules.
    if (!(error instanceof Refused) || ![403, 404, 422].includes(error.status)) throw error;
  }
}
