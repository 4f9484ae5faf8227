import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { knownOperations, SERVED, SERVED_EVENTS } from '../../../sandbox/contract/index.ts';
import { restContract, webhookContract } from '../../../sandbox/contract/description.ts';

describe('the vendored descriptions', () => {
  it('hold exactly the operations that are listed as served', () => {
    const listed = Object.values(SERVED).flat();
    expect(new Set(listed).size).toBe(listed.length);
    expect(Object.keys(restContract().operations).sort()).toEqual([...listed].sort());
    const served = [...knownOperations()].filter((one) => one.served).map((one) => one.id);
    expect(served.sort()).toEqual([...listed].sort());
  });

  it('hold webhooks of exactly the events that are listed', () => {
    const events = Object.keys(webhookContract().events).map((name) => name.split('.')[0]);
    expect([...new Set(events)].sort()).toEqual([...SERVED_EVENTS].sort());
  });

  it('name where they come from, as the notice does', () => {
    const notice = readFileSync('sandbox/contract/NOTICE.md', 'utf8').replace(/ +/g, ' ');
    const graphql = readFileSync('sandbox/contract/schema.graphql', 'utf8').split('\n')[0]!.slice(2);
    for (const source of [restContract().source, webhookContract().source, graphql]) {
      const [, name, version] = /^(@octokit\/[\w-]+)@([\d.]+) /.exec(source)!;
      expect(notice).toContain(`${name!} | ${version!}`);
    }
  });

  it('refer to no component they lack', () => {
    for (const file of [restContract(), webhookContract()]) {
      const names = [...JSON.stringify(file).matchAll(/"\$ref":"c:([^"]+)"/g)].map((match) => match[1]!);
      expect(names.filter((name) => file.components[name] === undefined)).toEqual([]);
    }
  });
});
