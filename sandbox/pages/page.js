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
for (const time of document.querySelectorAll('time[data-relative]')) {
  time.title = new Date(time.dateTime).toLocaleString();
  time.textContent = relative(time);
}

/** Live logs: lines and states come as events, folds that are open follow their end. */
const live = document.querySelector('[data-live]');
if (live !== null) {
  const source = new EventSource(live.dataset.live);
  source.addEventListener('lines', (event) => {
    const { step, html } = JSON.parse(event.data);
    const log = document.querySelector(`[data-step-log="${step}"]`);
    if (log === null) return;
    log.insertAdjacentHTML('beforeend', html);
    const fold = log.closest('details');
    if (fold?.open && fold.matches(':last-of-type, [data-running]'))
      log.lastElementChild?.scrollIntoView({ block: 'nearest' });
  });
  source.addEventListener('part', (event) => {
    const { id, html } = JSON.parse(event.data);
    const part = document.getElementById(id);
    if (part !== null && part.dataset.text !== html) {
      const open = part.matches('details[open]');
      const box = document.createElement('template');
      box.innerHTML = html;
      const made = box.content.firstElementChild;
      const log = part.querySelector('[data-step-log]');
      if (log !== null) made.querySelector('[data-step-log]')?.replaceWith(log);
      if (open) made.open = true;
      part.replaceWith(made);
    }
  });
  source.addEventListener('end', () => {
    source.close();
    live.removeAttribute('data-live');
  });
}
