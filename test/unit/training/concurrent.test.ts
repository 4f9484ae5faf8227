import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  linesOutside,
  makeLibraryProject,
  type Project,
  trainAfresh,
  type Wish,
  requestOf,
} from './project.ts';

let project: Project;
let wish: Wish;

beforeEach(() => {
  ({ project, wish } = makeLibraryProject());
});
afterEach(() => project.remove());

const runs = (): number => linesOutside(project, 'runs').length;
const withTrain = (train: Readonly<Record<string, unknown>>): Wish => ({
  ...wish,
  train: { ...wish.train, ...train },
});

describe('two runs at once', () => {
  test('train once: the second waits and reuses', async () => {
    const slow = withTrain({ run: 'echo run >> "$RUNS"; sleep 0.5; echo m > "$SLIPWAY_OUTPUT_DIR/m"' });

    const results = await Promise.all([trainAfresh(project, slow), trainAfresh(project, slow)]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(['ran', 'reused']);
    expect(results.flatMap(({ events }) => events).filter(({ type }) => type === 'waiting')).toHaveLength(1);
    expect(runs()).toBe(1);
  });

  test('a failure of the first lets the second try', async () => {
    const once = withTrain({
      run: 'echo run >> "$RUNS"; sleep 0.3; [ "$(wc -l < "$RUNS")" -gt 1 ] || exit 1; echo m > "$SLIPWAY_OUTPUT_DIR/m"',
    });

    const results = await Promise.allSettled([trainAfresh(project, once), trainAfresh(project, once)]);

    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});

test('a run that was killed half way leaves nothing half done, and the next one succeeds', async () => {
  const command =
    'echo run >> "$RUNS"; mkdir -p model; echo half > model/m.bin; [ "$(wc -l < "$RUNS")" -gt 1 ] || sleep 300; echo whole > model/m.bin';
  const killed = withTrain({ run: command, outputs: { model: 'model/**' } });
  const child = fork(
    join(import.meta.dirname, 'killed-trainer.ts'),
    [JSON.stringify(requestOf(project, killed))],
    { stdio: 'ignore' },
  );
  while (runs() === 0) await delay(10);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const result = await trainAfresh(project, killed);

  expect(result).toMatchObject({ status: 'ran', why: ['first training'] });
  expect(readFileSync(result.entry ?? '', 'utf8')).toBe('whole\n');
  expect(readdirSync(join(project.root, '.slipway', 'work'))).toEqual([]);
  expect(readdirSync(join(project.root, '.slipway', 'cache', 'tmp'))).toEqual([]);
});
