import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { z } from 'zod';

import { PlatformError } from '../../contracts/errors.ts';
import { cachedFolder, installParts } from '../../platform/native/install.ts';
import { BAKED } from '../../platform/native/load.ts';
import {
  describePart,
  digestOfPart,
  holdsPart,
  PARTS,
  PLATFORM,
  verifyPart,
  type Part,
} from '../../platform/native/parts.ts';
import { VERSION } from '../version.ts';
import { defineAction, type ActionSession, type Remark } from './action.ts';
import { choice } from './inputs.ts';

/** Where native parts came from. */
type Source = 'image' | 'tool-cache' | 'installed' | 'none';

interface Native {
  readonly from: Source;
  readonly folder: string | null;
  /** Why the tool cache was not used, where it should have been. */
  readonly refused: string | null;
}

const inputs = z.object({ native: choice(['true', 'false', ...PARTS]).default('true') });

/** Puts `slipway` on the PATH, and what is native where the other actions find it. */
export const setup = defineAction({
  inputs,
  outputs: ['version', 'native'],
  async run(session) {
    await putOnPath(session);
    const native = await provide(session, partsOf(session.inputs.native));
    if (native.folder !== null) session.step.setVariable('SLIPWAY_NATIVE', native.folder);
    const message = `slipway ${VERSION} is ready; native parts: ${native.from}`;
    return {
      schema: 'slipway.setup/1',
      decision: 'pass',
      reason: 'DONE',
      message,
      document: { native },
      text: message,
      outputs: { version: VERSION, native: native.from },
      remarks: native.refused === null ? [] : [changedCache(native.refused)],
    };
  },
});

/** On a machine that jobs share it may be the work of another one. */
function changedCache(message: string): Remark {
  const hint = 'find out what wrote to the tool cache of this runner; this job uses new files';
  return { level: 'warning', code: 'DIGEST_MISMATCH', message, hint };
}

function partsOf(input: z.infer<typeof inputs>['native']): readonly Part[] {
  if (input === 'true') return PARTS;
  return PARTS.filter((part) => part === input);
}

/** A program of two lines that runs this version's command line with the runner's own Node. */
async function putOnPath({ runner, step }: ActionSession<typeof inputs>): Promise<void> {
  const folder = join(runner.temp, 'slipway', 'bin');
  const program = join(folder, 'slipway');
  await mkdir(folder, { recursive: true });
  await writeFile(program, `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(commandLine())} "$@"\n`);
  await chmod(program, 0o755);
  step.addPath(folder);
}

/** In the bundle beside this file; in sources and in the npm package the launcher. */
function commandLine(): string {
  const bundled = fileURLToPath(new URL('cli.js', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../launch.mjs', import.meta.url));
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Image, tool cache or npm, in this order. Files are hashed whole, whatever stamps say. */
async function provide(session: ActionSession<typeof inputs>, parts: readonly Part[]): Promise<Native> {
  if (parts.length === 0) return { from: 'none', folder: null, refused: null };
  const { step, signal } = session;
  for (const part of parts) requirePinned(part);
  const tools = await toolsFolder(session);
  const baked = bakedFolder(parts);
  if (baked !== null && baked !== cachedFolder(tools, parts)) {
    for (const part of parts) verifyPart(baked, part, { whole: true });
    return { from: 'image', folder: baked, refused: null };
  }
  return await installParts({ parts, tools, signal, say: (line) => step.log.line(line) });
}

/** Before anything is fetched in vain. */
function requirePinned(part: Part): void {
  if (digestOfPart(part) !== null) return;
  const others = PARTS.filter((other) => digestOfPart(other) !== null);
  throw new PlatformError({
    code: 'NATIVE_MISSING',
    message: `${describePart(part)} is not pinned for ${PLATFORM}, and so not installed there`,
    hint: `set \`native: '${others[0] ?? 'false'}'\`, or run the job on Linux on x64`,
  });
}

/** The tool cache; in a container whose user cannot write there, and where there is none, a folder of this job. */
async function toolsFolder({ runner }: ActionSession<typeof inputs>): Promise<string> {
  const own = join(runner.temp, 'slipway', 'tools');
  if (runner.toolCache === null) return own;
  return await access(runner.toolCache, constants.W_OK).then(
    () => runner.toolCache ?? own,
    () => own,
  );
}

/** A folder of the runner's image that has the parts in the versions that are pinned; one with others is passed over. */
function bakedFolder(parts: readonly Part[]): string | null {
  const folders = [process.env['SLIPWAY_NATIVE'] ?? '', BAKED].filter((folder) => folder !== '');
  return folders.find((folder) => parts.every((part) => holdsPart(folder, part))) ?? null;
}
