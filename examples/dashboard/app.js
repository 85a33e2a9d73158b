// SPDX-License-Identifier: Apache-2.0
// The frame of the page: which page is shown, the plant's clock, the connection, theme, shortcuts and the login.
import { api, hear, listen } from './api.js';
import { ask, calm, form, h, note, plant, plantClock } from './dom.js';
import { overview } from './overview.js';

// Pages are loaded when they are first opened: the first paint waits for none of them.
const pages = [
  ['overview', 'Overview', async () => overview],
  ['map', 'Floor map', async () => (await import('./map.js')).map],
  ['gantt', 'Gantt', async () => (await import('./gantt.js')).gantt],
  ['orders', 'Orders', async () => (await import('./orders.js')).orders],
  ['quality', 'Quality', async () => (await import('./quality.js')).quality],
  ['fleet', 'Fleet', async () => (await import('./fleet.js')).fleet],
  ['system', 'System', async () => (await import('./system.js')).system],
];
const main = document.getElementById('main'), tabs = document.getElementById('tabs');
let shown = null, leave = null, pageKeys = {};

// ---- pages ---------------------------------------------------------------------------------------------------------------------

const tabOf = ([name, label], k) => h('button', { type: 'button', role: 'tab', id: `tab-${name}`, 'aria-controls': 'main', 'aria-selected': 'false', tabindex: '-1', title: `${label} (${k + 1})`, onclick: () => { location.hash = '#/' + name; } }, label);

function drawTabs() {
  tabs.replaceChildren(...pages.map(tabOf));
  tabs.addEventListener('keydown', e => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key], all = [...tabs.children], at = all.indexOf(document.activeElement);
    const to = e.key === 'Home' ? 0 : e.key === 'End' ? all.length - 1 : step ? (at + step + all.length) % all.length : -1;
    if (to < 0) return;
    e.preventDefault();
    all[to].focus();
    all[to].click();
  });
}

const plainly = s => { try { return decodeURIComponent(s); } catch { return s; } };

async function show() {
  const [name, ...rest] = location.hash.replace(/^#\//, '').split('/').map(plainly);
  const page = pages.find(p => p[0] === name) ?? pages[0];
  if (shown === page[0] + '/' + rest.join('/')) return;
  shown = page[0] + '/' + rest.join('/');
  for (const t of tabs.children) {
    const on = t.id === `tab-${page[0]}`;
    t.setAttribute('aria-selected', String(on));
    t.tabIndex = on ? 0 : -1;
    if (on) t.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }
  main.setAttribute('role', 'tabpanel');
  main.setAttribute('aria-labelledby', `tab-${page[0]}`);
  document.title = `${page[1]} – ${api.version.name}`;
  const open = await page[2]();
  if (!shown.startsWith(page[0] + '/')) return; // another page was asked for meanwhile
  leave?.();
  main.dataset.page = page[0];
  const { end, keys } = open(main, rest);
  leave = end;
  pageKeys = keys ?? {};
}

// ---- keys -----------------------------------------------------------------------------------------------------------------------

const common = {
  '?': ['this list', shortcuts],
  t: ['light, dark or as the system', nextTheme],
  '/': ['search on this page', () => { const s = main.querySelector('input[type=search]'); s?.focus(); }],
};

function shortcuts() {
  const rows = [['1 … 7', 'pages'], ['← →', 'from page to page, on the tabs'], ...Object.entries(common).map(([k, [what]]) => [k, what]), ...Object.entries(pageKeys).map(([k, [what]]) => [k, what])];
  ask('Keyboard', h('dl', { class: 'keys' }, rows.map(([k, what]) => [h('dt', null, h('kbd', null, k)), h('dd', null, what)])));
}

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches('input:not([type=radio], [type=range], [type=checkbox]), select, textarea') || document.querySelector('dialog[open]')) return;
  if (/^[1-7]$/.test(e.key)) location.hash = '#/' + pages[e.key - 1][0];
  else if (common[e.key]) common[e.key][1]();
  else if (pageKeys[e.key]?.[1]) pageKeys[e.key][1]();
  else return;
  e.preventDefault();
}

// ---- theme ------------------------------------------------------------------------------------------------------------------------

const THEMES = ['system', 'light', 'dark'];
const themeNow = () => { try { return localStorage.getItem('c12-theme') ?? 'system'; } catch { return 'system'; } };
function setTheme(name) {
  try { localStorage.setItem('c12-theme', name); } catch { /* a browser that keeps nothing still shows it */ }
  const dark = name === 'dark' || (name === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.getElementById('theme').textContent = { system: 'Auto', light: 'Light', dark: 'Dark' }[name];
  document.getElementById('theme').title = `Theme: ${name} (t)`;
  dispatchEvent(new Event('theme'));
}
function nextTheme() { setTheme(THEMES[(THEMES.indexOf(themeNow()) + 1) % THEMES.length]); }

// ---- connection and clock -----------------------------------------------------------------------------------------------------------

function linkState(state) {
  const at = document.getElementById('link');
  if (at.textContent === state) return;
  at.textContent = state;
  at.className = state;
  document.documentElement.dataset.link = state;
}

function plantClockOn() {
  const at = document.getElementById('clock');
  hear(['robots', 'demo'], d => { if (d.plant_ms) { at.textContent = plantClock(d.plant_ms); at.title = 'the plant’s clock'; } });
}

// ---- login ----------------------------------------------------------------------------------------------------------------------------

function login() {
  if (document.getElementById('login')) return;
  leave?.();
  leave = shown = null;
  const fields = [{ name: 'name', label: 'Name', autocomplete: 'username' }, { name: 'password', label: 'Password', kind: 'password', autocomplete: 'current-password' },
    { name: 'code', label: 'One-time code', optional: true, inputmode: 'numeric', autocomplete: 'one-time-code' }];
  main.replaceChildren(h('section', { id: 'login', class: 'panel' }, h('h2', null, 'Log in'), form(fields, 'Log in', async v => {
    await api.send('POST', '/sessions', v);
    location.reload();
  })));
  main.querySelector('input').focus();
}

function whoami() {
  const at = document.getElementById('state'), person = api.me.who.startsWith('person:');
  const out = h('button', { type: 'button', id: 'who', title: person ? 'Log out' : 'No name was asked for' }, api.me.who.replace(/^\w+:/, ''));
  if (person) out.addEventListener('click', async () => { await api.send('DELETE', '/sessions/current'); location.reload(); });
  else out.disabled = true;
  at.insertBefore(out, document.getElementById('theme'));
}

async function boot() {
  setTheme(themeNow());
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => setTheme(themeNow()));
  document.getElementById('theme').addEventListener('click', nextTheme);
  document.getElementById('keys').addEventListener('click', shortcuts);
  drawTabs();
  api.lost = login;
  try { await api.open(); } catch (bad) {
    if (bad.status !== 401) { main.replaceChildren(calm(`The daemon does not answer: ${bad.message}. `, h('button', { type: 'button', onclick: () => location.reload() }, 'Try again'))); linkState('reconnecting'); }
    return;
  }
  document.getElementById('brand').textContent = api.version.name;
  whoami();
  plantClockOn();
  if (api.version.demo && api.may('/demo')) api.get('/demo').then(d => { plant.base = d.first_min * 60000; });
  addEventListener('hashchange', show);
  addEventListener('keydown', onKey);
  listen(linkState);
  hear(['alert'], a => { if (a.text) note(`${a.severity}: ${a.subject}: ${a.text}`, a.severity === 'critical' ? 'bad' : ''); });
  show();
}
boot();
