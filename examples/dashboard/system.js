// SPDX-License-Identifier: Apache-2.0
// System: is the machine behind the page well?  Telemetry, alerts, the audit trail, the daemon's own figures, people.
import { api, metricsText } from './api.js';
import { lines } from './chart.js';
import { acts, aside, calm, facts, figure, figures, h, hero, mark, num, plantDay, plantTime, said, table, text, title, wallTime, words } from './dom.js';
import { alerts } from './overview.js';
import { panel, refresh, run } from './panel.js';

const TEL = { from: 'telemetry' };
const at = { robot: null, field: 'battery', hours: 24 };
// The records of a sample day bear the plan's times, which have no zone; a plant's own bear the time of the wall.
const when = ms => !ms ? '–' : api.version.demo ? `${plantDay(ms)} ${plantTime(ms)}` : wallTime(ms);

const rate = () => panel({ ...TEL, title: 'Telemetry', needs: ['/telemetry/figures'], topics: ['tlm'], every: 5000, async draw() {
  const f = await api.get('/telemetry/figures');
  return [hero(num(f.rate, 1), aside('records a second')),
    figures(figure('records', num(f.records)), figure('stored', num(f.bytes / 1e6, 2), 'MB'), figure('a record', num(f.bytes_per_record, 2), 'bytes'), figure('robots', num(f.robots)), figure('from', when(f.from_ms)), figure('to', when(f.to_ms)))];
} });

const NAMES = { battery: 'battery_level', x: 'position.x', y: 'position.y' }; // the last report is said in short, the records in full
const KNOWN = new Set(['robot', 'time_ms', 'state']);
const series = () => {
  const box = h('div', { class: 'plotbox' });
  const select = (label, options, value, set) => h('select', { 'aria-label': label, 'data-key': label, onchange: e => set(e.target.value) }, options.map(o => h('option', { value: o, selected: o === value }, o)));
  return panel({ ...TEL, title: 'Series', wide: 8, needs: ['/telemetry/latest', '/telemetry/series', '/telemetry/figures'], every: 15000, async draw(p) {
    const [latest, f] = await Promise.all([api.list('/telemetry/latest'), api.get('/telemetry/figures')]);
    if (!latest.length) return calm('No robot has reported yet.');
    const robots = latest.map(r => r.robot), fields = Object.keys(latest[0]).filter(k => !KNOWN.has(k) && latest.some(r => typeof r[k] === 'number'));
    if (!robots.includes(at.robot)) at.robot = robots[0];
    if (!fields.includes(at.field)) at.field = fields[0];
    const to = f.to_ms ?? Date.now(), s = await api.get('/telemetry/series', { robot: at.robot, field: NAMES[at.field] ?? at.field, from_ms: Math.max(f.from_ms ?? 0, to - at.hours * 3600000), to_ms: to, points: 300 });
    queueMicrotask(() => { if (s.points.length > 1) lines(box, s.points.map(x => x[0]), [{ name: at.field, values: s.points.map(x => x[1]) }], { digits: 2, height: 170, clock: api.version.demo ? 'plant' : 'wall' }); });
    return [acts(select('Robot', robots, at.robot, v => { at.robot = v; refresh(p); }), select('Field', fields, at.field, v => { at.field = v; refresh(p); }), h('span', { class: 'note num' }, `${num(s.points.length)} points`)), s.points.length > 1 ? box : calm('Not enough points for a curve yet.')];
  } });
};

// ---- the trail ---------------------------------------------------------------------------------------------------------------------

// Details are JSON; what was done is said in one of its words.
function did(detail) {
  try { const d = JSON.parse(detail); return d.did ?? Object.values(d).join(', '); } catch { return text(detail); }
}

const audit = () => panel({ title: 'Audit trail', wide: 8, kind: 'tall', needs: ['/audit'], every: 20000, async draw() {
  const { items } = await api.get('/audit', { limit: 40 });
  return table([['#', a => num(a.number), 'num'], ['At', a => wallTime(a.time_ns / 1e6), 'num'], ['Who', a => a.who], ['Did', a => words(a.action)], ['To', a => text(a.object)], ['', a => did(a.detail), 'why'], ['Hash', a => h('code', null, String(a.hash ?? '').slice(0, 8))]], items, { caption: 'Audit trail, latest first', empty: 'Nothing has been changed yet.' });
} });

const whole = () => panel({ title: 'Is the trail whole?', needs: ['/audit/verify'], every: 60000, async draw() {
  const v = await api.get('/audit/verify');
  return [title(v.whole ? mark('good', 'whole') : mark('bad', `broken at row ${v.first_wrong}`)), h('p', { class: 'line' }, `${num(v.rows)} rows, each with the hash over the one before`, v.rule ? `; ${v.rule}` : '', '.'),
    said('To verify it elsewhere: ', h('a', { href: '/api/v1/audit.csv' }, 'audit.csv'), ' and ', h('a', { href: '/api/v1/audit/checkpoints.csv' }, 'checkpoints.csv'), ' with c12 seal audit verify.')];
} });

// ---- the daemon -----------------------------------------------------------------------------------------------------------------------

// Prometheus' text form: name{labels} value.
function samples(page) {
  const out = [];
  for (const line of page.split('\n')) {
    const m = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+.\deEinfNa]+)$/.exec(line);
    if (m) out.push({ name: m[1], labels: Object.fromEntries([...(m[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(x => [x[1], x[2]])), value: Number(m[3]) });
  }
  return out;
}

// The 95th percentile of a histogram, as the upper edge of the bucket that holds it.
function p95(buckets) {
  const rows = buckets.map(b => [b.labels.le === '+Inf' ? Infinity : Number(b.labels.le), b.value]).sort((a, b) => a[0] - b[0]), all = rows.at(-1)?.[1] ?? 0;
  return rows.find(r => r[1] >= 0.95 * all)?.[0];
}

function endpoints(all) {
  const groups = new Map();
  for (const s of all) {
    if (s.name !== 'c12_http_request_duration_seconds_bucket') continue;
    const key = `${s.labels.method} ${s.labels.path}`;
    groups.set(key, [...(groups.get(key) ?? []), s]);
  }
  return [...groups].map(([name, b]) => ({ name, n: Math.max(...b.map(x => x.value)), p95: p95(b) })).sort((a, b) => b.n - a.n);
}

const metrics = () => panel({ title: 'Requests and counters', wide: 8, kind: 'tall', every: 10000, async draw() {
  const all = samples(await metricsText()), ends = endpoints(all).slice(0, 14), rest = all.filter(s => !s.name.startsWith('c12_http_') && !/_(bucket|sum)$/.test(s.name)).slice(0, 30);
  return [table([['Endpoint', e => e.name, 'why'], ['Requests', e => num(e.n), 'num'], ['p95 within', e => e.p95 === Infinity ? 'slower than all steps' : `${num(1000 * e.p95, 1)} ms`, 'num']], ends, { caption: 'Requests by endpoint' }),
    table([['Counter', s => s.name + (Object.keys(s.labels).length ? ` ${Object.values(s.labels).join(' ')}` : ''), 'why'], ['Value', s => num(s.value, Number.isInteger(s.value) ? 0 : 3), 'num']], rest, { caption: 'Other counters' })];
} });

const about = () => panel({ title: 'This daemon', topics: ['demo'], async draw() {
  const v = api.version, demo = v.demo && api.may('/demo') ? await api.get('/demo') : null;
  return [facts([['Program', `${v.name} ${v.version}`], ['Services', v.services.join(', ')], ['You', api.me.who], ['Roles', api.me.roles.map(words).join(', ')], ['May do', `${num(api.me.may.length)} actions`], ...(demo ? [['Sample day', demo.done ? 'over' : `runs at ${num(demo.speed)} ×`]] : [])]),
    demo?.summary ? h('pre', { tabindex: '0' }, demo.summary) : null, said(h('a', { href: '/openapi.json' }, 'openapi.json'), ' describes every request.')];
} });

const people = () => panel({ title: 'People', needs: ['/people'], every: 60000, async draw() {
  const { items } = await api.get('/people');
  return table([['Name', p => p.name], ['Roles', p => words(p.roles.replaceAll('|', ', '))], ['', p => p.active ? mark('good', 'active') : mark('calm', 'closed')], ['Code', p => p.one_time_code ? 'yes' : 'no']], items, { caption: 'People', empty: 'Nobody has a name here yet: c12d --add-person.' });
} });

export function system(root) { return { end: run(root, [rate(), series(), alerts(8), about(), audit(), whole(), metrics(), people()]) }; }
