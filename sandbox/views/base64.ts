const LINE = 60;

/** Base64 in lines of 60 characters, as GitHub's answers carry it. */
export function base64Lines(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return lines.map((line) => `${line}\n`).join('');
}
