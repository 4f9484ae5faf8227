import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../../', import.meta.url);

/** One text of one source file replaced by another. */
export interface Patch {
  /** Path from the repository's root. */
  readonly file: string;
  /** Occurs exactly once. */
  readonly from: string;
  readonly to: string;
}

/** A design as somebody could have made it: what it leaves out, and where that stands in the sources. */
export interface Mutant {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** Name of the flow whose call-site matrix shows it. */
  readonly flow?: string;
  /** Unit tests that show it, as paths or folders. With neither of both, random schedules do. */
  readonly tests?: readonly string[];
  /** Dies within seconds: hunted by `make test`. */
  readonly quick?: boolean;
}

/**
 * From now on modules are loaded with the mutant's texts in them. Modules that are loaded already stay as they are: call
 * it before anything else is imported.
 * @throws Error from the import of a file in which a text does not occur exactly once
 */
export function applyMutant({ name, patches }: Mutant): void {
  registerHooks({
    load: (url, context, next) => {
      const loaded = next(url, context);
      const here = patches.filter(({ file }) => url.endsWith(`/${file}`));
      if (here.length === 0) return loaded;
      const text = here.reduce(
        (source, patch) => patched(name, source, patch),
        Buffer.from(loaded.source as Uint8Array).toString('utf8'),
      );
      return { ...loaded, source: text };
    },
  });
}

/** What keeps a mutant from being made of the sources as they are now, a sentence each. */
export function flawsOf({ name, patches }: Mutant): string[] {
  return [...Map.groupBy(patches, ({ file }) => file)].flatMap(([file, here]) => {
    try {
      const source = readFileSync(fileURLToPath(new URL(file, ROOT)), 'utf8');
      const made = here.reduce((text, patch) => patched(name, text, patch), source);
      return made === source ? [`mutant "${name}" changes nothing in ${file}`] : [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });
}

/** The source with the patch in it. @throws Error unless its text occurs exactly once */
export function patched(name: string, source: string, { file, from, to }: Patch): string {
  const times = source.split(from).length - 1;
  if (times !== 1)
    throw new Error(`mutant "${name}": its text occurs ${times} times in ${file}, expected once:\n${from}`);
  return source.replace(from, () => to);
}
