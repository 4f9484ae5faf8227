import { oneLine } from '../inert.ts';

/** A piece of finished SVG. */
export type Svg = string;

type Attribute = string | number | undefined;

/** Text as XML character data or attribute value; hidden characters made visible, so that any text is valid XML 1.0. */
export function escapeXml(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replace(/[\ufdd0-\ufdef\ufffe\uffff]/gu, '\ufffd');
}

/** A coordinate with at most two decimals, no exponent. */
export function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? '0' : String(rounded);
}

/** An element; undefined attributes are left out, numbers rounded to two decimals, text content must be escaped already. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  content: readonly Svg[] | Svg = '',
): Svg {
  const inner = typeof content === 'string' ? content : content.join('');
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${typeof value === 'number' ? coordinate(value) : escapeXml(String(value))}"`,
    )
    .join('');
  return inner === '' ? `<${name}${list}/>` : `<${name}${list}>${inner}</${name}>`;
}

/** A line of text; `anchor` start, middle or end. */
export function label(
  x: number,
  y: number,
  text: string,
  style = '',
  anchor: 'start' | 'middle' | 'end' = 'start',
): Svg {
  const anchorName = anchor === 'start' ? undefined : anchor;
  return element(
    'text',
    { x, y, class: style === '' ? undefined : style, 'text-anchor': anchorName },
    escapeXml(text),
  );
}

/** A straight line. */
export function line(x1: number, y1: number, x2: number, y2: number, style: string): Svg {
  return element('line', { x1, y1, x2, y2, class: style });
}

/** Width of a character in em, for a sans-serif face; generous, since the reader's face is not known. */
function advance(character: string): number {
  if (
    /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
      character,
    )
  ) {
    return /[0-9#*©®]/u.test(character) ? 0.62 : 1.1;
  }
  if (/[\p{M}\u200c\u200d]/u.test(character)) return 0;
  if (/[.,:;'|!il [\]()jft/\\]/u.test(character)) return 0.34;
  if (/[mwMW@%—]/u.test(character)) return 0.92;
  if (/[A-Z&]/u.test(character)) return 0.7;
  return 0.58;
}

/** Estimated width of a text in pixels at a font size. */
export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const character of oneLine(text)) width += advance(character);
  return width * size;
}

/** The text, cut in the middle with `…` until it is no wider than `width` pixels. */
export function fitText(text: string, width: number, size: number): string {
  const clean = oneLine(text);
  if (textWidth(clean, size) <= width) return clean;
  const parts = Array.from(
    new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(clean.slice(0, 4000)),
    (part) => part.segment,
  );
  const tailParts = clean.length > 4000 ? Array.from(clean.slice(-200)) : parts;
  let keep = Math.min(parts.length - 1, Math.floor(width / (size * 0.3)));
  for (; keep > 1; keep -= 1) {
    const head = Math.ceil(keep * 0.6);
    const tail = keep - head;
    const candidate = `${parts.slice(0, head).join('')}…${tail === 0 ? '' : tailParts.slice(-tail).join('')}`;
    if (textWidth(candidate, size) <= width) return candidate;
  }
  return '…';
}
