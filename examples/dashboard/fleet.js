// SPDX-License-Identifier: Apache-2.0
// Fleet and charging: how much of the fleet works, what it has done where, what waits, and who charges next.
import { api } from './api.js';
import { bars, columns, lines, parts } from './chart.js';
import { acts, aside, button, calm, choice, figure, figures, form, h, hero, mark, meter, note, num, pct, said, span, table, text, wallTime, words } from './dom.js';
import { FLEET_PARTS } from './overview.js';
import { panel, refresh, run, soon } from './panel.js';

const FLEET = { from: 'the fleet', needs: ['/fleet/figures'], topics: ['task'], every: 3000 };
const at = { state: 'running' };
const past = { x: [], used: [], waiting: [] }; // since this page was opened

const read = () => api.shared('/fleet/figures');

function remember(f) {
  const now = Date.now();
  if (now - (past.x.at(-1) ?? 0) < 2000) return;
  past.x.push(now);
  past.used.push(100 * f.utilisation);
  past.waiting.push(f.tasks_waiting);
  if (past.x.length > 1200) for (const a of Object.values(past)) a.shift();
}

const use = () => {
  const box = h('div', { class: 'plotbox' });
  return panel({ ...FLEET, title: 'Utilisation', wide: 8, async draw() {
    const f = await read();
    remember(f);
    queueMicrotask(() => { if (past.x.length > 1) lines(box, past.x, [{ name: 'at work, %', values: past.used }, { name: 'tasks waiting', values: past.waiting }], { height: 150 }); });
    return [hero(pct(f.utilisation), aside(`of the time of ${num(f.robots)} robots; since this page was opened: at work in % (line), tasks waiting (dashes)`)), past.x.length > 1 ? box : calm('The curve begins with the second reading.')];
  } });
};

const state = () => panel({ ...FLEET, title: 'Robots', async draw() {
  const f = await read();
  return [parts(FLEET_PARTS(f), 'Robots'), figures(figure('waiting', num(f.tasks_waiting)), figure('running', num(f.tasks_running)), figure('done', num(f.tasks_done)), figure('median wait', span(f.wait_p50_ms)), figure('assignment p99', num(f.assign_p99_ms, 1), 'ms'))];
} });

const done = () => panel({ ...FLEET, title: 'Tasks done by station', async draw() {
  const rows = (await read()).done_by_station;
  return rows.length ? bars(rows.slice(0, 14).map(s => [s.station, s.done]), 'Tasks done by station') : calm('No task is done yet.');
} });

const battery = () => panel({ ...FLEET, title: 'Batteries', async draw() {
  const f = await read();
  return [columns(f.battery.map((n, k) => [`${k * 10}`, n]), 'Robots by battery charge in tens of percent'), said(`Robots by charge in %. Below 20 %: ${num((f.battery[0] ?? 0) + (f.battery[1] ?? 0))}.`)];
} });

const charging = () => panel({ ...FLEET, title: 'Charging queue', kind: 'tall', async draw() {
  const q = (await read()).charging_queue.sort((x, y) => x.rank - y.rank); // who stands in a bay has no rank
  return table([['Next', r => r.bay ? 'in bay' : num(r.rank + 1), 'num'], ['Robot', r => r.robot], ['Battery', r => h('span', { class: 'withmeter' }, meter(r.battery / 100, 'battery', r.battery < 20 ? 'bad' : ''), h('span', { class: 'num' }, `${num(r.battery)} %`))], ['Bay', r => r.bay ?? mark('warn', 'waits')]], q, { caption: 'Charging queue', empty: 'No robot needs to charge.' });
} });

const tasks = () => panel({ title: 'Tasks', from: 'the fleet', wide: 8, kind: 'tall', needs: ['/tasks'], topics: ['task'], every: 5000, async draw(p) {
  const { items } = await api.get('/tasks', { limit: 60, ...(at.state !== 'all' && { state: at.state }) }), may = api.may('/tasks/{task}/cancel', 'POST');
  const cancel = t => async () => { try { await api.send('POST', `/tasks/${encodeURIComponent(t.task)}/cancel`); note(`${t.task} is cancelled`); } catch (bad) { note(bad.message, 'bad'); } soon(p); };
  return [acts(choice('State', ['waiting', 'running', 'done', 'cancelled', 'all'], at.state, v => { at.state = v; refresh(p); })),
    table([['Task', t => t.task], ['From', t => t.from], ['To', t => t.to], ['Priority', t => num(t.priority), 'num'], ['State', t => words(t.state)], ['Robot', t => text(t.robot)], ['Made', t => wallTime(t.made_ms), 'num'], ['Waited', t => t.assigned_ms ? span(t.assigned_ms - t.made_ms) : '–', 'num'],
      ['', t => may && ['waiting', 'running'].includes(t.state) ? button('Cancel', cancel(t), { class: 'small', 'data-key': `cancel-${t.task}`, 'aria-label': `Cancel ${t.task}` }) : null]], items, { caption: 'Tasks', empty: `No task is ${at.state === 'all' ? 'there' : at.state}.` })];
} });

const entry = () => panel({ title: 'New task', from: 'the fleet', needs: ['/tasks'], method: 'POST', async draw() {
  const { stations } = await api.get('/floor'), items = api.has('/inventory') && api.may('/inventory') ? (await api.list('/inventory').catch(() => [])).map(i => i.item) : [];
  const places = [...stations.map(s => [s.station, `${s.station} ${words(s.name).replace(/^Station \d+ /, '')}`]), ...items.map(i => [i, i])];
  const fields = [{ name: 'from', label: 'From', kind: 'select', options: places }, { name: 'to', label: 'To', kind: 'select', options: places, value: places[1]?.[0] }, { name: 'priority', label: 'Priority, 0 to 9', kind: 'number', min: 0, max: 9, value: 5 }, { name: 'unit', label: 'Unit', optional: true, maxlength: 64 }];
  return form(fields, 'Send it', async v => { const t = await api.send('POST', '/tasks', v); return `${t.task}: ${t.robot ? `${t.robot} takes it` : words(t.state)}. ${t.why ?? ''}`; });
} });

export function fleet(root) { return { end: run(root, [use(), state(), tasks(), entry(), done(), battery(), charging()]) }; }
