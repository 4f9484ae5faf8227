import type { ByteSource } from '../../../src/formats/index.ts';

/** Bytes in memory as a file; `read` counts what was asked for. `size` beyond the bytes stands for zeros. */
export function sourceOf(bytes: Uint8Array, size = bytes.length): ByteSource & { bytesRead(): number } {
  let asked = 0;
  return {
    size,
    bytesRead: () => asked,
    read: async (offset, length) => {
      const part = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      part.set(bytes.subarray(offset, offset + part.length));
      asked += part.length;
      return await Promise.resolve(part);
    },
  };
}
