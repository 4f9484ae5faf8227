import { visible } from '../report/inert.ts';

/** Longest comment that is read, in bytes of UTF-16: GitHub's own limit is 65,536 characters. */
export const LONGEST_COMMENT = 65_536;
/** Commands of one comment at most. */
export const MOST_COMMANDS = 50;

/** A line that begins with `/word`. */
export interface CommandLine {
  /** From 1. */
  readonly line: number;
  readonly name: string;
  /** What follows the name; a quoted text is one part. */
  readonly args: readonly string[];
  /** Hidden characters, an open quote: not to be acted on. */
  readonly trouble: string | null;
}

/**
 * The command lines at the top of a comment, up to the first line of prose, and the numbers of lines further down that
 * look like commands but count for nothing. Quotes, code (fenced or by four spaces) and HTML are prose.
 */
export function commandLines(body: string): {
  readonly commands: readonly CommandLine[];
  readonly below: readonly CommandLine[];
} {
  const commands: CommandLine[] = [];
  const below: CommandLine[] = [];
  let prose = false;
  let fence = '';
  for (const [index, text] of body
    .slice(0, LONGEST_COMMENT)
    .split(/\r\n|\r|\n/u)
    .entries()) {
    if (text.trim() === '') continue;
    const mark = /^ {0,3}(`{3,}|~{3,})/u.exec(text)?.[1]?.slice(0, 3) ?? '';
    if (mark !== '' && (fence === '' || fence === mark)) fence = fence === '' ? mark : '';
    const command = fence === '' ? commandLine(text, index + 1) : null;
    prose ||= command === null;
    if (command !== null) (prose ? below : commands).push(command);
  }
  return { commands, below };
}

function commandLine(text: string, line: number): CommandLine | null {
  const match = /^ {0,3}\/([A-Za-z][A-Za-z-]*)(?=\s|$)(.*)$/u.exec(text);
  if (match === null) return null;
  const name = match[1]!.toLowerCase();
  const rest = match[2]!.trim();
  if (visible(rest.replaceAll('\t', ' ')) !== rest.replaceAll('\t', ' ')) {
    return { line, name, args: [], trouble: 'The line holds characters that cannot be seen.' };
  }
  const args = [...rest.matchAll(/["“”]([^"“”]*)(["“”])?|[^\s"“”]+/gu)];
  const open = args.some((arg) => /^["“”]/u.test(arg[0]) && arg[2] === undefined);
  return {
    line,
    name,
    args: args.map((arg) => arg[1] ?? arg[0]),
    trouble: open ? 'A quote is opened and never closed.' : null,
  };
}
