import { describe, expect, it } from 'vitest';

import { Queue, type Pass, type Repository } from '../../../bot/queue.ts';

function repository(id: number): Repository {
  return { id, owner: 'owner', name: `repo-${id}`, installation: 1 };
}

/** A queue whose passes end when the test says so, under a clock of its own. */
function setUp(concurrency = 2) {
  let now = 0;
  const timers: { at: number; run: () => void }[] = [];
  const passes: { id: number; end(pass: Pass): Promise<void>; fail(error: Error): Promise<void> }[] = [];
  const errors: { id: number; retryMs: number }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const queue = new Queue({
    concurrency,
    timers: {
      now: () => now,
      after(ms, run) {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0);
      },
    },
    run: ({ id }) =>
      new Promise((resolve, reject) => {
        passes.push({
          id,
          end: (pass) => (resolve(pass), settle()),
          fail: (error) => (reject(error), settle()),
        });
      }),
    onError: ({ id }, _error, retryMs) => errors.push({ id, retryMs }),
  });
  const advance = async (ms: number) => {
    now += ms;
    for (const timer of timers.filter(({ at }) => at <= now)) {
      timers.splice(timers.indexOf(timer), 1);
      timer.run();
    }
    await settle();
  };
  return { queue, passes, errors, advance, ids: () => passes.map(({ id }) => id) };
}

describe('the queue', () => {
  it('makes one pass of many wakes, and one more for wakes during the pass', async () => {
    const { queue, passes, ids } = setUp();
    for (let i = 0; i < 5; i++) queue.wake(repository(1));
    expect(ids()).toEqual([1]);
    for (let i = 0; i < 5; i++) queue.wake(repository(1));
    expect(ids()).toEqual([1]);
    await passes[0]!.end({ again: null });
    expect(ids()).toEqual([1, 1]);
    await passes[1]!.end({ again: null });
    expect(ids()).toEqual([1, 1]);
  });

  it('never runs more repositories at once than allowed, and serves them in the order they woke', async () => {
    const { queue, passes, ids } = setUp(2);
    for (const id of [1, 2, 3, 4]) queue.wake(repository(id));
    expect(ids()).toEqual([1, 2]);
    expect(queue.state()).toMatchObject({ waiting: 2, running: 2 });
    await passes[1]!.end({ again: null });
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('looks again by itself when a pass asks for it, unless something wakes it before', async () => {
    const { queue, passes, ids, advance } = setUp();
    queue.wake(repository(1));
    await passes[0]!.end({ again: 60_000 });
    await advance(59_999);
    expect(ids()).toEqual([1]);
    await advance(1);
    expect(ids()).toEqual([1, 1]);
    await passes[1]!.end({ again: 60_000 });
    queue.wake(repository(1));
    await passes[2]!.end({ again: null });
    await advance(120_000);
    expect(ids()).toEqual([1, 1, 1]);
  });

  it('tries a failed pass again with growing pauses, and one bad repository holds up no other', async () => {
    const { queue, passes, errors, ids, advance } = setUp(1);
    queue.wake(repository(1));
    queue.wake(repository(2));
    await passes[0]!.fail(new Error('down'));
    expect(ids()).toEqual([1, 2]);
    await passes[1]!.end({ again: null });
    await advance(1000);
    await passes[2]!.fail(new Error('down'));
    await advance(2000);
    await passes[3]!.end({ again: null });
    expect(errors).toEqual([
      { id: 1, retryMs: 1000 },
      { id: 1, retryMs: 2000 },
    ]);
    expect(ids()).toEqual([1, 2, 1, 1]);
  });

  it('forgets what an installation no longer holds', async () => {
    const { queue, passes, ids, advance } = setUp();
    queue.wake(repository(1));
    queue.forget(1);
    await passes[0]!.end({ again: 10 });
    await advance(1000);
    expect(ids()).toEqual([1]);
  });

  it('stops after the passes under way and begins no other', async () => {
    const { queue, passes, ids } = setUp(1);
    queue.wake(repository(1));
    queue.wake(repository(2));
    let stopped = false;
    const stop = queue.stop().then(() => (stopped = true));
    await Promise.resolve();
    expect(stopped).toBe(false);
    await passes[0]!.end({ again: 0 });
    await stop;
    expect(ids()).toEqual([1]);
  });
});
