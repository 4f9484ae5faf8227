/**
 * The schema definition language without descriptions, which are three quarters of the file. Works on the text:
 * GitHub's file defines one field twice, which a parser that checks refuses.
 * Source: GraphQL specification, 2.9.4 String Value (block strings) and 3.3 Schema (descriptions).
 */
export function withoutDescriptions(sdl: string): string {
  const token = /"""(?:\\"""|[\s\S])*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*|[^"#]+/g;
  let out = '';
  for (const [text] of sdl.matchAll(token)) {
    if (text.startsWith('"""') || text.startsWith('#')) continue;
    // A string after a colon or inside parentheses is a value (a deprecation's reason, a default).
    if (text.startsWith('"') && !/[:=(,[]\s*$/.test(out)) continue;
    out += text;
  }
  return `${out
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')}\n`;
}
