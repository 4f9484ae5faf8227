import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCommit, encodeTag, parseCommit, parseTag, peel } from '../../../sandbox/git/commit-object.ts';
import { memoryObjects, objectId, ZERO_ID } from '../../../sandbox/git/objects.ts';
import { isoTime, parsePerson, personAt } from '../../../sandbox/git/person.ts';
import { encodeTree, parseTree, type TreeEntry, type TreeMode } from '../../../sandbox/git/tree-object.ts';
import { bareRepository, git } from './repository.ts';

const OWNER = { name: 'owner', email: 'owner@example.com', time: 1_767_323_045, zone: '+0530' };
const id = (digit: string): string => digit.repeat(40);

const textNames = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((name) => !/[/\0]|^\.{1,2}$|^\.git$/i.test(name) && name.isWellFormed());
const trees = fc.uniqueArray(
  fc.record<TreeEntry>({
    name: textNames,
    mode: fc.constantFrom<TreeMode>('100644', '100755', '120000', '040000', '160000'),
    id: fc.stringMatching(/^[0-9a-f]{40}$/),
  }),
  { selector: (entry) => entry.name },
);

describe('ids', () => {
  it('are those of git hash-object for blobs of any size', () => {
    const { directory } = bareRepository();
    for (const size of [0, 1, 100, 70_000]) {
      const body = Buffer.alloc(size, 'a\0b');
      expect(objectId('blob', body)).toBe(git(directory, ['hash-object', '--stdin'], body).trim());
    }
  });

  it('are those of git mktree, whose order puts `a.b` before the directory `a`', () => {
    const { directory } = bareRepository();
    const names = ['a', 'a.b', 'a-b', 'a0', 'ä', 'B', '文'];
    const entries = names.map((name, i): TreeEntry => ({
      name,
      mode: name === 'a' ? '040000' : i % 2 === 0 ? '100644' : '100755',
      id: id(String(i)),
    }));
    const lines = entries.map((e) => `${e.mode} ${e.mode === '040000' ? 'tree' : 'blob'} ${e.id}\t${e.name}`);
    const made = git(directory, ['mktree', '--missing', '-z'], lines.map((line) => `${line}\0`).join(''));
    expect(objectId('tree', encodeTree(entries))).toBe(made.trim());
  });
});

describe('trees', () => {
  it('come back as they were written, in the order of their names', () => {
    fc.assert(
      fc.property(trees, (entries) => {
        const parsed = parseTree(encodeTree(entries));
        expect(new Set(parsed.map((e) => JSON.stringify([e.name, e.mode, e.id])))).toEqual(
          new Set(entries.map((e) => JSON.stringify([e.name, e.mode, e.id]))),
        );
        expect(encodeTree(parsed)).toEqual(encodeTree(entries));
      }),
    );
  });

  it('with names that git refuses are refused', () => {
    for (const name of ['', '.', '..', '.git', '.GIT', 'a/b'])
      expect(() => encodeTree([{ name, mode: '100644', id: id('1') }])).toThrow(/path component|empty name/);
    const twice: TreeEntry = { name: 'a', mode: '100644', id: id('1') };
    expect(() => encodeTree([twice, { ...twice, mode: '040000' }])).toThrow('duplicate entry: a');
  });

  it('of any bytes are read or refused, never read past their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          for (const entry of parseTree(Buffer.from(bytes))) expect(entry.id).toHaveLength(40);
        } catch (error) {
          expect(String(error)).toContain('malformed');
        }
      }),
    );
  });
});

describe('commits and tags', () => {
  it('keep signatures, encodings and merge tags, whose values have several lines', () => {
    const commit = {
      tree: id('a'),
      parents: [id('b'), id('c')],
      author: OWNER,
      committer: { ...OWNER, zone: '-0700' },
      headers: [
        { name: 'encoding', value: 'UTF-8' },
        { name: 'gpgsig', value: '-----BEGIN PGP SIGNATURE-----\n\niQ\n-----END PGP SIGNATURE-----\n' },
      ],
      message: 'ümlaut\n\nbody\n\n\n',
    };
    expect(parseCommit(encodeCommit(commit))).toEqual(commit);
  });

  it('are what git writes and reads', () => {
    const { directory, store } = bareRepository();
    const tree = store.write('tree', Buffer.alloc(0));
    const commit = store.write(
      'commit',
      encodeCommit({ tree, parents: [], author: OWNER, committer: OWNER, message: 'first\n' }),
    );
    const tag = store.write(
      'tag',
      encodeTag({ object: commit, type: 'commit', tag: 'v1', tagger: OWNER, message: 'version\n' }),
    );
    expect(git(directory, ['fsck', '--strict', '--full', '--no-dangling'])).toBe('');
    expect(git(directory, ['show', '-s', '--format=%an %ae %aI %s', commit])).toBe(
      'owner owner@example.com 2026-01-02T08:34:05+05:30 first\n',
    );
    expect(git(directory, ['cat-file', 'tag', tag])).toBe(store.read(tag)!.body.toString());
    expect(parseTag(store.read(tag)!.body)).toMatchObject({ object: commit, tag: 'v1', tagger: OWNER });
    expect(peel(store, tag)).toEqual({ id: commit, type: 'commit' });
  });

  it('in an old encoding are read in that encoding', () => {
    const head = `tree ${id('a')}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\nencoding ISO-8859-1\n\n`;
    expect(parseCommit(Buffer.from(`${head}caf\xe9`, 'latin1')).message).toBe('café');
  });

  it('that a peel cannot follow give nothing', () => {
    expect(peel(memoryObjects(), ZERO_ID)).toBeUndefined();
  });
});

describe('people', () => {
  it('have the time of an ISO date and keep its offset', () => {
    const person = personAt('a <b>', 'a@b\n', '2026-01-02T03:04:05+02:00');
    expect(person).toEqual({ name: 'a b', email: 'a@b', time: 1_767_315_845, zone: '+0200' });
    expect(isoTime(person)).toBe('2026-01-02T01:04:05Z');
    expect(() => personAt('a', 'b', 'soon')).toThrow('not an ISO time');
  });

  it('are read from damaged lines as far as possible', () => {
    expect(parsePerson('no mail')).toEqual({ name: 'no mail', email: '', time: 0, zone: '+0000' });
    expect(parsePerson('a <b> 5')).toEqual({ name: 'a', email: 'b', time: 5, zone: '+0000' });
  });
});
