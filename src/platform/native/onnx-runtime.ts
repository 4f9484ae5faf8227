import { lstat, mkdtemp, readFile, rm, stat, copyFile, writeFile, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { InputError, PlatformError } from '../../contracts/errors.ts';
import type { OnnxModel, OnnxRuntime, OpenRequest } from '../../evaluation/ports.ts';
import { headOf } from '../storage/byte-source.ts';
import { libraryOf } from './load.ts';
import { FEEDS } from './onnx-exchange.ts';
import { OnnxProcess } from './onnx-process.ts';

const HEAD_BYTES = 65_536;
/** Protocol buffers end at 2 GiB; larger models keep their weights in external data. */
const MAX_MODEL_BYTES = 2 ** 31 - 1;

const MODEL = 'model.onnx';

/** Where the native runtime is looked up. */
export interface OnnxRuntimeOptions {
  /** A file beside whose node_modules onnxruntime-node lies; default: as load.ts finds it. */
  readonly library?: string;
}

/**
 * ONNX Runtime (onnxruntime-node, CPU) with each model in a process of its own that is killed on abort, timeout and
 * close. Nothing native is loaded into this process, and nothing at all before the first `open`.
 */
export function createOnnxRuntime(options: OnnxRuntimeOptions = {}): OnnxRuntime {
  const open = async (request: OpenRequest): Promise<OnnxModel> =>
    await openModel(request, options.library ?? libraryOf('onnx'));
  return { head: readHead, read: readModel, open };
}

async function readHead(file: string): Promise<Uint8Array> {
  return (await headOf(file, HEAD_BYTES)).head;
}

async function readModel(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > MAX_MODEL_BYTES)
      throw unreadableModel(file, `it is ${size} bytes long, at most ${MAX_MODEL_BYTES} are read`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unreadableFile(file, error);
  }
}

/**
 * The process reads a private copy: what was inspected is what is loaded, and external data cannot resolve to
 * anything but the checked files that were copied with it.
 */
async function openModel(request: OpenRequest, library: string): Promise<OnnxModel> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-onnx-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const model = join(folder, MODEL);
    await writeFile(model, request.bytes);
    for (const name of request.external) await copyExternal(request.file, name, folder);
    const child = new OnnxProcess({ ...request, library, folder, removeFolder });
    return await child.load(model);
  } catch (error) {
    await removeFolder();
    if (error instanceof Error && 'syscall' in error) {
      throw new PlatformError(
        {
          code: 'DISK',
          message: `cannot copy ${request.file} for loading: ${error.message}`,
          hint: 'Free space in the folder for temporary files.',
        },
        { cause: error },
      );
    }
    throw error;
  }
}

/** External data is read only from a plain file of one name: no link of either kind leads out of the folder. */
async function copyExternal(file: string, name: string, folder: string): Promise<void> {
  const path = join(dirname(file), basename(name));
  const found = await lstat(path).catch(() => null);
  if (found === null)
    throw unreadableModel(file, `its external data ${JSON.stringify(name)} does not lie beside it`);
  if (!found.isFile() || found.nlink !== 1) {
    throw unreadableModel(
      file,
      `its external data ${JSON.stringify(name)} is no plain file (a link or a folder)`,
    );
  }
  if (name === MODEL || name === FEEDS)
    throw unreadableModel(file, `its external data has the reserved name ${JSON.stringify(name)}`);
  await copyFile(path, join(folder, name), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
}

function unreadableModel(file: string, reason: string): InputError {
  return new InputError({
    code: 'MODEL_UNREADABLE',
    message: `${basename(file)}: cannot be read as a model: ${reason}`,
    file,
    hint: 'Export the model to ONNX again, with its weights inside or in plain files beside it.',
  });
}

function unreadableFile(file: string, error: unknown): InputError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new InputError({
      code: 'FILE_NOT_FOUND',
      message: `${file}: does not exist`,
      file,
      hint: 'Check the path.',
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new InputError({
    code: 'FILE_UNREADABLE',
    message: `${file}: cannot be read: ${reason}`,
    file,
    hint: 'Check that it is a file and its permissions.',
  });
}
