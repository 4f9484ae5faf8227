/** Signatures of commit objects: the header `gpgsig`, made over the object without it. https://git-scm.com/docs/gitformat-signature */

export interface Signed {
  readonly signature: string;
  /** What was signed. */
  readonly payload: Buffer;
}

const HEADER = '\ngpgsig ';

/** The signature a commit's body carries, and the bytes it stands for; undefined for an unsigned one. */
export function signedPart(body: Buffer): Signed | undefined {
  const head = body.indexOf('\n\n');
  const start = body.indexOf(HEADER);
  if (start < 0 || (head >= 0 && start > head)) return undefined;
  let end = body.indexOf('\n', start + 1);
  // Lines that begin with a space go on with the value.
  while (end >= 0 && body[end + 1] === 0x20) end = body.indexOf('\n', end + 1);
  if (end < 0) end = body.length;
  const value = body.toString('utf8', start + HEADER.length, end);
  return {
    signature: value.replaceAll('\n ', '\n'),
    payload: Buffer.concat([body.subarray(0, start), body.subarray(end)]),
  };
}

/** The body of a commit with a signature as its last header. */
export function withSignature(payload: Buffer, signature: string): Buffer {
  const head = payload.indexOf('\n\n');
  const at = head < 0 ? payload.length : head;
  const header = Buffer.from(HEADER + signature.replaceAll('\n', '\n '));
  return Buffer.concat([payload.subarray(0, at), header, payload.subarray(at)]);
}
