import { LRUCache } from 'lru-cache';

import type { RepositoryTag, TagHistory } from '../../registry/ports.ts';
import { Refused } from './api.ts';
import type { Connection } from './connection.ts';

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
/** Tag objects never change: each is read once a process. */
const REMEMBERED = 20_000;
/** Objects that one question may read; a long history is read over several. */
const MOST_READ = 200;

/** Tags with what their objects say: https://docs.github.com/rest/git/tags */
export function githubTagHistory(at: Connection): TagHistory {
  const objects = new LRUCache<string, TagRow>({ max: REMEMBERED });
  return {
    read: async (prefix) => {
      const listed = await at.list<RefRow>(
        'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
        { ref: `tags/${prefix}` },
        ({ ref }) => ref,
      );
      const refs = listed.filter(({ ref }) => /[@#]/.test(ref));
      const unknown = refs.filter(({ object }) => object.type === 'tag' && !objects.has(object.sha));
      for (const { object } of unknown.slice(0, MOST_READ)) {
        const tag = await at.get<TagRow>('GET /repos/{owner}/{repo}/git/tags/{tag_sha}', {
          tag_sha: object.sha,
        });
        if (tag !== null) objects.set(object.sha, tag);
      }
      if (unknown.length > MOST_READ) return null;
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

function tagOf({ ref, object }: RefRow, tag: TagRow | undefined): RepositoryTag[] {
  const name = ref.slice(REFS.length);
  const commitOf = ({ type, sha }: RefRow['object']): string | null => (type === 'commit' ? sha : null);
  if (object.type !== 'tag') return [{ name, commit: commitOf(object), annotated: false, time: null }];
  if (tag === undefined) return [];
  const time = tag.tagger === null ? null : Math.floor(Date.parse(tag.tagger.date) / 1000);
  return [
    { name, commit: commitOf(tag.object), annotated: true, time, inner: tag.tag, message: tag.message },
  ];
}
