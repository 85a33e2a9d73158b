// SPDX-License-Identifier: Apache-2.0
// Overview: is the plant well, and if not, where?  Numbers first, small curves beside them.
import { api } from './api.js';
import { bars, columns, parts, spark } from './chart.js';
import { aside, button, calm, figure, figures, grade, h, hero, mark, meter, money, note, num, pct, planTime, said, signed, span, table, wallTime } from './dom.js';
import { panel, run, soon } from './panel.js';
import { questions } from './whatif.js';

const WORLD_CLASS = 0.85; // the target the plant's document sets
const KPI = { needs: ['/kpi'], from: 'orders and plans (mes)', topics: ['order', 'plan', 'ncr'], every: 10000 };

const kpi = () => api.shared('/kpi');

const factor = (name, share) => h('li', null, h('span', null, name), meter(share, name), h('b', { class: 'num' }, pct(share)));

const oee = () => panel({ ...KPI, title: 'OEE', async draw() {
  const k = await kpi();
  if (!k.by_station.some(s => s.produced)) return [hero('–', aside('nothing was reported in this time'))];
  return [hero(pct(k.oee), k.oee >= WORLD_CLASS ? mark('good', `at the target of ${pct(WORLD_CLASS, 0)}`) : mark('warn', `${signed(100 * (k.oee - WORLD_CLASS), 1)} points to the target of ${pct(WORLD_CLASS, 0)}`)),
    h('ul', { class: 'factors' }, factor('Availability', k.availability), factor('Effectiveness', k.effectiveness), factor('Quality', k.quality))];
} });

const throughput = () => panel({ ...KPI, title: 'Throughput', async draw() {
  const k = await kpi();
  return [hero(num(k.throughput_per_hour, 2), aside('units an hour')),
    k.by_hour.length ? columns(k.by_hour.map(x => [x.hour % 24, x.good, x.scrap]), 'Good units by hour', { every: Math.ceil(k.by_hour.length / 8) }) : calm('Nothing finished yet.')];
} });

const flow = () => panel({ ...KPI, title: 'Flow', async draw() {
  const k = await kpi(), slow = k.cycle_min > k.takt_min;
  return [h('div', { class: 'figures' },
    figure('takt', num(k.takt_min, 1), 'min'), figure('cycle', num(k.cycle_min || null, 1), 'min', k.cycle_min ? mark(slow ? 'warn' : 'good', slow ? 'slower than takt' : 'keeps takt') : null),
    figure('work in progress', num(k.wip)), figure('first pass yield', pct(k.fpy)), figure('on time', pct(k.on_time)), figure('schedule adherence', pct(k.schedule_adherence))),
    k.bottleneck?.station ? h('p', { class: 'line' }, 'Bottleneck ', h('b', null, k.bottleneck.station), ', busy ', h('b', { class: 'num' }, pct(k.bottleneck.busy_share))) : null];
} });

export const FLEET_PARTS = f => [['working', f.working, 'k1'], ['idle', f.idle, 'k2'], ['charging', f.charging, 'k3'], ['stale', f.stale, 'k4'], ['stopped', f.stopped, 'k5']];
const used = [];
const fleet = () => panel({ title: 'Fleet', needs: ['/fleet/figures'], from: 'the fleet', topics: ['task'], every: 3000, async draw() {
  const f = await api.get('/fleet/figures');
  used.push(f.utilisation);
  if (used.length > 120) used.shift();
  return [hero(pct(f.utilisation), aside(`of the time of ${num(f.robots)} robots at work`), used.length > 2 ? spark(used, 'Utilisation since this page was opened') : null),
    parts(FLEET_PARTS(f), 'Robots'),
    h('p', { class: 'line' }, 'Tasks ', h('b', { class: 'num' }, num(f.tasks_waiting)), ' waiting, ', h('b', { class: 'num' }, num(f.tasks_running)), ' running, ', h('b', { class: 'num' }, num(f.tasks_done)), ' done')];
} });

const late = () => panel({ title: 'Late orders', wide: 8, needs: ['/plan', '/plan/orders'], from: 'orders and plans (mes)', topics: ['plan', 'order'], every: 30000, async draw() {
  const [plan, all] = await Promise.all([api.get('/plan'), api.list('/plan/orders')]), rows = all.filter(o => o.late).sort((a, b) => (b.end_min - b.due_min) - (a.end_min - a.due_min));
  return [hero(num(rows.length), aside(`of ${num(all.length)} orders in plan ${plan.version}`)),
    table([['Order', o => o.order], ['Customer', o => o.customer], ['Due', o => planTime(plan, o.due_min), 'num'], ['Late by', o => mark('bad', span((o.end_min - o.due_min) * 60000)), 'num'], ['Why', o => o.why, 'why']], rows.slice(0, 5), { empty: 'Every order ends in time.', caption: 'Late orders', key: o => o.order, pick: o => { location.hash = `#/orders/${encodeURIComponent(o.order)}`; } })];
} });

export const alerts = wide => panel({ title: 'Alerts', wide, needs: ['/alerts'], topics: ['alert'], every: 30000, async draw(p) {
  const { items } = await api.get('/alerts', { limit: wide > 6 ? 60 : 30 }), open = items.filter(a => !a.cleared_ms), may = api.may('/alerts/{alert}/clear', 'POST');
  const clear = a => async () => { try { await api.send('POST', `/alerts/${a.id}/clear`); } catch (bad) { note(bad.message, 'bad'); } soon(p); };
  return table([['', a => grade(a.severity)], ['At', a => wallTime(a.at_ms), 'num'], ['About', a => h('span', null, h('b', null, a.subject), ' ', a.text), 'why'], ['', a => a.cleared_ms ? aside(`seen to by ${a.cleared_by}`) : may ? button('Clear', clear(a), { class: 'small', 'data-key': `clear-${a.id}`, 'aria-label': `Clear ${a.subject} ${a.text}` }) : null]],
    wide > 6 ? items : open.slice(0, 5), { empty: 'No open alert.', caption: 'Alerts' });
} });

// Drawn once: a question under way is not drawn over by a new plan.
const whatif = () => panel({ title: 'What if', wide: 6, kind: 'tall', needs: ['/plan', '/plan/branches'], from: 'orders and plans (mes)', async draw() {
  const plan = await api.get('/plan');
  return [said('Each is planned beside the plan in force; nothing changes until it is committed.'), ...questions(plan)];
} });

const cost = () => panel({ ...KPI, title: 'Cost', async draw() {
  const c = (await kpi()).cost, by = Number(c.actual) - Number(c.standard);
  return [figures(figure('actual', money(c.actual)), figure('standard', money(c.standard)), figure('variance', signed(by, 2), '', mark(by > 0 ? 'warn' : 'good', by > 0 ? 'over standard' : 'within standard'))),
    bars(c.variances.map(v => [v.name, Number(v.amount), signed(Number(v.amount), 2), Number(v.amount) > 0 ? 'over' : '']), 'Variances')];
} });

const stations = () => panel({ ...KPI, title: 'Stations', wide: 6, async draw() {
  const k = await kpi();
  return table([['Station', s => s.station], ['Finished', s => num(s.produced), 'num'], ['An hour', s => num(60 * s.produced / Math.max(1, k.to_min - k.from_min), 2), 'num'], ['Good', s => num(s.good), 'num'], ['Yield', s => s.produced ? pct(s.good / s.produced) : '–', 'num'],
    ['Busy', s => h('span', { class: 'withmeter' }, meter(s.open_min ? s.busy_min / s.open_min : 0, 'busy'), h('span', { class: 'num' }, s.open_min ? pct(s.busy_min / s.open_min, 0) : '–'))], ['', s => s.station === k.bottleneck?.station ? mark('warn', 'bottleneck') : null]], k.by_station, { caption: 'Stations' });
} });

const losses = () => panel({ ...KPI, title: 'Losses', async draw() {
  const rows = (await kpi()).losses;
  return rows.length ? bars(rows.map(l => [l.reason, l.minutes, `${num(l.minutes)} min`]), 'Minutes lost') : calm('No time was lost.');
} });

export function overview(root) {
  return { end: run(root, [oee(), throughput(), flow(), fleet(), losses(), cost(), late(), alerts(4), stations(), whatif()]) };
}
