// What pages do beyond links and forms. Everything but live logs works without it.
/* global document, location, HTMLElement, EventSource */

/** Shortcuts: `g` and a letter go somewhere, `?` shows what there is. */
const GO = { c: '', i: '/issues', p: '/pulls', a: '/actions', r: '/releases' };
let leader = 0;
document.addEventListener('keydown', (event) => {
  const target = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]')) return;
  if (event.key === '?') document.getElementById('shortcuts')?.showModal();
  if (event.key === 'Escape')
    for (const menu of document.querySelectorAll('details.menu[open]')) menu.open = false;
  if (event.key === 'g') {
    leader = event.timeStamp;
    return;
  }
  if (event.timeStamp - leader > 1500) return;
  leader = 0;
  if (event.key === 'h') location.assign('/');
  const home = document.querySelector('.repository-name a:nth-of-type(2)')?.getAttribute('href');
  if (home != null && Object.hasOwn(GO, event.key)) location.assign(home + GO[event.key]);
});

/** On narrow screens the current tab may stand outside of view. */
for (const tab of document.querySelectorAll('.tabs [aria-current]'))
  tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;

/** A menu closes when something else is clicked. */
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.menu[open]'))
    if (!menu.contains(event.target)) menu.open = false;
});

/** Times of this machine's own zone, and how long ago they were. */
const ago = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [
  ['year', 31536000],
  ['month', 2592000],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];
function relative(time) {
  const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return ago.format(Math.round(seconds / size), unit);
}
function tellTimes(part) {
  for (const time of part.querySelectorAll('time[data-relative]')) {
    time.title = new Date(time.dateTime).toLocaleString();
    time.textContent = relative(time);
  }
}
tellTimes(document);

/** Live pages: parts and lines come as events; folds stay as the reader left them. */
const live = document.querySelector('[data-live]');
if (live !== null) {
  const source = new EventSource(live.dataset.live);
  const made = (html) => {
    const box = document.createElement('template');
    box.innerHTML = html;
    return box.content.firstElementChild;
  };
  source.addEventListener('lines', (event) => {
    const { step, html } = JSON.parse(event.data);
    const log = document.querySelector(`[data-step-log="${step}"]`);
    log?.insertAdjacentHTML('beforeend', html);
    if (log?.closest('details[open][data-running]') != null)
      log.lastElementChild?.scrollIntoView({ block: 'nearest' });
  });
  const replace = (id, html) => {
    const fresh = made(html);
    tellTimes(fresh);
    const part = document.getElementById(id);
    if (part === null) {
      live.append(fresh);
      return;
    }
    const log = part.querySelector('[data-step-log]');
    if (log !== null) fresh.querySelector('[data-step-log]')?.replaceWith(log);
    const ended = part.matches('[data-running]') && !fresh.matches('[data-running]');
    if (part.matches('details[open]') && !ended) fresh.open = true;
    part.replaceWith(fresh);
  };
  /** A part in which somebody is: it waits until they leave, or they would lose their place. */
  const waiting = new Map();
  source.addEventListener('part', (event) => {
    const { id, html } = JSON.parse(event.data);
    if (document.getElementById(id)?.contains(document.activeElement)) waiting.set(id, html);
    else replace(id, html);
  });
  document.addEventListener('focusin', () => {
    for (const [id, html] of waiting) {
      if (document.getElementById(id)?.contains(document.activeElement)) continue;
      waiting.delete(id);
      replace(id, html);
    }
  });
  source.addEventListener('end', () => source.close());
}
