import { isTar, zipFormat, zipNames } from './archives.ts';
import { dataOf, modelTextOf } from './data.ts';
import { containerOf, looseOf, programOf } from './magic.ts';
import type { Content } from './magic.ts';
import { walkPickle } from './pickle.ts';
import type { Ends } from './text.ts';

/**
 * What the bytes of a file are, its name aside; null for text without a format of its own. Where they are several
 * things at once the most dangerous one is answered: programs, pickles, archives, and only then data.
 */
export function readContent(ends: Ends, text: boolean): Content | null {
  return (
    programOf(ends.head) ??
    pickleOf(ends, text) ??
    archiveOf(ends) ??
    (text ? modelTextOf(ends.head) : (containerOf(ends.head) ?? dataOf(ends) ?? looseOf(ends.head)))
  );
}

function archiveOf({ head, tail, size }: Ends): Content | null {
  const names = zipNames(head, tail, size - tail.length);
  if (names !== null) return { format: zipFormat(names), found: 'a zip archive' };
  return isTar(head) ? { format: 'archive', found: 'a tar archive' } : null;
}

/**
 * A pickle is where Python's machine would run code, what declares itself to be one, and text that may go on as one
 * beyond the bytes at hand. Text that is a pickle without calls is text (`Value\n2.5\n` is one), and other bytes
 * without a protocol are unknown: raw numbers may look like anything for a while.
 */
function pickleOf({ head, size }: Ends, text: boolean): Content | null {
  const { end, imports, protocol } = walkPickle(head, size);
  const declared = protocol !== null && (end !== 'none' || imports);
  if (end !== 'code' && !declared && !(text && end === 'open')) return null;
  if (Buffer.from(head).includes('joblib.numpy_pickle'))
    return { format: 'joblib', found: 'a pickle of joblib' };
  return { format: 'pickle', found: protocol === null ? 'a pickle' : `a pickle of protocol ${protocol}` };
}
