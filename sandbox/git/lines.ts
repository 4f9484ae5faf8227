/** Which lines of a text were replaced by which lines of another. */
import { diffArrays } from 'diff';

/** Lines `[aStart, aEnd)` of the old text became lines `[bStart, bEnd)` of the new one; one side may be empty. */
export interface Block {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** Above this edit distance the rest of two texts counts as replaced, so that a comparison stays fast. */
const MOST_EDITS = 3000;

/** The lines of a text, each with its line end; the last may have none. */
export function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

interface Sides {
  readonly a: readonly string[];
  readonly b: readonly string[];
  /** Marks of changed lines, one longer than the text so that a group may be asked for past its end. */
  readonly changedA: Uint8Array;
  readonly changedB: Uint8Array;
}

/** Marks what differs between the first and the last common lines. Lines which only one side has need no search. */
function mark({ a, b, changedA, changedB }: Sides, from: number, endA: number, endB: number): void {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const numbersA = a.slice(from, endA).map(numberOf);
  const numbersB = b.slice(from, endB).map(numberOf);
  const inA = new Set(numbersA);
  const inB = new Set(numbersB);
  const keptA = numbersA.flatMap((number, i) => (inB.has(number) ? [from + i] : []));
  const keptB = numbersB.flatMap((number, i) => (inA.has(number) ? [from + i] : []));
  changedA.fill(1, from, endA);
  changedB.fill(1, from, endB);
  const changes = diffArrays(
    keptA.map((i) => numbersA[i - from]!),
    keptB.map((i) => numbersB[i - from]!),
    { maxEditLength: MOST_EDITS },
  );
  let atA = 0;
  let atB = 0;
  for (const { added, removed, count } of changes ?? []) {
    if (added) {
      atB += count;
    } else if (removed) {
      atA += count;
    } else {
      for (let i = 0; i < count; i++) {
        changedA[keptA[atA++]!] = 0;
        changedB[keptB[atB++]!] = 0;
      }
    }
  }
}

function blocksOf({ a, b, changedA, changedB }: Sides): Block[] {
  const blocks: Block[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (changedA[i] === 0 && changedB[j] === 0 && i < a.length && j < b.length) {
      i++;
      j++;
      continue;
    }
    const start = { aStart: i, bStart: j };
    while (i < a.length && changedA[i] === 1) i++;
    while (j < b.length && changedB[j] === 1) j++;
    blocks.push({ ...start, aEnd: i, bEnd: j });
  }
  return blocks;
}

/**
 * A block that only adds or only removes can often stand a few lines further down with the same meaning;
 * git shows it as low as it goes, which puts an added function after the closing brace above it.
 */
function slide({ a, b }: Sides, blocks: readonly Block[]): Block[] {
  const result: Block[] = [];
  for (let n = blocks.length - 1; n >= 0; n--) {
    const block = blocks[n]!;
    const next = result[0];
    const room = next === undefined ? a.length - block.aEnd : next.aStart - block.aEnd;
    const adds = block.aStart === block.aEnd;
    if (!adds && block.bStart !== block.bEnd) {
      result.unshift(block);
      continue;
    }
    const [lines, start, end] = adds ? [b, block.bStart, block.bEnd] : [a, block.aStart, block.aEnd];
    let by = 0;
    while (by < room && lines[start + by] === lines[end + by]) by++;
    const moved = {
      aStart: block.aStart + by,
      aEnd: block.aEnd + by,
      bStart: block.bStart + by,
      bEnd: block.bEnd + by,
    };
    if (next !== undefined && by === room) {
      result[0] = { aStart: moved.aStart, aEnd: next.aEnd, bStart: moved.bStart, bEnd: next.bEnd };
    } else {
      result.unshift(moved);
    }
  }
  return result;
}

/** The blocks in which two texts differ, in order; between two blocks both texts are equal. */
export function compareLines(a: readonly string[], b: readonly string[]): Block[] {
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let endA = a.length;
  let endB = b.length;
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  if (from === endA && from === endB) return [];
  const changedA = new Uint8Array(a.length + 1);
  const changedB = new Uint8Array(b.length + 1);
  const sides = { a, b, changedA, changedB };
  if (from === endA || from === endB) {
    changedA.fill(1, from, endA);
    changedB.fill(1, from, endB);
  } else {
    mark(sides, from, endA, endB);
  }
  return slide(sides, blocksOf(sides));
}
