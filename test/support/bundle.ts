import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const CACHE = join(ROOT, 'node_modules', '.cache', 'slipway-bundle');
/** What a bundle depends on. */
const SOURCES = ['src', 'bot', 'scripts', 'package.json', 'package-lock.json'];
const KEPT = 3;

/**
 * The folder of a bundle of the sources as they are now; built when nobody has built it yet. Processes that build it at once
 * do not meet: the first to rename it wins.
 */
export function builtBundle(): string {
  const folder = join(CACHE, digestOfSources());
  if (existsSync(folder)) return folder;
  const partial = join(CACHE, `.partial-${randomUUID()}`);
  mkdirSync(CACHE, { recursive: true });
  execFileSync(process.execPath, [join(ROOT, 'scripts', 'bundle.ts'), partial], { cwd: ROOT, stdio: 'pipe' });
  try {
    renameSync(partial, folder);
  } catch {
    rmSync(partial, { recursive: true });
  }
  forgetOld();
  return folder;
}

function digestOfSources(): string {
  const digest = createHash('sha256');
  for (const source of SOURCES) {
    const path = join(ROOT, source);
    const files = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(source, name))
      : [source];
    for (const file of files.sort()) {
      if (!/\.(?:m?ts|json|ts)$/u.test(file) || !statSync(join(ROOT, file)).isFile()) continue;
      digest.update(`${file}\0`).update(readFileSync(join(ROOT, file)));
    }
  }
  return digest.digest('hex').slice(0, 16);
}

function forgetOld(): void {
  const built = readdirSync(CACHE).map((name) => ({ name, time: statSync(join(CACHE, name)).mtimeMs }));
  const old = built.sort((one, other) => other.time - one.time).slice(KEPT);
  for (const { name } of old) rmSync(join(CACHE, name), { recursive: true, force: true });
}
