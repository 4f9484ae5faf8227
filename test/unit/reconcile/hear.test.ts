import { describe, expect, it } from 'vitest';

import type { CommentEvent, LabelEvent } from '../../../src/promotion/index.ts';
import { hear, hearAgain } from '../../../src/reconcile/hear.ts';
import { forgetHourly, newMemory } from '../../../src/reconcile/memory.ts';
import type { Conversation, RepositoryReads } from '../../../src/reconcile/ports.ts';

const OWNER = { id: 1, login: 'owner' };
const NOW = new Date('2026-03-01T12:00:00Z');
const OPTIONS = { repository: 4711, self: { id: 99, login: 'slipway[bot]' }, config: {} };

interface Said {
  conversation: Conversation | null;
  comments?: CommentEvent[];
  labelEvents?: LabelEvent[];
  arrived?: string | null;
}

function reads(said: Said): RepositoryReads & { readonly asked: string[] } {
  const asked: string[] = [];
  const tell = <Value>(what: string, value: Value): Promise<Value> => {
    asked.push(what);
    return Promise.resolve(value);
  };
  const found: Partial<RepositoryReads> = {
    conversations: () => tell('conversations', said.conversation === null ? [] : [said.conversation]),
    conversation: () => tell('conversation', said.conversation),
    labelEvents: () => tell('labels', said.labelEvents ?? []),
    comments: () => tell('comments', said.comments ?? []),
    arrived: () => tell('arrived', said.arrived ?? null),
    now: () => NOW,
  };
  return { ...(found as RepositoryReads), asked };
}

function issue(facts: Partial<Conversation> = {}): Conversation {
  return {
    number: 5,
    isPull: false,
    open: true,
    merged: false,
    author: OWNER,
    title: 'Release',
    labels: [],
    comments: 0,
    updated: '2026-03-01T11:00:00Z',
    ...facts,
  };
}

function comment(id: number, body: string, created = '2026-03-01T10:00:00Z'): CommentEvent {
  return { id, author: OWNER, bot: false, body, created, updated: created, url: '' };
}

function labelled(id: number, label: string): LabelEvent {
  return { id, label, action: 'labeled', actor: OWNER, bot: false, at: '2026-03-01T10:00:00Z' };
}

async function heardOf(said: Said) {
  const memory = newMemory();
  await hear(reads(said), memory, OPTIONS);
  const { requests, asked } = memory.conversations.get(5)!;
  return [...requests, ...asked].map(({ source }) => source.event);
}

describe('labels', () => {
  it('that are on no more count for nothing, even where no event says that they were taken off', async () => {
    const labelEvents = [labelled(1, 'approve:production'), labelled(2, 'Promote:staging')];
    const conversation = issue({ isPull: true, labels: ['promote:staging'] });
    expect(await heardOf({ conversation, labelEvents })).toEqual([2]);
  });
});

describe('an issue that was brought here from another repository', () => {
  const comments = [
    comment(1, '/approve churn@v1.0.0 production'),
    comment(2, '/rollback churn production\n/status', '2026-03-01T10:30:00Z'),
    comment(3, '/freeze churn production "x"', '2026-03-01T10:30:01Z'),
  ];

  it('asks only for what was said here', async () => {
    const arrived = '2026-03-01T10:30:00Z';
    expect(await heardOf({ conversation: issue({ comments: 3 }), comments, arrived })).toEqual([3]);
  });

  it('is nothing that a pull request can be, nor an issue in which nobody asks', async () => {
    const pull = reads({ conversation: issue({ comments: 3, isPull: true }), comments });
    await hear(pull, newMemory(), OPTIONS);
    const quiet = reads({ conversation: issue({ comments: 1 }), comments: [comment(1, 'hello')] });
    await hear(quiet, newMemory(), OPTIONS);
    expect([...pull.asked, ...quiet.asked]).not.toContain('arrived');
  });
});

describe('what is known of a conversation', () => {
  const comments = [comment(1, '/promote churn production')];
  const conversation = issue({ comments: 1 });

  it('is forgotten when it is gone: deleted, or transferred to elsewhere', async () => {
    const memory = newMemory();
    await hear(reads({ conversation, comments }), memory, OPTIONS);
    expect(memory.conversations.size).toBe(1);
    await hearAgain(reads({ conversation: null }), memory, [5], OPTIONS);
    expect(memory.conversations.size).toBe(0);
  });

  it('is read again once an hour where it asks for something, and not where it does not', async () => {
    const memory = newMemory();
    forgetHourly(memory, NOW);
    const asking = reads({ conversation, comments });
    await hear(asking, memory, OPTIONS);
    forgetHourly(memory, new Date(NOW.getTime() + 3_600_000 - 1));
    await hear(asking, memory, OPTIONS);
    expect(asking.asked.filter((what) => what === 'comments')).toHaveLength(1);
    forgetHourly(memory, new Date(NOW.getTime() + 3_600_000));
    await hear(asking, memory, OPTIONS);
    expect(asking.asked.filter((what) => what === 'comments')).toHaveLength(2);

    const quiet = reads({ conversation, comments: [comment(1, 'hello')] });
    const other = newMemory();
    await hear(quiet, other, OPTIONS);
    forgetHourly(other, NOW);
    await hear(quiet, other, OPTIONS);
    expect(quiet.asked.filter((what) => what === 'comments')).toHaveLength(1);
  });
});
