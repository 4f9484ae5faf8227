import { isTar, zipFormat, zipNames } from './archives.ts';
import { dataOf, modelTextOf } from './data.ts';
import { containerOf, programOf } from './magic.ts';
import type { Content } from './magic.ts';
import { walkPickle } from './pickle.ts';
import type { Ends } from './text.ts';

/**
 * What the bytes of a file are, its name aside; null for text without a format of its own. Where they are several
 * things at once the most dangerous one is answered: programs, pickles, archives, and only then data.
 */
export function readContent(ends: Ends, text: boolean): Content | null {
  const { head, tail, size } = ends;
  const data = text ? modelTextOf(head) : dataOf(ends);
  const names = zipNames(head, tail, size - tail.length);
  const archive: Content | null =
    names !== null
      ? { format: zipFormat(names), found: 'a zip archive' }
      : isTar(head)
        ? { format: 'archive', found: 'a tar archive' }
        : text
          ? null
          : containerOf(head);
  return (
    programOf(head) ??
    pickleOf(ends, text, data !== null || archive !== null) ??
    archive ??
    data ??
    (text ? null : { format: 'unknown', found: 'bytes that are not recognised' })
  );
}

/**
 * A pickle is where Python's machine would run code, and what says so or can be nothing else. Text that can be read as a
 * pickle without an import is text: `Value\n2.5\n` is one.
 */
function pickleOf({ head, size }: Ends, text: boolean, known: boolean): Content | null {
  const { end, imports, protocol } = walkPickle(head, size);
  const runs = end === 'code' || (imports && !text);
  const declared = protocol !== null && end !== 'none';
  const fits = !known && (end === 'open' || (end === 'data' && !text));
  if (!runs && !declared && !fits) return null;
  if (Buffer.from(head).includes('joblib.numpy_pickle'))
    return { format: 'joblib', found: 'a pickle of joblib' };
  return { format: 'pickle', found: protocol === null ? 'a pickle' : `a pickle of protocol ${protocol}` };
}
