/** https://github.com/actions/cache: the action and its halves `restore` and `save`. */
import { restoreCache, saveCache } from './cache-client.ts';
import type { InputDeclaration, StandIn } from './definition.ts';
import { ActionFailure, type Kit } from './kit.ts';

const COMMON: Readonly<Record<string, InputDeclaration>> = {
  path: { required: true },
  key: { required: true },
  enableCrossOsArchive: { default: 'false' },
};
const RESTORING: Readonly<Record<string, InputDeclaration>> = {
  'restore-keys': {},
  'fail-on-cache-miss': { default: 'false' },
  'lookup-only': { default: 'false' },
};

/** actions/cache */
export const cache: StandIn = {
  manifest: {
    name: 'Cache',
    inputs: {
      ...COMMON,
      ...RESTORING,
      'upload-chunk-size': {},
      'save-always': {
        default: 'false',
        deprecated:
          'save-always does not work as intended and will be removed in a future release.\nA separate `actions/cache/restore` step should be used instead.\nSee https://github.com/actions/cache/tree/main/save#always-save-cache for more details.\n',
      },
    },
    outputs: ['cache-hit'],
    postIf: 'success()',
  },
  main: async (kit) => {
    const { found, key } = await restore(kit);
    kit.saveState('key', key);
    kit.saveState('found', found ?? '');
  },
  post: async (kit) => {
    const key = kit.state('key');
    if (key === '') return;
    if (kit.state('found') === key)
      kit.info(`Cache hit occurred on the primary key ${key}, not saving cache.`);
    else await save(kit, key);
  },
};

/** actions/cache/restore */
export const cacheRestore: StandIn = {
  manifest: {
    name: 'Restore Cache',
    inputs: { ...COMMON, ...RESTORING },
    outputs: ['cache-hit', 'cache-primary-key', 'cache-matched-key'],
  },
  main: async (kit) => {
    const { found, key } = await restore(kit);
    kit.output('cache-primary-key', key);
    if (found !== undefined) kit.output('cache-matched-key', found);
  },
};

/** actions/cache/save */
export const cacheSave: StandIn = {
  manifest: { name: 'Save a cache', inputs: { ...COMMON, 'upload-chunk-size': {} }, outputs: [] },
  main: (kit) => save(kit, kit.input('key', { required: true })),
};

async function restore(kit: Kit): Promise<{ readonly key: string; readonly found: string | undefined }> {
  const key = kit.input('key', { required: true });
  kit.input('path', { required: true });
  const restoreKeys = kit.lines('restore-keys');
  const found = await restoreCache(kit, kit.lines('path'), key, restoreKeys, kit.boolean('lookup-only'));
  if (found === undefined) {
    if (kit.boolean('fail-on-cache-miss')) {
      throw new ActionFailure(
        `Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${key}`,
      );
    }
    kit.info(`Cache not found for input keys: ${[key, ...restoreKeys].join(', ')}`);
    return { key, found };
  }
  kit.output('cache-hit', String(found === key));
  kit.info(
    kit.boolean('lookup-only')
      ? `Cache found and can be restored from key: ${found}`
      : `Cache restored from key: ${found}`,
  );
  return { key, found };
}

async function save(kit: Kit, key: string): Promise<void> {
  try {
    if (await saveCache(kit, kit.lines('path'), key)) kit.info(`Cache saved with key: ${key}`);
  } catch (error) {
    if (!(error instanceof ActionFailure)) throw error;
    kit.warning(error.message);
  }
}
