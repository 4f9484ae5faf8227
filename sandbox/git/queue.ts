/** Commits waiting to be visited: newest committer date first, among equals the one that came first. */
export interface DateQueue {
  readonly size: number;
  push(id: string, time: number): void;
  /** Takes the newest; refuses an empty queue. */
  pop(): string;
  /** Date of the newest. */
  newest(): number;
}

interface Waiting {
  readonly id: string;
  readonly time: number;
  readonly turn: number;
}

const before = (a: Waiting, b: Waiting): boolean => a.time > b.time || (a.time === b.time && a.turn < b.turn);

/** An empty queue (a binary heap). */
export function dateQueue(): DateQueue {
  const heap: Waiting[] = [];
  let turn = 0;
  function rise(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }
  function sink(): void {
    let at = 0;
    for (;;) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(heap[child]!, heap[best]!)) best = child;
      if (best === at) return;
      [heap[at], heap[best]] = [heap[best]!, heap[at]!];
      at = best;
    }
  }
  return {
    get size() {
      return heap.length;
    },
    push: (id, time) => {
      heap.push({ id, time, turn: turn++ });
      rise(heap.length - 1);
    },
    pop: () => {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) throw new Error('the queue is empty');
      if (heap.length > 0) {
        heap[0] = last;
        sink();
      }
      return first.id;
    },
    newest: () => heap[0]?.time ?? -Infinity,
  };
}
