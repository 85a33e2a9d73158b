// SPDX-License-Identifier: Apache-2.0
// Elements, tables, forms and how numbers and times are written.  Text always goes in as text nodes, never as markup: what the plant says is data.

const SVG = 'http://www.w3.org/2000/svg';

function fill(el, attrs, kids) {
  for (const [k, v] of Object.entries(attrs ?? {})) {
    if (v === null || v === undefined || v === false) continue;
    if (k.startsWith('on')) el.addEventListener(k.slice(2), v);
    else if (k === 'style') for (const [p, x] of Object.entries(v)) el.style.setProperty(p, x); // by the object model: the policy forbids style attributes
    else el.setAttribute(k, v === true ? '' : v);
  }
  el.append(...kids.flat(3).filter(k => k !== null && k !== undefined && k !== false));
  return el;
}

export const h = (tag, attrs, ...kids) => fill(document.createElement(tag), attrs, kids);
export const svg = (tag, attrs, ...kids) => fill(document.createElementNS(SVG, tag), attrs, kids);
export const button = (label, run, attrs) => h('button', { type: 'button', onclick: run, ...attrs }, label);

// ---- numbers and times ------------------------------------------------------------------------------------------------------

const none = '–';
const plain = new Map();
function format(digits) {
  if (!plain.has(digits)) plain.set(digits, new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return plain.get(digits);
}
const absent = v => v === null || v === undefined || Number.isNaN(v);
export const num = (v, digits = 0) => absent(v) ? none : format(digits).format(v);
export const pct = (v, digits = 1) => absent(v) ? none : format(digits).format(100 * v) + ' %';
export const money = v => absent(v) ? none : num(Number(v), 2);
export const signed = (v, digits = 0) => absent(v) ? none : (v > 0 ? '+' : v < 0 ? '−' : '±') + num(Math.abs(v), digits);
export const text = v => absent(v) || v === '' ? none : String(v);
export const words = v => { const s = text(v).replaceAll('_', ' '); return s === s.toUpperCase() ? s.toLowerCase() : s; }; // IN_PROGRESS is said as in progress

const two = n => String(n).padStart(2, '0');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// The plant's own clock has no time zone: it is written as it is counted.
export const plantDay = ms => { const d = new Date(ms); return `${DAYS[d.getUTCDay()]} ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]}`; };
export const plantTime = ms => { const d = new Date(ms); return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`; };
// The fleet counts from its own beginning; a sample day says which moment of the plan that is (base, ms).
export const plant = { base: 0 };
export const plantSecond = ms => `${plantTime(plant.base + ms)}:${two(new Date(ms).getUTCSeconds())}`;
export const plantClock = ms => `day ${1 + Math.floor((plant.base + ms) / 86400000)} ${plantSecond(ms)}`;
export const planStart = plan => Date.parse(plan.start + 'T00:00:00Z');
export const planTime = (plan, min) => absent(min) ? none : `${plantDay(planStart(plan) + min * 60000)} ${plantTime(min * 60000)}`;
export const wallTime = ms => { const d = new Date(ms); return absent(ms) ? none : `${d.getDate()} ${MONTHS[d.getMonth()]} ${two(d.getHours())}:${two(d.getMinutes())}`; };

// Two units at most: "2 d 4 h", "35 min", "12 s".
export function span(ms) {
  if (absent(ms)) return none;
  const s = Math.round(Math.abs(ms) / 1000), sign = ms < 0 ? '−' : '';
  if (s < 90) return `${sign}${s} s`;
  if (s < 5400) return `${sign}${Math.round(s / 60)} min`;
  if (s < 129600) return `${sign}${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${sign}${Math.floor(s / 86400)} d ${Math.floor(s % 86400 / 3600)} h`;
}

// ---- small parts --------------------------------------------------------------------------------------------------------------

// A state is said by a word and a shape; colour only helps.
export const mark = (kind, label) => h('span', { class: `mark ${kind}` }, label);
const GRADES = { critical: 'bad', error: 'bad', major: 'warn', warning: 'warn', minor: 'calm', info: 'calm', notice: 'calm' };
export const grade = v => mark(GRADES[v] ?? 'calm', words(v));

// The pieces panels are made of.
const box = (tag, kind) => (...kids) => h(tag, { class: kind }, kids);
export const calm = box('p', 'calm'), said = box('p', 'note'), figures = box('div', 'figures'), acts = box('div', 'acts'), aside = box('span', 'note');
export const hero = (value, ...kids) => h('div', { class: 'hero' }, h('span', { class: 'num' }, value), kids);
export const title = (...kids) => h('div', { class: 'hero small' }, kids);
export const facts = rows => h('dl', null, rows.map(([a, b]) => [h('dt', null, a), h('dd', null, b)]));

export function figure(label, value, unit, note) {
  return h('div', { class: 'figure' }, h('span', { class: 'label' }, label), h('span', { class: 'value num' }, value, unit ? h('small', null, ' ' + unit) : null), note ? h('span', { class: 'note' }, note) : null);
}

export function meter(share, label, kind = '') {
  const part = Math.max(0, Math.min(1, share || 0));
  return h('span', { class: `meter ${kind}`, role: 'img', 'aria-label': `${label} ${pct(share)}` }, h('i', { style: { width: `${100 * part}%` } }));
}

// columns: [heading, row => cell, 'num' for figures].  pick makes the first cell a button, so that the keyboard reaches it.
export function table(columns, rows, { pick, key, chosen, empty = 'None.', caption } = {}) {
  if (!rows.length) return h('p', { class: 'calm' }, empty);
  const head = h('tr', null, columns.map(([name, , kind]) => name ? h('th', { scope: 'col', class: kind }, name) : h('td')));
  const line = row => h('tr', { class: pick ? (chosen && key(row) === chosen ? 'pick chosen' : 'pick') : null, onclick: pick ? () => pick(row) : null },
    columns.map(([, cell, kind], k) => h('td', { class: kind },
      k === 0 && pick ? h('button', { type: 'button', class: 'link', 'data-key': key(row), 'aria-pressed': String(key(row) === chosen) }, cell(row)) : cell(row))));
  return h('div', { class: 'scroll', tabindex: pick ? null : '0', role: 'group', 'aria-label': caption ?? 'Table' }, h('table', null, h('thead', null, head), h('tbody', null, rows.map(line))));
}

// fields: { name, label, kind: text|number|date|check|select|password, ...attributes }.  send gets typed values; a refusal is written at the form.
export function form(fields, action, send, done) {
  const said = h('p', { class: 'said', role: 'status' });
  const f = h('form', { class: 'form' }, fields.map(fieldOf), h('div', { class: 'acts' }, h('button', { type: 'submit', class: 'main' }, action)), said);
  f.addEventListener('submit', async e => {
    e.preventDefault();
    const go = f.querySelector('[type=submit]');
    go.disabled = true;
    said.className = 'said';
    said.textContent = '';
    try {
      const message = await send(valuesOf(f, fields));
      said.textContent = message ?? '';
      done?.();
    } catch (bad) {
      said.classList.add('bad');
      said.textContent = bad.message;
    }
    go.disabled = false;
  });
  return f;
}

function fieldOf({ name, label, kind = 'text', options, value, optional, ...rest }) {
  const attrs = { name, required: !optional && kind !== 'check', ...rest };
  const input = kind === 'select' ? h('select', attrs, options.map(o => optionOf(o, value)))
    : h('input', { ...attrs, type: kind === 'check' ? 'checkbox' : kind, value });
  return h('label', { class: kind === 'check' ? 'check' : null }, h('span', null, label), input);
}

const optionOf = (o, value) => {
  const [v, label] = Array.isArray(o) ? o : [o, o];
  return h('option', { value: v, selected: v === value }, label);
};

function valuesOf(f, fields) {
  const out = {};
  for (const { name, kind } of fields) {
    const at = f.elements.namedItem(name); // not elements[name]: a field may be called item
    if (kind === 'check') out[name] = at.checked;
    else if (at.value !== '') out[name] = kind === 'number' ? Number(at.value) : at.value;
  }
  return out;
}

// A choice of a few words, as radio buttons that look like one switch.
let groups = 0;
export function choice(label, options, value, change) {
  const name = `choice-${++groups}`;
  return h('fieldset', { class: 'choice' }, h('legend', { class: 'unseen' }, label), options.map(o => {
    const [v, said] = Array.isArray(o) ? o : [o, o];
    return h('label', null, h('input', { type: 'radio', name, value: v, 'data-key': `${label}-${v}`, checked: v === value, onchange: () => change(v) }), h('span', null, said));
  }));
}

// Say it at the foot of the page, and to screen readers.
export function note(message, kind = '') {
  const at = document.getElementById('notes'), line = h('p', { class: kind }, message);
  at.append(line);
  setTimeout(() => line.remove(), kind === 'bad' ? 9000 : 5000);
}

// Asks in words before something that cannot be taken back lightly.
export function ask(title, body, act) {
  return new Promise(resolve => {
    const d = h('dialog', { 'aria-label': title }, h('h2', null, title), typeof body === 'string' ? h('p', null, body) : body,
      h('div', { class: 'acts' }, act ? button(act, () => { resolve(true); d.close(); }, { class: 'main' }) : null, button(act ? 'Cancel' : 'Close', () => d.close())));
    d.addEventListener('close', () => { resolve(false); d.remove(); });
    document.body.append(d);
    d.showModal();
  });
}

// Colours of the theme, for what is drawn on canvas.
export function colours() {
  const s = getComputedStyle(document.documentElement), out = {};
  for (const k of ['ground', 'panel', 'line', 'line2', 'ink', 'soft', 'accent', 'bad', 'warn', 'good', 'wall', 'free']) out[k] = s.getPropertyValue('--' + k).trim();
  return out;
}

// A canvas as large as its place on any screen; draw gets a context in CSS pixels.  Without a label it is a background, for eyes only.
export function canvasIn(box, label, draw) {
  const c = h('canvas', label ? { tabindex: '0', role: 'application', 'aria-label': label } : { 'aria-hidden': 'true' });
  box.append(c);
  const paint = () => {
    const w = box.clientWidth, high = box.clientHeight, scale = devicePixelRatio || 1;
    if (!w || !high) return;
    if (c.width !== Math.round(w * scale) || c.height !== Math.round(high * scale)) { c.width = Math.round(w * scale); c.height = Math.round(high * scale); }
    const g = c.getContext('2d');
    g.setTransform(scale, 0, 0, scale, 0, 0);
    g.clearRect(0, 0, w, high);
    draw(g, w, high);
  };
  let asked = 0;
  const soon = () => { if (!asked) asked = requestAnimationFrame(() => { asked = 0; paint(); }); };
  new ResizeObserver(soon).observe(box);
  return { el: c, paint: soon };
}
