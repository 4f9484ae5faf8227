const RADIX_BITS = 16;
const BUCKETS = 1 << RADIX_BITS;

/** Below this many values a comparison sort is faster than four counting passes. */
const SMALL = 4096;

/**
 * Indices that sort `values` ascending, ties in index order (stable). −0 equals 0; values must not be NaN.
 * LSD radix sort over the IEEE 754 bits: linear in the number of values.
 */
export function ascendingOrder(values: Float64Array): Uint32Array {
  if (values.length < SMALL) return comparisonOrder(values);
  const n = values.length;
  const high = new Uint32Array(n);
  const low = new Uint32Array(n);
  fillSortableBits(values, high, low);
  let order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  let scratch = new Uint32Array(n);
  const counts = new Uint32Array(BUCKETS);
  for (let digit = 0; digit < 4; digit++) {
    const words = digit < 2 ? low : high;
    const shift = (digit & 1) * RADIX_BITS;
    if (!countingPass(words, shift, counts, order, scratch)) continue;
    [order, scratch] = [scratch, order];
  }
  return order;
}

function comparisonOrder(values: Float64Array): Uint32Array {
  const order = new Uint32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((i, j) => values[i]! - values[j]! || i - j);
}

/** Bits whose unsigned order is the numeric order: negatives flipped whole, others by the sign bit. */
function fillSortableBits(values: Float64Array, high: Uint32Array, low: Uint32Array): void {
  const one = new Float64Array(1);
  const bits = new Uint32Array(one.buffer);
  for (let i = 0; i < values.length; i++) {
    one[0] = values[i]! + 0;
    const top = bits[1]!;
    const negative = top >>> 31 !== 0;
    high[i] = negative ? ~top : top ^ 0x80000000;
    low[i] = negative ? ~bits[0]! : bits[0]!;
  }
}

/** One stable counting pass from `order` into `into`; false (nothing done) when all digits are the same. */
function countingPass(
  words: Uint32Array,
  shift: number,
  counts: Uint32Array,
  order: Uint32Array,
  into: Uint32Array,
): boolean {
  const n = words.length;
  counts.fill(0);
  for (let i = 0; i < n; i++) counts[(words[i]! >>> shift) & 0xffff]!++;
  if (counts[(words[0]! >>> shift) & 0xffff] === n) return false;
  let position = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = counts[bucket]!;
    counts[bucket] = position;
    position += count;
  }
  for (let k = 0; k < n; k++) {
    const index = order[k]!;
    into[counts[(words[index]! >>> shift) & 0xffff]!++] = index;
  }
  return true;
}
