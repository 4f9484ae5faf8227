import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown, type OutputChunk, type Plugin } from 'rolldown';

import type { Action } from '../src/entry/actions/action.ts';
import { ACTIONS, type ActionName } from '../src/entry/actions/list.ts';
import { licensesOf } from './licenses.ts';

/**
 * Makes `dist/`: what GitHub runs of this repository. One set of modules shared by all programs, each loaded when it is
 * needed, and one stub for each action. rolldown and not ncc: ncc repeats shared modules in every part that is loaded later
 * (10 MB instead of 2), writes this machine's paths into some of them, and takes ten times as long.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/u, '');
/** What a workflow downloads before its first step. */
const MOST_BYTES = 6 * 1024 ** 2;

/** Programs by the names that their processes are started under. `index` runs actions. */
const PROGRAMS = {
  index: 'src/entry/actions/main.ts',
  cli: 'src/entry/main.ts',
  judge: 'src/entry/judge.ts',
  'onnx.worker': 'src/platform/native/onnx.worker.ts',
};

/**
 * Modules that the bundle has others for: what no workflow needs, where a search for native packages would begin, and parts of
 * the toolkit that would only cost: an HTTP client at each start, and downloads of artifacts.
 */
const INSTEAD: Readonly<Record<string, string>> = {
  'src/entry/bot.ts': 'src/entry/left-out.ts',
  'src/entry/sandbox.ts': 'src/entry/left-out.ts',
  'src/platform/native/beside.ts': 'src/platform/native/beside.none.ts',
  '@actions/artifact/lib/internal/download/download-artifact.js': 'src/platform/runner/download.none.ts',
  '@actions/core/lib/oidc-utils.js': 'src/platform/runner/oidc-utils.none.ts',
};

const replace: Plugin = {
  name: 'instead',
  async resolveId(source, importer, options) {
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    const name = found?.id.split('/node_modules/').at(-1) ?? '';
    const other = INSTEAD[isAbsolute(name) ? relative(ROOT, name) : name];
    return other === undefined ? found : join(ROOT, other);
  },
};

/** Bundles everything into a folder, which is emptied first. The same sources give the same bytes, wherever they lie. */
export async function bundle(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const build = await rolldown({
    cwd: ROOT,
    input: PROGRAMS,
    platform: 'node',
    plugins: [replace],
    logLevel: 'warn',
  });
  const { output } = await build.write({
    dir: out,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: false,
    minify: true,
  });
  await build.close();
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  await writeStubs(out);
  writeFileSync(join(out, 'package.json'), '{"private":true,"type":"module"}\n');
  writeFileSync(join(out, 'licenses.txt'), licensesOf(chunks.flatMap((chunk) => chunk.moduleIds)));
}

/** What `main` and `post` of an action.yml name. */
async function writeStubs(out: string): Promise<void> {
  for (const name of Object.keys(ACTIONS) as ActionName[]) {
    const action: Action = await ACTIONS[name]();
    writeFileSync(join(out, `${name}.js`), stub(name, 'main'));
    if (action.post !== undefined) writeFileSync(join(out, `${name}-post.js`), stub(name, 'post'));
  }
}

function stub(name: string, phase: 'main' | 'post'): string {
  return `process.argv.splice(2, Infinity, '${name}', '${phase}');\nawait import('./index.js');\n`;
}

/** Bytes of all files. @throws Error where they are too many, or name a folder of this machine */
export function checkBundle(out: string): number {
  let bytes = 0;
  for (const name of readdirSync(out)) {
    const file = join(out, name);
    bytes += statSync(file).size;
    if (readFileSync(file, 'utf8').includes(ROOT)) throw new Error(`${file} holds a path of this machine`);
  }
  if (bytes > MOST_BYTES) throw new Error(`${out} has ${bytes} bytes, at most ${MOST_BYTES} are meant`);
  return bytes;
}

if (import.meta.main) {
  const out = resolve(process.argv[2] ?? 'dist');
  await bundle(out);
  console.log(`build: ${relative('.', out)} (${(checkBundle(out) / 1e6).toFixed(2)} MB)`);
}
