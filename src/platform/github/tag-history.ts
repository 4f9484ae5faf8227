import { LRUCache } from 'lru-cache';

import { PlatformError } from '../../contracts/errors.ts';
import type { RepositoryTag, TagHistory } from '../../registry/ports.ts';
import { Refused } from './api.ts';
import type { Connection } from './connection.ts';
import { askObjects } from './git-objects.ts';

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

/** What GraphQL says of a tag object. */
interface TagNode {
  readonly name?: string;
  readonly message?: string | null;
  readonly tagger?: { readonly date: string } | null;
  readonly target?: { readonly oid: string; readonly __typename: string };
}

const TAG = '... on Tag { name message tagger { date } target { oid __typename } }';
const REFS = 'refs/tags/';
/** Tag objects never change: each is read once a process. */
const REMEMBERED = 20_000;
/** Objects that are read at once, by GraphQL and one by one; a longer history is read over several times. */
const MOST_ASKED = 10_000;
const MOST_READ = 200;

/** Tags with what their objects say: https://docs.github.com/rest/git/tags */
export function githubTagHistory(at: Connection): TagHistory {
  const objects = new LRUCache<string, TagRow>({ max: REMEMBERED });
  return {
    read: async (prefix) => {
      // Never in pages: GitHub gives all of them at once, however many, and the same again for each page.
      const route = 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}';
      const listed = (await at.get<readonly RefRow[]>(route, { ref: `tags/${prefix}` })) ?? [];
      const refs = listed.filter(({ ref }) => /[@#]/.test(ref));
      const unknown = refs.flatMap(({ object: { type, sha } }) =>
        type === 'tag' && !objects.has(sha) ? [sha] : [],
      );
      const left = await askTags(at, unknown.slice(0, MOST_ASKED), objects);
      for (const sha of left.slice(0, MOST_READ)) {
        const tag = await at.get<TagRow>('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', { tag_sha: sha });
        if (tag !== null) objects.set(sha, tag);
      }
      if (left.length > MOST_READ || unknown.length > MOST_ASKED) return null;
      return refs.flatMap((row) => tagOf(row, objects.get(row.object.sha)));
    },
    create: async ({ name, commit, message, time }) => {
      const date = new Date(time * 1000).toISOString().replace('.000Z', 'Z');
      const object = await at.write('POST /repos/{owner}/{repo}/git/tags', {
        tag: name,
        message,
        object: commit,
        type: 'commit',
        tagger: { name: 'Slipway', email: 'slipway@users.noreply.github.com', date },
      });
      const { sha } = object.data as { readonly sha: string };
      try {
        await at.write('POST /repos/{owner}/{repo}/git/refs', { ref: `${REFS}${name}`, sha });
      } catch (error) {
        // Somebody else was first, or a rule forbids it: what is there is read again the next time.
        if (!(error instanceof Refused) || error.status !== 422) throw error;
      }
    },
  };
}

/** Several objects by one question of GraphQL; gives those that it did not answer. */
async function askTags(
  at: Connection,
  ids: readonly string[],
  objects: LRUCache<string, TagRow>,
): Promise<readonly string[]> {
  try {
    const names = ids.map((oid) => ({ oid }));
    for (const [n, tag] of (await askObjects<TagNode>(at.write, at, names, TAG)).entries()) {
      const { name, message, tagger, target } = tag ?? {};
      if (name === undefined || target === undefined) continue;
      const object = { sha: target.oid, type: target.__typename.toLowerCase() };
      objects.set(ids[n]!, { tag: name, message: message ?? '', object, tagger: tagger ?? null });
    }
  } catch (error) {
    if (!(error instanceof Refused) && !(error instanceof PlatformError && error.code === 'NETWORK'))
      throw error;
  }
  return ids.filter((id) => !objects.has(id));
}

function tagOf({ ref, object }: RefRow, tag: TagRow | undefined): RepositoryTag[] {
  const name = ref.slice(REFS.length);
  const commitOf = ({ type, sha }: RefRow['object']): string | null => (type === 'commit' ? sha : null);
  if (object.type !== 'tag') return [{ name, commit: commitOf(object), annotated: false, time: null }];
  // Whatever it says: its name is taken.
  if (tag === undefined) return [{ name, commit: null, annotated: true, time: null }];
  // REST leaves the last line's end out, GraphQL does not.
  const message = tag.message.trimEnd();
  const time = tag.tagger === null ? null : Math.floor(Date.parse(tag.tagger.date) / 1000);
  return [{ name, commit: commitOf(tag.object), annotated: true, time, inner: tag.tag, message }];
}
