// SPDX-License-Identifier: Apache-2.0
// Quality: what fails most, whether the process is steady, what is being done about it and until when.
import { api } from './api.js';
import { bars, control, pareto } from './chart.js';
import { acts, aside, calm, choice, facts, figure, figures, form, grade, h, hero, mark, meter, num, pct, said, span, table, text, title, wallTime, words } from './dom.js';
import { panel, refresh, run, soon } from './panel.js';

const QMS = { from: 'quality', topics: ['ncr'] };
const at = { ncr: null, state: 'open', chart: null };
const DAY = 86400000, isOpen = n => n.state !== 'CLOSED';

const firstPass = () => panel({ ...QMS, title: 'First pass', needs: ['/quality/figures'], every: 15000, async draw() {
  const f = await api.get('/quality/figures');
  return [hero(f.inspected ? pct(f.fpy) : '–', aside(`${num(f.passed_first)} of ${num(f.inspected)} passed at once`)),
    figures(figure('open NCRs', num(f.open_ncrs)), figure('overdue CAPAs', num(f.overdue_capas), '', f.overdue_capas ? mark('bad', 'overdue') : mark('good', 'none')), figure('holds', num(f.holds), '', f.holds ? mark('warn', 'work stopped') : null)),
    f.by_station.length ? bars(f.by_station.map(s => [s.station, s.fpy, `${pct(s.fpy)}`]), 'First pass yield by station', 1) : null];
} });

const defects = () => panel({ ...QMS, title: 'Pareto of defects', wide: 8, needs: ['/quality/pareto'], every: 30000, async draw() {
  const items = (await api.get('/quality/pareto')).items.slice(0, 10);
  return items.length ? pareto(items) : calm('No defect is recorded.');
} });

const spc = () => panel({ ...QMS, title: 'Control chart', wide: 8, needs: ['/quality/charts', '/quality/charts/{characteristic}'], every: 20000, async draw(p) {
  const all = (await api.get('/quality/charts')).items.map(c => c.characteristic);
  if (!all.length) return calm('No characteristic has been measured yet.');
  if (!all.includes(at.chart)) at.chart = all[0];
  const c = await api.get(`/quality/charts/${encodeURIComponent(at.chart)}`), hits = c.points.filter(x => x.rules?.length);
  return [acts(h('select', { 'aria-label': 'Characteristic', 'data-key': 'chart', onchange: e => { at.chart = e.target.value; refresh(p); } }, all.map(n => h('option', { value: n, selected: n === at.chart }, n))),
    h('span', { class: 'note num' }, `Cp ${num(c.cp, 2)}, Cpk ${num(c.cpk, 2)}`), hits.length ? mark('bad', `${hits.length} of ${c.points.length} points break a rule`) : mark('good', 'in control')), control(c)];
} });

// A clock for each deadline: how much of its time is gone.
const capas = () => panel({ ...QMS, title: 'CAPA clocks', needs: ['/ncrs'], every: 60000, async draw() {
  const rows = (await api.list('/ncrs')).filter(n => n.due_ms && isOpen(n)).sort((a, b) => a.due_ms - b.due_ms).slice(0, 12);
  if (!rows.length) return calm('No action is running.');
  return h('ul', { class: 'clocks' }, rows.map(n => {
    const left = n.due_ms - Date.now(), share = (Date.now() - n.created_ms) / Math.max(1, n.due_ms - n.created_ms);
    return h('li', null, h('b', null, n.ncr), meter(share, `${n.ncr}: time gone`, left < 0 ? 'bad' : left < 2 * DAY ? 'warn' : ''), left < 0 ? mark('bad', `${span(-left)} over`) : mark(left < 2 * DAY ? 'warn' : 'good', `${span(left)} left`));
  }));
} });

// ---- nonconformances -----------------------------------------------------------------------------------------------------------------

const list = () => panel({ ...QMS, title: 'Nonconformances', wide: 8, kind: 'tall', needs: ['/ncrs'], every: 30000, async draw(p) {
  const all = await api.list('/ncrs'), rows = all.filter(n => at.state === 'all' || (at.state === 'overdue' ? n.overdue : isOpen(n)));
  return [acts(choice('Which', [['open', `open ${all.filter(isOpen).length}`], ['overdue', `overdue ${all.filter(n => n.overdue).length}`], ['all', `all ${all.length}`]], at.state, v => { at.state = v; refresh(p); })),
    table([['NCR', n => n.ncr], ['Grade', n => grade(n.grade)], ['Defect', n => n.defect, 'why'], ['Where', n => `${text(n.station)} ${text(n.work_order)}`], ['State', n => words(n.state)], ['Who', n => text(n.assigned_to)], ['Due', n => n.due_ms ? wallTime(n.due_ms) : '–', 'num'], ['', n => n.overdue ? mark('bad', 'overdue') : null]], rows,
      { key: n => n.ncr, chosen: at.ncr, pick: n => { at.ncr = n.ncr; refresh(p); refresh(p.next); }, caption: 'Nonconformances', empty: 'None.' })];
} });

const one = () => panel({ ...QMS, title: 'Chosen nonconformance', kind: 'tall', needs: ['/ncrs/{ncr}'], async draw(p) {
  if (!at.ncr) return calm('Choose one to see its story and what comes next.');
  const n = await api.get(`/ncrs/${encodeURIComponent(at.ncr)}`);
  return [title(h('span', null, n.ncr), grade(n.grade)), h('p', { class: 'why' }, text(n.description)), n.reasons ? said(`Graded so: ${Array.isArray(n.reasons) ? n.reasons.join(', ') : n.reasons}`) : null,
    facts([['State', words(n.state)], ['Work order', text(n.work_order)], ['Station', text(n.station)], ['Unit', text(n.unit)], ['Assigned to', text(n.assigned_to)], ['Due', n.due_ms ? `${wallTime(n.due_ms)} (${span(n.due_ms - Date.now())})` : '–']]),
    h('ol', { class: 'story' }, (n.events ?? []).map(e => h('li', null, h('b', null, words(e.kind)), ' ', aside(`${text(e.by).replace(/^\w+:/, '')}, ${wallTime(e.at_ms)}`), e.text ? h('p', null, e.text) : null))),
    isOpen(n) ? moves(p, n) : calm('Closed.')];
} });

// What a move must say besides its words; the server names the moves that there are from here.
const CAUSES = ['people', 'machine', 'method', 'material', 'measurement', 'environment'].map((c, k) => [String(k + 1), c]);
const SAYS = { assign: [{ name: 'to', label: 'To whom (person:name)', optional: true, maxlength: 64 }], dispose: [{ name: 'to', label: 'What becomes of it', kind: 'select', options: [['rework', 'rework'], ['scrap', 'scrap'], ['use_as_is', 'use as is'], ['return', 'return']] }], fishbone: [{ name: 'value', label: 'Kind of cause', kind: 'select', options: CAUSES }] };
const MOVES = { why: 'why (one of five)', fishbone: 'cause found', dispose: 'disposition', plan: 'action planned', finish: 'action finished', confirm: 'confirm and close' };

function moves(p, n) {
  if (!api.may('/ncrs/{ncr}/events', 'POST') || !n.moves?.length) return said('No next move for your role.');
  const box = h('div', { class: 'body' });
  const forKind = kind => form([...(SAYS[kind] ?? []), { name: 'text', label: 'In words', maxlength: 400, optional: true }], `Record: ${MOVES[kind] ?? words(kind)}`, async v => {
    await api.send('POST', `/ncrs/${encodeURIComponent(n.ncr)}/events`, { kind, ...v, ...(v.value && { value: Number(v.value) }) });
    document.activeElement.blur();
    soon(p);
  });
  box.append(choice('Next move', n.moves.map(k => [k, MOVES[k] ?? words(k)]), n.moves[0], k => box.lastChild.replaceWith(forKind(k))), forKind(n.moves[0]));
  return box;
}

const report = () => panel({ ...QMS, title: 'Report a nonconformance', topics: [], needs: ['/ncrs'], method: 'POST', async draw() {
  const fields = [{ name: 'work_order', label: 'Work order' }, { name: 'station', label: 'Station' }, { name: 'unit', label: 'Unit', optional: true }, { name: 'defect', label: 'Defect', maxlength: 80 }, { name: 'description', label: 'What was seen', maxlength: 400 }, { name: 'bad_qty', label: 'Bad pieces', kind: 'number', min: 1, optional: true }];
  return form(fields, 'Report it', async v => { const n = await api.send('POST', '/ncrs', v); return `${n.ncr} is open${n.grade ? `, grade ${n.grade}` : ''}.`; });
} });

// ---- suppliers and papers ---------------------------------------------------------------------------------------------------------------

const suppliers = () => panel({ ...QMS, title: 'Suppliers', wide: 8, kind: 'tall', needs: ['/suppliers/scorecard'], every: 60000, async draw() {
  const { items } = await api.get('/suppliers/scorecard'), part = k => s => s.receipts ? h('span', { class: 'withmeter' }, meter(s[k], k), h('span', { class: 'num' }, pct(s[k], 0))) : '–';
  return table([['Supplier', s => s.supplier], ['Quality', part('quality')], ['On time', part('on_time')], ['Communication', s => s.communication === undefined ? '–' : part('communication')(s)], ['Score', s => pct(s.score), 'num'], ['Rank', s => s.rank || '–', 'num'], ['Receipts', s => num(s.receipts), 'num'], ['', s => s.preferred ? mark('good', 'preferred') : null]], items, { caption: 'Supplier scorecard' });
} });

const papers = () => panel({ ...QMS, title: 'Documents', wide: 6, kind: 'tall', needs: ['/documents'], every: 60000, async draw() {
  const { items } = await api.get('/documents');
  return table([['Document', d => d.document], ['Title', d => d.title, 'why'], ['Version', d => num(d.version), 'num'], ['Since', d => wallTime(d.effective_ms), 'num'], ['', d => d.holds ? mark('good', 'in force') : mark('calm', 'superseded')]], items, { caption: 'Documents', empty: 'No document is kept yet.' });
} });

const taught = () => panel({ ...QMS, title: 'Training', wide: 6, kind: 'tall', needs: ['/trainings'], every: 60000, async draw() {
  const { items } = await api.get('/trainings');
  return table([['Person', t => t.person], ['Document', t => t.document], ['Version', t => num(t.version), 'num'], ['Passed', t => wallTime(t.passed_ms), 'num'], ['Until', t => wallTime(t.until_ms), 'num']], items, { caption: 'Training', empty: 'No training is recorded yet.' });
} });

export function quality(root, [ncr]) {
  if (ncr) at.ncr = ncr;
  const detail = one(), all = list();
  all.next = detail;
  return { end: run(root, [firstPass(), defects(), spc(), capas(), all, detail, suppliers(), report(), papers(), taught()]) };
}
