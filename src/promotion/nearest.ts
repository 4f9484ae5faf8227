import { distance } from 'fastest-levenshtein';

/** Longest word that is compared; names in the log end at 200 characters. */
const LONGEST = 200;

/** The valid word that is at most a third of its letters away (rounded up: two that changed places are two); case does not matter; null for none. */
export function nearest(word: string, valid: Iterable<string>): string | null {
  if (word.length > LONGEST) return null;
  let best: string | null = null;
  let least = Math.ceil(word.length / 3) + 1;
  for (const candidate of valid) {
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Names shown at most in a list of what is known. */
const SHOWN = 10;

/** What could have been meant: the nearest valid word, or the valid words themselves, newest last; never empty. */
export function didYouMean(word: string, valid: readonly string[], none: string): string {
  const near = nearest(word, valid);
  if (near !== null) return `Did you mean \`${near}\`?`;
  if (valid.length === 0) return none;
  const shown = valid.slice(-SHOWN).map((name) => `\`${name}\``);
  return `Known here: ${valid.length > SHOWN ? '…, ' : ''}${shown.join(', ')}.`;
}
