/**
 * GitHub's own actions that nearly every workflow uses, written small: the sandbox offers them where it holds no
 * repository of that name. Every version of them is the same.
 */
import { createHash } from 'node:crypto';

import type { ActionFile, FindAction } from '../action-source.ts';
import { downloadArtifactAction, mergeArtifacts, uploadArtifactAction } from './artifacts.ts';
import { cache, cacheRestore, cacheSave } from './cache.ts';
import { checkout } from './checkout.ts';
import type { ActionManifest, StandIn } from './definition.ts';
import { githubScript } from './github-script.ts';
import type { StandInName } from './registry.ts';
import { RUN_URL } from './run-url.ts';
import { setupNode } from './setup-node.ts';
import { setupGo, setupJava } from './setup-others.ts';
import { setupPython } from './setup-python.ts';

/** Repository → path of an action in it → its name and what it does. */
const STAND_INS: Readonly<Record<string, Readonly<Record<string, readonly [StandInName, StandIn]>>>> = {
  'actions/checkout': { '': ['checkout', checkout] },
  'actions/setup-node': { '': ['setup-node', setupNode] },
  'actions/setup-python': { '': ['setup-python', setupPython] },
  'actions/setup-java': { '': ['setup-java', setupJava] },
  'actions/setup-go': { '': ['setup-go', setupGo] },
  'actions/cache': {
    '': ['cache', cache],
    'restore/': ['cache-restore', cacheRestore],
    'save/': ['cache-save', cacheSave],
  },
  'actions/upload-artifact': {
    '': ['upload-artifact', uploadArtifactAction],
    'merge/': ['merge-artifacts', mergeArtifacts],
  },
  'actions/download-artifact': { '': ['download-artifact', downloadArtifactAction] },
  'actions/github-script': { '': ['github-script', githubScript] },
};

/** Files of the stand-in for a repository, path → text; undefined where there is none. */
export function standInRepository(owner: string, name: string): Readonly<Record<string, string>> | undefined {
  const actions = STAND_INS[`${owner}/${name}`.toLowerCase()];
  if (actions === undefined) return undefined;
  const files: Record<string, string> = {};
  for (const [path, [standIn, { manifest, post }]] of Object.entries(actions)) {
    files[`${path}action.yml`] = JSON.stringify(actionYml(manifest, post !== undefined), undefined, 2);
    files[`${path}main.mjs`] = starter(standIn, 'main');
    if (post !== undefined) files[`${path}post.mjs`] = starter(standIn, 'post');
  }
  return files;
}

/** Finds stand-ins: any version of them, as they all are the same. */
export const findStandIn: FindAction = (owner, name) => {
  const texts = standInRepository(owner, name);
  if (texts === undefined) return { kind: 'no-repository' };
  const files = Object.entries(texts).map(([path, text]): ActionFile => ({
    path,
    mode: 'file',
    content: Buffer.from(text),
  }));
  return {
    kind: 'found',
    sha: createHash('sha1').update(JSON.stringify(texts)).digest('hex'),
    files: () => files,
  };
};

function starter(name: StandInName, stage: 'main' | 'post'): string {
  return `import { run } from ${JSON.stringify(RUN_URL)};\nawait run(${JSON.stringify(name)}, ${JSON.stringify(stage)}, process.env);\n`;
}

function actionYml(manifest: ActionManifest, post: boolean): unknown {
  return {
    name: manifest.name,
    description: `${manifest.name} (in the sandbox)`,
    inputs: Object.fromEntries(
      Object.entries(manifest.inputs).map(([name, input]) => [
        name,
        {
          description: name,
          required: input.required ?? false,
          ...(input.default === undefined ? {} : { default: input.default }),
          ...(input.deprecated === undefined ? {} : { deprecationMessage: input.deprecated }),
        },
      ]),
    ),
    outputs: Object.fromEntries(manifest.outputs.map((name) => [name, { description: name }])),
    runs: {
      using: 'node24',
      main: 'main.mjs',
      ...(post ? { post: 'post.mjs' } : {}),
      ...(post && manifest.postIf !== undefined ? { 'post-if': manifest.postIf } : {}),
    },
  };
}
