import type { StandIn } from './definition.ts';

/** Loaded one at a time: a step needs one of them, and starts the faster. */
const LOADERS = {
  cache: async () => (await import('./cache.ts')).cache,
  'cache-restore': async () => (await import('./cache.ts')).cacheRestore,
  'cache-save': async () => (await import('./cache.ts')).cacheSave,
  checkout: async () => (await import('./checkout.ts')).checkout,
  'download-artifact': async () => (await import('./artifacts.ts')).downloadArtifactAction,
  'github-script': async () => (await import('./github-script.ts')).githubScript,
  'merge-artifacts': async () => (await import('./artifacts.ts')).mergeArtifacts,
  'setup-go': async () => (await import('./setup-others.ts')).setupGo,
  'setup-java': async () => (await import('./setup-others.ts')).setupJava,
  'setup-node': async () => (await import('./setup-node.ts')).setupNode,
  'setup-python': async () => (await import('./setup-python.ts')).setupPython,
  'upload-artifact': async () => (await import('./artifacts.ts')).uploadArtifactAction,
} as const satisfies Record<string, () => Promise<StandIn>>;

export type StandInName = keyof typeof LOADERS;

/** The stand-in of that name. */
export async function loadStandIn(name: StandInName): Promise<StandIn> {
  return LOADERS[name]();
}
