import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import type { Action } from '../../src/entry/actions/action.ts';
import { ACTIONS } from '../../src/entry/actions/list.ts';
import { COMMON_OUTPUTS, WORKING_DIRECTORY } from '../../src/entry/actions/perform.ts';

interface Metadata {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const OWN = 'slipway-ml/slipway/';
const WORKFLOWS = globSync(['.github/workflows/*.yml', 'templates/workflows/*.yml'], { dot: true });

const folderOf = (name: string): string => (name === 'run' ? '.' : join('actions', name));

describe.each(Object.entries(ACTIONS) as [string, () => Promise<Action>][])('action %s', (name, load) => {
  it('declares the inputs and outputs that its code knows, and starts it', async () => {
    const metadata = parse(readFileSync(join(folderOf(name), 'action.yml'), 'utf8')) as Metadata;
    const action = await load();
    expect(Object.keys(metadata.inputs ?? {}).sort()).toEqual(
      Object.keys({ ...action.inputs.shape, ...WORKING_DIRECTORY }).sort(),
    );
    expect(Object.keys(metadata.outputs ?? {}).sort()).toEqual([...action.outputs, ...COMMON_OUTPUTS].sort());
    expect(metadata.runs.using).toBe('node24');
    expect(join(folderOf(name), metadata.runs.main)).toBe(join('dist', `${name}.js`));
  });
});

describe.each(WORKFLOWS)('%s', (file) => {
  const uses = [...readFileSync(file, 'utf8').matchAll(/uses: (\S+)@(\S+)/gu)];

  it('names only actions and workflows that there are', () => {
    const own = uses.flatMap(([, path = '']) => (path.startsWith(OWN) ? [path.slice(OWN.length)] : []));
    const missing = own.filter(
      (path) => !existsSync(path.endsWith('.yml') ? path : join(path, 'action.yml')),
    );
    expect(missing).toEqual([]);
  });

  it('pins each to a whole commit', () => {
    expect(uses.map(([, , ref]) => ref).filter((ref) => !/^[0-9a-f]{40}$/u.test(ref ?? ''))).toEqual([]);
  });
});
