/** Packet lines: four hexadecimal digits of length, then the text. https://git-scm.com/docs/gitprotocol-common */

/** Ends a section. */
export const FLUSH = Buffer.from('0000');

/** Longest text of one packet line. */
const LONGEST = 65_516;

/** A packet line of a text (no line end is added). */
export function packet(text: string | Buffer): Buffer {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** The text on a channel of the side band: 1 the answer, 2 for people, 3 a fatal error. */
export function sideBand(channel: 1 | 2 | 3, bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += LONGEST - 1)
    parts.push(packet(Buffer.concat([Buffer.of(channel), bytes.subarray(at, at + LONGEST - 1)])));
  return Buffer.concat(parts);
}

/** What the client sent does not follow the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export interface PacketReader {
  /** The next packet's bytes, or what stands in its place. */
  next(): Promise<Buffer | 'flush' | 'delimiter' | 'end'>;
  /** The next packet as text without its line end; undefined at a flush and at the end. */
  line(): Promise<string | undefined>;
  /** At least this many of the bytes that follow, fewer at the end; they stay unread. */
  peek(count: number): Promise<Buffer>;
  /** Everything that is left, as it comes. */
  rest(): AsyncGenerator<Buffer>;
}

/** Reads packet lines from a stream, then what follows them. */
export function packetReader(source: AsyncIterable<Buffer>): PacketReader {
  const chunks = source[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  async function peek(count: number): Promise<Buffer> {
    while (waiting.length < count) {
      const chunk = await chunks.next();
      if (chunk.done === true) break;
      waiting = waiting.length === 0 ? chunk.value : Buffer.concat([waiting, chunk.value]);
    }
    return waiting;
  }
  async function next(): Promise<Buffer | 'flush' | 'delimiter' | 'end'> {
    const head = (await peek(4)).toString('latin1', 0, 4);
    if (head === '') return 'end';
    if (!/^[0-9a-f]{4}$/i.test(head)) throw new ProtocolError('bad line length character');
    const length = Number.parseInt(head, 16);
    if (length < 4) {
      waiting = waiting.subarray(4);
      if (length === 0) return 'flush';
      if (length === 1) return 'delimiter';
      throw new ProtocolError(`bad line length ${String(length)}`);
    }
    const bytes = await peek(length);
    if (bytes.length < length) throw new ProtocolError('the remote end hung up unexpectedly');
    waiting = bytes.subarray(length);
    return bytes.subarray(4, length);
  }
  return {
    next,
    peek,
    line: async () => {
      const bytes = await next();
      return typeof bytes === 'string' ? undefined : bytes.toString('utf8').replace(/\n$/, '');
    },
    rest: async function* () {
      if (waiting.length > 0) yield waiting;
      waiting = Buffer.alloc(0);
      for (let chunk = await chunks.next(); chunk.done !== true; chunk = await chunks.next())
        yield chunk.value;
    },
  };
}
