import { trusted, type Html } from './page.ts';

/** Drawings of 16 × 16, of circles and strokes. */
const PATHS = {
  open: '<circle cx="8" cy="8" r="6"/><circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none"/>',
  closed: '<circle cx="8" cy="8" r="6"/><path d="M5.4 8.2l1.9 1.9 3.4-3.8"/>',
  skipped: '<circle cx="8" cy="8" r="6"/><path d="M4.6 11.4l6.8-6.8"/>',
  pull: '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="12.5" r="1.7"/><path d="M4 5.2v5.6M12 10.8V7a2.5 2.5 0 0 0-2.5-2.5H7.5M9.3 2.5l-2 2 2 2"/>',
  merged:
    '<circle cx="4" cy="3.5" r="1.7"/><circle cx="4" cy="12.5" r="1.7"/><circle cx="12" cy="8" r="1.7"/><path d="M4 5.2v5.6M4 5.2C4 7 6 8 10.3 8"/>',
  branch:
    '<circle cx="4.5" cy="3.5" r="1.7"/><circle cx="4.5" cy="12.5" r="1.7"/><circle cx="11.5" cy="5.5" r="1.7"/><path d="M4.5 5.2v5.6M11.5 7.2c0 2-3 2.3-7 2.6"/>',
  commit: '<circle cx="8" cy="8" r="3"/><path d="M1 8h4M11 8h4"/>',
  tag: '<path d="M2 7.5V2.5h5l7 7-5 5z"/><circle cx="5" cy="5.5" r="1" fill="currentColor" stroke="none"/>',
  success: '<path d="M3 8.5l3.2 3.2L13 4.8"/>',
  failure: '<path d="M4 4l8 8M12 4l-8 8"/>',
  pending: '<circle cx="8" cy="8" r="3.4" fill="currentColor" stroke="none"/>',
  play: '<circle cx="8" cy="8" r="6"/><path d="M6.7 5.3l4 2.7-4 2.7z" fill="currentColor"/>',
  running: '<circle cx="8" cy="8" r="5.5" stroke-dasharray="18 40"/>',
  warning: '<path d="M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.4"/>',
  comment: '<path d="M2.5 3h11v8h-6l-3 2.6V11h-2z"/>',
  folder: '<path d="M1.8 4h4.4l1.4 1.6h6.6v7.4H1.8z"/>',
  file: '<path d="M3.5 1.8h5.6l3.4 3.4v9H3.5zM9 1.8v3.6h3.4"/>',
  package: '<path d="M8 1.8l5.8 3v6.4L8 14.2l-5.8-3V4.8zM2.4 4.9L8 7.8l5.6-2.9M8 7.8v6.2"/>',
  rocket:
    '<path d="M9.5 10.5L5.5 6.5C7 3.5 9.8 2 14 2c0 4.2-1.5 7-4.5 8.500zM5.500 6.500H2.800L2 9l2 .5M9.500 10.500v2.700L7 14l-.5-2M3.500 12.500l-1.500 1.500"/>',
  gear: '<circle cx="8" cy="8" r="2.2"/><path d="M8 1.500v2M8 12.500v2M1.500 8h2M12.500 8h2M3.400 3.400l1.400 1.400M11.200 11.200l1.400 1.400M12.600 3.400l-1.400 1.400M4.800 11.200l-1.400 1.400"/>',
  eye: '<path d="M1.500 8S4 3.800 8 3.800 14.500 8 14.500 8 12 12.200 8 12.200 1.500 8 1.500 8z"/><circle cx="8" cy="8" r="2"/>',
  lock: '<rect x="3" y="7" width="10" height="7" rx="1"/><path d="M5 7V5a3 3 0 0 1 6 0v2"/>',
  code: '<path d="M5.500 4.500L2 8l3.500 3.500M10.500 4.500L14 8l-3.500 3.500"/>',
  pencil: '<path d="M2.500 13.500l.8-3.200 7.500-7.500 2.400 2.400-7.500 7.500z"/>',
  person:
    '<circle cx="8" cy="5" r="2.8"/><path d="M2.500 14c.6-3 2.800-4.500 5.500-4.500s4.900 1.500 5.500 4.500"/>',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing. With a name it speaks to screen readers, without one it is decoration. */
export function icon(name: IconName, label?: string, tone = ''): Html {
  const speak =
    label === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${label.replaceAll('"', '&quot;')}"`;
  const kind = tone === '' ? 'icon' : `icon ${tone}`;
  return trusted(
    `<svg class="${kind}${name === 'running' ? ' spin' : ''}" viewBox="0 0 16 16" width="16" height="16" ${speak}>${PATHS[name]}</svg>`,
  );
}
