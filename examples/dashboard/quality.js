// SPDX-License-Identifier: Apache-2.0
// Quality: what fails most, whether the process is steady, what is being done about it and until when.
import { api } from './api.js';
import { bars, control, pareto } from './chart.js';
import { button, choice, figure, form, grade, h, mark, meter, note, num, pct, span, table, text, wallTime, words } from './dom.js';
import { panel, refresh, run, soon } from './panel.js';

const QMS = { from: 'quality', topics: ['ncr'] };
const at = { ncr: null, state: 'open', chart: null };
const DAY = 86400000;

const figures = () => panel({ ...QMS, title: 'First pass', needs: ['/quality/figures'], every: 15000, async draw() {
  const f = await api.get('/quality/figures');
  return [h('div', { class: 'hero' }, h('span', { class: 'num' }, pct(f.fpy)), h('span', { class: 'note' }, `${num(f.passed_first)} of ${num(f.inspected)} passed at once`)),
    h('div', { class: 'figures' }, figure('open NCRs', num(f.open_ncrs)), figure('overdue CAPAs', num(f.overdue_capas), '', f.overdue_capas ? mark('bad', 'overdue') : mark('good', 'none')), figure('holds', num(f.holds), '', f.holds ? mark('warn', 'work stopped') : null)),
    f.by_station.length ? bars(f.by_station.map(s => [s.station, s.fpy, `${pct(s.fpy)}`]), 'First pass yield by station') : null];
} });

const defects = () => panel({ ...QMS, title: 'Pareto of defects', wide: 8, needs: ['/quality/pareto'], every: 30000, async draw() {
  const items = (await api.get('/quality/pareto')).items.slice(0, 10);
  return items.length ? pareto(items) : h('p', { class: 'calm' }, 'No defect is recorded.');
} });

// Names come as texts or as rows with a name.
const nameOf = c => typeof c === 'string' ? c : c.name ?? c.chart ?? c.characteristic;
const spc = () => panel({ ...QMS, title: 'Control chart', wide: 8, needs: ['/quality/charts', '/quality/charts/{name}'], every: 20000, async draw(p) {
  const names = (await api.get('/quality/charts')), all = (names.items ?? names).map(nameOf);
  if (!all.length) return h('p', { class: 'calm' }, 'No characteristic has been measured yet.');
  if (!all.includes(at.chart)) at.chart = all[0];
  const c = await api.get(`/quality/charts/${encodeURIComponent(at.chart)}`), hits = c.points.filter(x => x.rules?.length);
  return [h('div', { class: 'acts' }, h('select', { 'aria-label': 'Characteristic', 'data-key': 'chart', onchange: e => { at.chart = e.target.value; refresh(p); } }, all.map(n => h('option', { value: n, selected: n === at.chart }, n))),
    h('span', { class: 'note num' }, `Cp ${num(c.cp, 2)}, Cpk ${num(c.cpk, 2)}`), hits.length ? mark('bad', `${hits.length} of ${c.points.length} points break a rule`) : mark('good', 'in control')), control(c)];
} });

// A clock for each deadline: how much of its time is gone.
const capas = () => panel({ ...QMS, title: 'CAPA clocks', needs: ['/ncrs'], every: 60000, async draw() {
  const rows = (await api.list('/ncrs')).filter(n => n.due_ms && n.state !== 'closed').sort((a, b) => a.due_ms - b.due_ms).slice(0, 12);
  if (!rows.length) return h('p', { class: 'calm' }, 'No action is running.');
  return h('ul', { class: 'clocks' }, rows.map(n => {
    const left = n.due_ms - Date.now(), share = (Date.now() - n.created_ms) / Math.max(1, n.due_ms - n.created_ms);
    return h('li', null, h('b', null, n.ncr), meter(share, `${n.ncr}: time gone`, left < 0 ? 'bad' : left < 2 * DAY ? 'warn' : ''), left < 0 ? mark('bad', `${span(-left)} over`) : mark(left < 2 * DAY ? 'warn' : 'good', `${span(left)} left`));
  }));
} });

// ---- nonconformances -----------------------------------------------------------------------------------------------------------------

const isOpen = n => n.state !== 'closed';
const list = () => panel({ ...QMS, title: 'Nonconformances', wide: 8, kind: 'tall', needs: ['/ncrs'], every: 30000, async draw(p) {
  const all = await api.list('/ncrs'), rows = all.filter(n => at.state === 'all' || (at.state === 'overdue' ? n.overdue : isOpen(n)));
  return [h('div', { class: 'acts' }, choice('Which', [['open', `open ${all.filter(isOpen).length}`], ['overdue', `overdue ${all.filter(n => n.overdue).length}`], ['all', `all ${all.length}`]], at.state, v => { at.state = v; refresh(p); })),
    table([['NCR', n => n.ncr], ['Grade', n => grade(n.grade)], ['Defect', n => n.defect, 'why'], ['Where', n => `${text(n.station)} ${text(n.work_order)}`], ['State', n => words(n.state)], ['Who', n => text(n.assigned_to)], ['Due', n => n.due_ms ? wallTime(n.due_ms) : '–', 'num'], ['', n => n.overdue ? mark('bad', 'overdue') : null]], rows,
      { key: n => n.ncr, chosen: at.ncr, pick: n => { at.ncr = n.ncr; refresh(p); refresh(p.next); }, caption: 'Nonconformances', empty: 'None.' })];
} });

// The moves of the life of an NCR, in their order; the server says no to what is not next.
const MOVES = [['assign', 'Assign'], ['root_cause', 'Root cause found'], ['action', 'Action taken'], ['verify', 'Verified'], ['disposition', 'Disposition'], ['close', 'Close']];
const AFTER = { open: 'assign', created: 'assign', new: 'assign', assigned: 'root_cause', investigating: 'root_cause', root_cause: 'action', action: 'verify', corrective_action: 'verify', verify: 'close', verified: 'close', verification: 'close' };
const one = () => panel({ ...QMS, title: 'Chosen nonconformance', kind: 'tall', needs: ['/ncrs/{ncr}'], async draw(p) {
  if (!at.ncr) return h('p', { class: 'calm' }, 'Choose one to see its story and what comes next.');
  const n = await api.get(`/ncrs/${encodeURIComponent(at.ncr)}`);
  return [h('div', { class: 'hero small' }, h('span', null, n.ncr), grade(n.grade)), h('p', { class: 'why' }, text(n.description)), n.reasons ? h('p', { class: 'note' }, `Graded so: ${Array.isArray(n.reasons) ? n.reasons.join(', ') : n.reasons}`) : null,
    h('dl', null, [['State', words(n.state)], ['Work order', text(n.work_order)], ['Station', text(n.station)], ['Unit', text(n.unit)], ['Assigned to', text(n.assigned_to)], ['Due', n.due_ms ? `${wallTime(n.due_ms)} (${span(n.due_ms - Date.now())})` : '–']].map(([a, b]) => [h('dt', null, a), h('dd', null, b)])),
    h('ol', { class: 'story' }, (n.events ?? []).map(e => h('li', null, h('b', null, words(e.kind)), ' ', h('span', { class: 'note' }, `${text(e.by).replace(/^\w+:/, '')}, ${wallTime(e.at_ms)}`), e.text ? h('p', null, e.text) : null))),
    isOpen(n) ? moves(p, n) : h('p', { class: 'calm' }, 'Closed.')];
} });

function moves(p, n) {
  if (!api.may('/ncrs/{ncr}/events', 'POST')) return h('p', { class: 'note' }, 'The next move is not for your role.');
  const nexts = n.next ?? n.moves, options = Array.isArray(nexts) && nexts.length ? nexts.map(k => [k, words(k)]) : MOVES;
  const fields = [{ name: 'kind', label: 'Next move', kind: 'select', options, value: AFTER[n.state] }, { name: 'text', label: 'In words', maxlength: 400 }, { name: 'to', label: 'To whom', optional: true, maxlength: 64 }];
  return form(fields, 'Record it', async v => { await api.send('POST', `/ncrs/${encodeURIComponent(n.ncr)}/events`, v); note(`${n.ncr}: ${words(v.kind)}`); document.activeElement.blur(); soon(p); return 'Recorded.'; });
}

const report = () => panel({ ...QMS, title: 'Report a nonconformance', topics: [], needs: ['/ncrs'], method: 'POST', async draw() {
  const fields = [{ name: 'work_order', label: 'Work order' }, { name: 'station', label: 'Station' }, { name: 'unit', label: 'Unit', optional: true }, { name: 'defect', label: 'Defect', maxlength: 80 }, { name: 'description', label: 'What was seen', maxlength: 400 }, { name: 'bad_qty', label: 'Bad pieces', kind: 'number', min: 1, optional: true }];
  return form(fields, 'Report it', async v => { const n = await api.send('POST', '/ncrs', v); return `${n.ncr} is open${n.grade ? `, grade ${n.grade}` : ''}.`; });
} });

// ---- suppliers and papers ---------------------------------------------------------------------------------------------------------------

const suppliers = () => panel({ ...QMS, title: 'Suppliers', wide: 8, needs: ['/suppliers/scorecard'], every: 60000, async draw() {
  const { items } = await api.get('/suppliers/scorecard'), part = v => h('span', { class: 'withmeter' }, meter(v > 1 ? v / 100 : v, 'share'), h('span', { class: 'num' }, v > 1 ? num(v, 1) : pct(v)));
  return table([['Supplier', s => s.supplier], ['Quality', s => part(s.quality)], ['On time', s => part(s.on_time)], ['Communication', s => part(s.communication)], ['Score', s => s.score > 1 ? num(s.score, 1) : pct(s.score), 'num'], ['Rank', s => text(s.rank), 'num'], ['Receipts', s => num(s.receipts), 'num']], items, { caption: 'Supplier scorecard' });
} });

const papers = () => panel({ ...QMS, title: 'Documents and training', wide: 12, needs: ['/documents'], every: 60000, async draw() {
  const [docs, taught] = await Promise.all([api.list('/documents', {}, 200), api.has('/trainings') && api.may('/trainings') ? api.list('/trainings', {}, 200) : []]);
  return [table([['Document', d => text(d.document ?? d.name ?? d.code)], ['Title', d => text(d.title), 'why'], ['Version', d => text(d.version), 'num'], ['State', d => words(d.state)]], docs.slice(0, 12), { caption: 'Documents', empty: 'No document is kept yet.' }), h('p', { class: 'note' }, `${num(taught.length)} trainings recorded.`)];
} });

export function quality(root, [ncr]) {
  if (ncr) at.ncr = decodeURIComponent(ncr);
  const detail = one(), all = list();
  all.next = detail;
  return { end: run(root, [figures(), defects(), spc(), capas(), all, detail, suppliers(), report(), papers()]) };
}
