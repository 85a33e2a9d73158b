// SPDX-License-Identifier: Apache-2.0
// A panel: a heading, what it needs from the server, and how it is drawn.  It reads itself again when one of its topics is told or its time has come, and says
// calmly when this daemon does not serve it or this person may not see it.
import { api, hear } from './api.js';
import { acts, calm, h } from './dom.js';

const LEAST_GAP = 700; // ms between two readings of one panel, however many events come

// A page that is one large canvas: its first reading, or why there is none.  True = it may be drawn.
export async function begun(page, needs, from, read) {
  let why = barred(needs, from)?.[1];
  if (!why) try { await read(); } catch (bad) { why = `Could not be read: ${bad.message}`; }
  if (why) { page.stage.classList.add('none'); page.stage.append(calm(why)); page.side.remove(); }
  return !why && !page.ended;
}

// spec: title, wide (columns of 12), needs [paths] by method, from (service), topics, every (ms), draw(api) -> nodes, acts [nodes beside the heading]
export function panel(spec) {
  const body = h('div', { class: 'body' }), id = `p-${spec.title.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  const el = h('section', { class: `panel w${spec.wide ?? 4} ${spec.kind ?? ''}`, 'aria-labelledby': id, 'data-state': 'reading' },
    h('div', { class: 'head' }, h('h2', { id }, spec.title), acts(spec.acts ?? [])), body);
  body.append(calm('Reading'));
  return { ...spec, el, body, busy: false, due: 0, ran: 0, seen: null };
}

const absent = (from, what = '') => `Not served here${what}: this daemon (${api.version.name}) does not run ${from}, or not yet.`;

// Why something cannot be shown or done at all, null when it can: [state, in words].
export function barred(needs, from = 'this part', method = 'GET') {
  if (!needs.every(n => api.has(n, method))) return ['absent', absent(from)];
  return needs.every(n => api.may(n, method)) ? null : ['forbidden', `Not for ${api.me.roles.join(', ') || 'your role'}.`];
}

function quiet(p, state, message) {
  p.el.dataset.state = state;
  p.seen = null;
  p.body.replaceChildren(calm(message));
}

// Draws anew without taking the keyboard's place or the reader's scroll away.
function put(p, nodes) {
  const at = document.activeElement, key = p.body.contains(at) ? at.dataset.key : null;
  const tops = [...p.body.querySelectorAll('.scroll')].map(e => [e.scrollTop, e.scrollLeft]);
  p.body.replaceChildren(...[nodes].flat(2).filter(Boolean));
  p.body.querySelectorAll('.scroll').forEach((e, k) => { if (tops[k]) [e.scrollTop, e.scrollLeft] = tops[k]; });
  if (key) p.body.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

// A form that somebody is filling in is not drawn over.
const inUse = p => p.body.contains(document.activeElement) && document.activeElement.matches('form input, form select, form textarea');

export async function refresh(p) {
  if (p.busy) { p.again = true; return; }
  const why = barred(p.needs ?? [], p.from, p.method);
  if (why) return quiet(p, ...why);
  if (p.seen && inUse(p)) return;
  p.busy = true;
  p.ran = performance.now();
  try {
    const nodes = await p.draw(p);
    if (nodes !== undefined) put(p, nodes);
    p.el.dataset.state = 'ready';
    p.seen = true;
    p.rest = 0;
  } catch (bad) {
    if (bad.status === undefined) console.error(bad); // a fault of this page, not an answer of the server
    quiet(p, 'failed', `Could not be read: ${bad.message}`);
    p.rest = p.ran + 15000;
  }
  p.busy = false;
  if (p.again) { p.again = false; soon(p); }
}

// Bursts of events become one reading.
export function soon(p) {
  if (p.due || p.ended) return;
  p.due = setTimeout(() => { p.due = 0; refresh(p); }, Math.max(120, p.ran + LEAST_GAP - performance.now(), (p.rest ?? 0) - performance.now()));
}

// What this daemon does not serve is said once, not in a row of empty frames.
const missing = gone => h('section', { class: 'panel w12', 'aria-label': 'Not served here', 'data-state': 'absent' },
  calm(absent([...new Set(gone.map(p => p.from ?? 'them'))].join(', '), ` (${gone.map(p => p.title).join(', ')})`)));

// Panels of one page: drawn into `root`, kept fresh until the returned function ends them.
export function run(root, panels) {
  const gone = panels.filter(p => barred(p.needs ?? [], p.from, p.method)?.[0] === 'absent');
  panels = panels.filter(p => !gone.includes(p));
  root.replaceChildren(h('div', { class: 'grid' }, panels.map(p => p.el), gone.length ? missing(gone) : null));
  const ends = panels.map(p => hear([...(p.topics ?? []), 'reset'], () => soon(p)));
  const clocks = panels.filter(p => p.every).map(p => setInterval(() => { if (!document.hidden) soon(p); }, p.every));
  panels.forEach(refresh);
  const back = () => { if (!document.hidden) panels.forEach(soon); };
  document.addEventListener('visibilitychange', back);
  return () => {
    ends.forEach(f => f());
    clocks.forEach(clearInterval);
    panels.forEach(p => { clearTimeout(p.due); p.ended = true; });
    document.removeEventListener('visibilitychange', back);
  };
}
