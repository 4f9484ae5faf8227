import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import {
  memoryOf,
  parsePs,
  parseStat,
  readProcessTable,
  startOf,
} from '../../../../src/platform/compute/process-table.ts';
import { cpuMsOf } from '../../../../src/platform/compute/processes.ts';

describe('the process table', () => {
  test('a command’s name may hold brackets and spaces', () => {
    const text = '42 (a) b (c)) S 7 41 40 0 -1 4194560 1 0 0 0 12 3 0 0 20 0 1 0 98765 1000 10 0';

    expect(parseStat(42, text)).toEqual({
      pid: 42,
      parent: 7,
      group: 41,
      session: 40,
      zombie: false,
      started: '98765',
      cpuTicks: 15,
    });
  });

  test('a torn text is no row', () => {
    expect(parseStat(42, '42 (sh) S 7')).toBeNull();
  });

  test('what ps prints is read', () => {
    const text =
      '    1     0     1     0 Ss   Mon Nov 23 10:00:00 2026\n  77     1    77     0 Z    Mon Nov 23 10:00:01 2026\n\n';

    expect(parsePs(text)).toEqual([
      {
        pid: 1,
        parent: 0,
        group: 1,
        session: 0,
        zombie: false,
        started: 'Mon Nov 23 10:00:00 2026',
        cpuTicks: null,
      },
      {
        pid: 77,
        parent: 1,
        group: 77,
        session: 0,
        zombie: true,
        started: 'Mon Nov 23 10:00:01 2026',
        cpuTicks: null,
      },
    ]);
  });

  test.runIf(process.platform === 'linux')('holds this process', () => {
    const row = readProcessTable().find(({ pid }) => pid === process.pid);

    expect(row).toMatchObject({ parent: process.ppid, zombie: false, started: startOf(process.pid) });
    expect(memoryOf(process.pid)?.now).toBeGreaterThan(10_000_000);
  });

  test.runIf(spawnSync('ps', ['-p', '1']).status === 0)('ps knows the columns that are asked for', () => {
    const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,sess=,state=,lstart='], {
      encoding: 'utf8',
    });

    expect(parsePs(stdout).map(({ pid }) => pid)).toContain(process.pid);
  });
});

test.each([
  ['0m0.00s 0m0.00s\n1m2.50s 0m0.25s\n', 62_750],
  ['0m0,000s 0m0,000s\n0m0,120s 0m0,010s\n', 130],
  ['', null],
  ['0m0.00s 0m0.00s\n', null],
])('processor time is read from what `times` prints: %j', (report, expected) => {
  expect(cpuMsOf(report)).toBe(expected);
});
