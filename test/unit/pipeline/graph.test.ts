import { describe, expect, test } from 'vitest';

import { runGraph, type Stage, type StageEvent } from '../../../src/pipeline/graph.ts';

const signal = new AbortController().signal;

function stage(
  name: string,
  needs: readonly string[],
  run: Stage<string>['run'] = () => Promise.resolve(name),
): Stage<string> {
  return { name, needs, run };
}

describe('runGraph', () => {
  test('a stage gets the values of what it needs', async () => {
    const outcomes = await runGraph(
      [
        stage('train', ['data'], (inputs) => Promise.resolve(`${inputs.get('data') ?? ''}+train`)),
        stage('data', []),
      ],
      { signal },
    );

    expect(outcomes.get('train')).toMatchObject({ status: 'done', value: 'data+train' });
    expect([...outcomes.keys()]).toEqual(['train', 'data']);
  });

  test('a broken model skips what needs it and stops no other', async () => {
    const broken = () => Promise.reject(new Error('no'));

    const outcomes = await runGraph(
      [
        stage('a.train', [], broken),
        stage('a.predict', ['a.train']),
        stage('a.judge', ['a.predict']),
        stage('b.train', []),
      ],
      { signal },
    );

    expect(outcomes.get('a.train')?.status).toBe('failed');
    expect(outcomes.get('a.predict')).toEqual({ status: 'skipped', because: 'a.train' });
    expect(outcomes.get('a.judge')).toEqual({ status: 'skipped', because: 'a.train' });
    expect(outcomes.get('b.train')?.status).toBe('done');
  });

  test('no more stages run at once than allowed', async () => {
    let [now, most] = [0, 0];
    const work = async (): Promise<string> => {
      most = Math.max(most, (now += 1));
      await new Promise(setImmediate);
      now -= 1;
      return '';
    };

    await runGraph(
      ['a', 'b', 'c', 'd'].map((name) => stage(name, [], work)),
      { signal, concurrency: 2 },
    );

    expect(most).toBe(2);
  });

  test('events tell beginnings and ends in order', async () => {
    const events: string[] = [];
    const onEvent = (event: StageEvent<string>): void => void events.push(`${event.type} ${event.stage}`);

    await runGraph([stage('data', []), stage('train', ['data'])], { signal, onEvent });

    expect(events).toEqual(['begin data', 'end data', 'begin train', 'end train']);
  });

  test('after an abort nothing new begins', async () => {
    const abort = new AbortController();
    const begun: string[] = [];
    const cancel = (): Promise<string> => {
      begun.push('a');
      abort.abort();
      return Promise.resolve('');
    };

    const run = runGraph([stage('a', [], cancel), stage('b', ['a'])], { signal: abort.signal });

    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(begun).toEqual(['a']);
  });

  test.each([
    ['a doubled name', [stage('a', []), stage('a', [])]],
    ['an unknown need', [stage('a', ['b'])]],
    ['a cycle', [stage('a', ['b']), stage('b', ['a'])]],
  ])('%s is no graph', async (_, stages) => {
    await expect(runGraph(stages, { signal })).rejects.toThrow(TypeError);
  });
});
