import { decodeLatin1OrUtf8 } from './text-bytes.ts';

const SEGMENT = 1 << 22;

/**
 * Distinct texts, met as UTF-8 bytes. Bytes, hashes and the table live outside of the JavaScript heap and become strings
 * once, at the end: ten million unique ids then cost little more than their own bytes.
 */
export class Dictionary {
  private segments: Buffer[] = [];
  private used = SEGMENT;
  /** Segment and offset in it: segment · SEGMENT + offset, up to 2^53. */
  private offsets = new Float64Array(64);
  private lengths = new Uint32Array(64);
  private hashes = new Int32Array(64);
  private slots = new Int32Array(256).fill(-1);
  private count = 0;

  /** Number of distinct texts so far. */
  get size(): number {
    return this.count;
  }

  /** Code of the text in bytes [start, end): its place in order of first appearance. */
  codeOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x2c1b3c6d);
    hash ^= hash >>> 13;
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    let code = this.slots[slot]!;
    while (code >= 0) {
      if (this.hashes[code] === hash && this.equals(code, bytes, start, end)) return code;
      slot = (slot + 1) & mask;
      code = this.slots[slot]!;
    }
    return this.insert(bytes, start, end, hash, slot);
  }

  private equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (this.lengths[code] !== length) return false;
    const place = this.offsets[code]!;
    const segment = this.segments[Math.floor(place / SEGMENT)]!;
    const offset = place % SEGMENT;
    for (let at = 0; at < length; at++) if (segment[offset + at] !== bytes[start + at]) return false;
    return true;
  }

  private insert(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const code = this.count++;
    if (code === this.hashes.length) this.grow();
    const length = end - start;
    if (this.used + length > SEGMENT) {
      // A text longer than a segment gets one of its own; offsets stay below SEGMENT because it starts at 0.
      this.segments.push(Buffer.allocUnsafeSlow(Math.max(SEGMENT, length)));
      this.used = 0;
    }
    const last = this.segments.length - 1;
    this.segments[last]!.set(bytes.subarray(start, end), this.used);
    this.offsets[code] = last * SEGMENT + this.used;
    this.lengths[code] = length;
    this.hashes[code] = hash;
    this.used += length;
    this.slots[slot] = code;
    if (this.count * 1.7 > this.slots.length) this.rehash();
    return code;
  }

  private grow(): void {
    const size = this.hashes.length * 2;
    const offsets = new Float64Array(size);
    offsets.set(this.offsets);
    this.offsets = offsets;
    const lengths = new Uint32Array(size);
    lengths.set(this.lengths);
    this.lengths = lengths;
    const hashes = new Int32Array(size);
    hashes.set(this.hashes);
    this.hashes = hashes;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let code = 0; code < this.count; code++) {
      let slot = this.hashes[code]! & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = code;
    }
    this.slots = slots;
  }

  /** The distinct texts in order of their codes. The dictionary is empty afterwards. */
  takeLevels(): string[] {
    const levels = new Array<string>(this.count);
    this.slots = new Int32Array(256).fill(-1);
    this.hashes = new Int32Array(64);
    let code = 0;
    this.segments.forEach((segment, index) => {
      const first = code;
      while (code < this.count && this.offsets[code]! < (index + 1) * SEGMENT) code++;
      const last = code - 1;
      const end = last < first ? 0 : (this.offsets[last]! % SEGMENT) + this.lengths[last]!;
      const text = decodeLatin1OrUtf8(segment, end);
      for (let each = first; each < code; each++) {
        const from = this.offsets[each]! % SEGMENT;
        const to = from + this.lengths[each]!;
        levels[each] = text === null ? segment.toString('utf8', from, to) : text.substring(from, to);
      }
      // Bytes are given back segment by segment while the strings grow.
      this.segments[index] = Buffer.alloc(0);
    });
    this.segments = [];
    this.used = SEGMENT;
    this.count = 0;
    return levels;
  }
}
