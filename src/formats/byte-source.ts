/** A file that is read in parts, so that its size never decides how much memory is needed. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `offset`; fewer than `length` only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
}
