import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { connectionOf, type Connection, type PageArguments } from '../../../sandbox/graphql/connection.ts';

const letters = ['a', 'b', 'c', 'd', 'e'];
const page = (args: PageArguments) => connectionOf('letters', letters, args, true);

// https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api
describe('connections', () => {
  it('give the first or the last of a list and say what is beside them', () => {
    expect(page({ first: 2 })).toMatchObject({
      totalCount: 5,
      nodes: ['a', 'b'],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(page({ last: 2 })).toMatchObject({
      nodes: ['d', 'e'],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    expect(connectionOf('letters', [], { first: 1 }, true).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  it('go on after and before a cursor', () => {
    const { pageInfo } = page({ first: 2 });
    const next = page({ first: 2, after: pageInfo.endCursor! });
    expect(next.nodes).toEqual(['c', 'd']);
    expect(page({ last: 5, before: next.pageInfo.startCursor! }).nodes).toEqual(['a', 'b']);
    expect(() => page({ first: 1, after: 'nonsense' })).toThrow('does not appear to be a valid cursor');
  });

  it('must be told how many, up to a hundred', () => {
    expect(() => page({})).toThrow(
      'You must provide a `first` or `last` value to properly paginate the `letters`',
    );
    expect(connectionOf('letters', letters, {}, false).totalCount).toBe(5);
    expect(() => page({ first: 101 })).toThrow(
      'Requesting 101 records on the `letters` connection exceeds the `first` limit of 100 records.',
    );
    expect(() => page({ first: 1, last: 1 })).toThrow('Passing both `first` and `last`');
    expect(() => page({ first: -1 })).toThrow('cannot be less than zero');
  });

  it('read page by page, either way, are the list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 7 }), (list, size) => {
        const forwards: number[] = [];
        for (let after: string | null = null; ;) {
          const part: Connection<number> = connectionOf('list', list, { first: size, after }, true);
          forwards.push(...part.nodes);
          after = part.pageInfo.endCursor;
          if (!part.pageInfo.hasNextPage) break;
        }
        expect(forwards).toEqual(list);
        const backwards: number[] = [];
        for (let before: string | null = null; ;) {
          const part: Connection<number> = connectionOf('list', list, { last: size, before }, true);
          backwards.unshift(...part.nodes);
          before = part.pageInfo.startCursor;
          if (!part.pageInfo.hasPreviousPage) break;
        }
        expect(backwards).toEqual(list);
      }),
    );
  });
});
