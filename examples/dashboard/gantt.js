// SPDX-License-Identifier: Apache-2.0
// Gantt: every operation by machine.  Dragging one asks the server what would follow; the difference is drawn over the plan and committed or dropped.
import { api, hear } from './api.js';
import { button, canvasIn, choice, colours, facts, h, note, num, planStart, planTime, plantDay, said, span, words } from './dom.js';
import { begun } from './panel.js';
import { questions, tryOut, undo } from './whatif.js';

const LEFT = 104, HEAD = 38, SNAP = 5; // px, px, minutes
let ROW = 26; // px: more where few machines leave room
// Eight hues that stay apart for the colour-blind, light enough for dark text on them; the order's name is on the bar as well.
const HUES = ['#8ecae6', '#f2c14e', '#9ad1a3', '#e8a598', '#c3b1e1', '#d9d27c', '#a9bcd0', '#e3b7d5'];
const view = { from: 0, perMin: 0, top: 0 };

export function gantt(root) {
  const g = { root, by: 'machine', chosen: null, drag: null, branch: null, find: '', ends: [] };
  g.stage = h('div', { class: 'stage' });
  g.bar = h('div', { class: 'bar' });
  g.side = h('aside', { class: 'side', 'aria-label': 'Operation and what if' });
  root.replaceChildren(h('div', { class: 'floor plan' }, g.bar, g.stage, g.side));
  start(g);
  const by = f => zoom(g, f, LEFT + (g.stage.clientWidth - LEFT) / 2);
  return { end: () => { g.ended = true; g.ends.forEach(f => f()); }, keys: { '+': ['plan: closer', () => by(1.4)], '-': ['plan: farther', () => by(1 / 1.4)], 0: ['plan: all of it', () => fit(g)], n: ['plan: next operation', () => next(g, 1)], p: ['plan: operation before', () => next(g, -1)],
    '[': ['plan: try the chosen operation an hour earlier', () => nudge(g, -60)], ']': ['plan: try it an hour later', () => nudge(g, 60)], u: ['plan: undo the last commit', undo], Escape: ['plan: nothing chosen', () => choose(g, null)] } };
}

async function start(g) {
  if (!await begun(g, ['/plan'], 'orders and plans (mes)', () => read(g))) return;
  g.canvas = canvasIn(g.stage, 'Gantt of the plan: arrows move it, plus and minus zoom, n and p go from operation to operation, square brackets try the chosen one an hour earlier or later', c => paint(g, c));
  g.tip = h('div', { class: 'tip', hidden: true });
  g.stage.append(g.tip);
  new ResizeObserver(() => { if (!view.perMin) near(g); }).observe(g.stage);
  pointer(g);
  tools(g);
  sides(g);
  const theme = () => g.canvas.paint();
  addEventListener('theme', theme);
  let due = 0;
  const again = () => { clearTimeout(due); due = setTimeout(() => read(g).then(() => { sides(g); g.canvas.paint(); }).catch(() => {}), 400); };
  g.ends.push(() => removeEventListener('theme', theme), hear(['plan', 'reset'], again), () => clearTimeout(due));
}

// ---- the plan as rows ---------------------------------------------------------------------------------------------------------------

const KEY = o => `${o[0]}/${o[1]}`;

async function read(g) {
  const plan = await api.get('/plan');
  g.plan = plan;
  g.ops = plan.ops.map(o => ({ key: KEY(o), work: plan.work[o[0]], w: o[0], step: o[1], machine: o[2], start: o[3], end: o[4] }));
  g.byKey = new Map(g.ops.map(o => [o.key, o]));
  g.hue = new Map([...new Set(plan.work.map(w => w.order ?? w.work_order))].map((o, k) => [o, HUES[k % HUES.length]]));
  g.short = shortest([...g.hue.keys()]);
  g.last = Math.max(60, ...g.ops.map(o => o.end));
  g.first = Math.min(g.last - 60, ...g.ops.map(o => o.start));
  if (g.chosen && !g.byKey.has(g.chosen)) g.chosen = null;
  rows(g);
}

// What all names begin with is left away on the bars: SO-2025-014 is 014 there.
function shortest(names) {
  let n = names[0]?.lastIndexOf('-') + 1 || 0;
  while (n > 0 && !names.every(x => x.startsWith(names[0].slice(0, n)))) n = names[0].lastIndexOf('-', n - 2) + 1;
  return name => name.slice(n);
}

function rows(g) {
  const plan = g.plan;
  g.rows = g.by === 'machine' ? plan.machines.map((m, k) => ({ name: m.machine, group: m.station, ops: g.ops.filter(o => o.machine === k) }))
    : [...g.hue.keys()].map(order => ({ name: order, group: '', ops: g.ops.filter(o => (o.work.order ?? o.work.work_order) === order) })).filter(r => r.ops.length);
  g.rows.forEach((r, k) => { r.ops.sort((a, b) => a.start - b.start); r.ops.forEach(o => { o.row = k; }); });
  view.top = Math.min(view.top, most(g));
}

const late = o => o.work.due !== null && o.work.due !== undefined && o.work.end > o.work.due;
const found = (g, o) => !g.find || [o.work.order, o.work.work_order, o.work.item].some(t => t?.toLowerCase().includes(g.find));

// ---- view ------------------------------------------------------------------------------------------------------------------------------

const fitRows = g => { ROW = Math.max(24, Math.min(40, Math.floor(((g.stage.clientHeight || 400) - HEAD) / g.rows.length))); };
const most = g => Math.max(0, g.rows.length * ROW - Math.max(ROW, (g.stage.clientHeight || 400) - HEAD));
const xOf = min => LEFT + (min - view.from) * view.perMin;
const minOf = x => view.from + (x - LEFT) / view.perMin;
function fit(g) {
  const w = g.stage.clientWidth - LEFT - 12;
  if (w <= 0) return;
  view.perMin = w / Math.max(60, g.last - g.first);
  view.from = g.first;
  view.top = 0;
  g.canvas.paint();
}
// What opens is three weeks around today, where bars are wide enough to be read and held.
function near(g) {
  const w = g.stage.clientWidth - LEFT - 12, days = 21 * 1440, now = g.plan.now_min ?? g.first;
  if (g.last - g.first <= days || w <= 0) return fit(g);
  view.perMin = w / days;
  view.from = Math.max(g.first, Math.min(g.last - days, now - 2880));
  g.canvas.paint();
}
function zoom(g, by, x) {
  const at = minOf(x), all = (g.stage.clientWidth - LEFT) / Math.max(60, g.last - g.first);
  view.perMin = Math.max(all / 2, Math.min(4, view.perMin * by));
  view.from = at - (x - LEFT) / view.perMin;
  g.canvas.paint();
}
function pan(g, dx, dy) {
  view.from -= dx / view.perMin;
  view.top = Math.max(0, Math.min(most(g), view.top - dy));
  g.canvas.paint();
}

// ---- painting ------------------------------------------------------------------------------------------------------------------------------

function paint(g, c) {
  if (!view.perMin) return near(g);
  fitRows(g);
  const k = colours(), w = g.stage.clientWidth, high = g.stage.clientHeight, font = getComputedStyle(document.body).fontFamily;
  g.k = k;
  c.font = `11px ${font}`;
  c.textBaseline = 'middle';
  ground(g, c, w, high);
  c.save();
  c.beginPath();
  c.rect(LEFT, HEAD, w - LEFT, high - HEAD);
  c.clip();
  for (const r of g.rows) for (const o of r.ops) bar(g, c, o, w, high);
  if (g.branch) for (const b of g.branch.values()) ghost(g, c, b);
  if (g.drag?.on) dragged(g, c);
  c.restore();
  names(g, c, high);
}

// Days, and hours where there is room for them.
function ground(g, c, w, high) {
  const k = g.k, hours = view.perMin * 60, step = [1, 2, 4, 6, 12, 24].find(s => s * hours >= 46) ?? 24, start = planStart(g.plan), days = Math.max(1, Math.ceil(64 / (view.perMin * 1440)));
  c.fillStyle = k.soft;
  c.strokeStyle = k.line;
  c.lineWidth = 1;
  c.textAlign = 'left';
  for (let day = Math.floor(view.from / 1440); xOf(day * 1440) < w; day++) {
    const x = Math.round(xOf(day * 1440)) + 0.5, weekend = [0, 6].includes(new Date(start + day * 86400000).getUTCDay());
    if (weekend) { c.save(); c.globalAlpha = 0.5; c.fillStyle = k.line; c.fillRect(Math.max(LEFT, x), HEAD, Math.min(w, x + view.perMin * 1440) - Math.max(LEFT, x), high); c.restore(); }
    if (day % days === 0) { line(c, x, 4, high); if (x > LEFT - 60) c.fillText(plantDay(start + day * 86400000), Math.max(LEFT + 2, x + 4), 11); }
    if (step < 24) for (let hour = step; hour < 24; hour += step) { const hx = Math.round(xOf(day * 1440 + hour * 60)) + 0.5; if (hx > LEFT && hx < w) { line(c, hx, 22, 30); c.fillText(`${String(hour).padStart(2, '0')}`, hx + 3, 28); } }
  }
  line2(c, LEFT, HEAD + 0.5, w);
  if (g.plan.now_min > view.from && xOf(g.plan.now_min) < w) { c.strokeStyle = k.accent; line(c, Math.round(xOf(g.plan.now_min)) + 0.5, HEAD, high); c.strokeStyle = k.line; }
  g.rows.forEach((r, i) => { const y = Math.round(HEAD + (i + 1) * ROW - view.top) + 0.5; if (y > HEAD) line2(c, LEFT, y, w); });
}
const line = (c, x, y1, y2) => { if (x < LEFT) return; c.beginPath(); c.moveTo(x, y1); c.lineTo(x, y2); c.stroke(); };
const line2 = (c, x1, y, x2) => { c.beginPath(); c.moveTo(x1, y); c.lineTo(x2, y); c.stroke(); };

function names(g, c, high) {
  const k = g.k;
  c.save();
  c.fillStyle = k.panel;
  c.fillRect(0, 0, LEFT, high);
  c.beginPath();
  c.rect(0, HEAD, LEFT, high - HEAD);
  c.clip();
  g.rows.forEach((r, i) => {
    const y = HEAD + i * ROW - view.top;
    if (y < HEAD - ROW || y > high) return;
    c.fillStyle = k.ink;
    c.textAlign = 'left';
    c.fillText(r.name, 8, y + ROW / 2);
    if (r.group) { c.fillStyle = k.soft; c.textAlign = 'right'; c.fillText(r.group, LEFT - 8, y + ROW / 2); }
    c.strokeStyle = k.line;
    line2(c, 0, Math.round(y + ROW) + 0.5, LEFT);
  });
  c.restore();
  c.strokeStyle = k.line2;
  c.beginPath();
  c.moveTo(LEFT + 0.5, 0);
  c.lineTo(LEFT + 0.5, high);
  c.stroke();
}

const yOf = row => HEAD + row * ROW - view.top + 3;

function bar(g, c, o, w, high) {
  const x = xOf(o.start), width = Math.max(1.5, (o.end - o.start) * view.perMin), y = yOf(o.row);
  if (x > w || x + width < LEFT || y > high || y < HEAD - ROW) return;
  const moved = g.branch?.has(o.key), dim = !found(g, o) || moved;
  c.globalAlpha = dim ? 0.28 : 1;
  c.fillStyle = g.hue.get(o.work.order ?? o.work.work_order);
  c.fillRect(x, y, width, ROW - 6);
  if (late(o)) stripe(c, x, y, width);
  if (width > 26) label(g, c, o, x, y, width);
  c.globalAlpha = 1;
  if (o.key === g.chosen) { c.strokeStyle = g.k.ink; c.lineWidth = 2; c.strokeRect(x, y, width, ROW - 6); }
}

function label(g, c, o, x, y, width) {
  c.save();
  c.beginPath();
  c.rect(x, y, width - 2, ROW - 6);
  c.clip();
  c.fillStyle = '#14191c';
  c.textAlign = 'left';
  c.fillText(width > 60 ? `${g.short(o.work.order ?? o.work.work_order)} · ${o.step}` : g.short(o.work.order ?? o.work.work_order), Math.max(x + 4, LEFT + 3), y + (ROW - 6) / 2 + 0.5);
  c.restore();
}

// What belongs to a late order has a dark edge below, for eyes that tell no colours apart.
function stripe(c, x, y, width) { c.fillStyle = '#7a1602'; c.fillRect(x, y + ROW - 9, width, 3); }

function ghost(g, c, b) {
  const row = g.by === 'machine' ? b.machine : g.byKey.get(b.key)?.row;
  if (row === undefined) return;
  const x = xOf(b.start), width = Math.max(2, (b.end - b.start) * view.perMin), y = yOf(row);
  c.fillStyle = g.k.accent;
  c.globalAlpha = 0.25;
  c.fillRect(x, y, width, ROW - 6);
  c.globalAlpha = 1;
  c.strokeStyle = g.k.accent;
  c.lineWidth = 1.5;
  c.setLineDash([4, 2]);
  c.strokeRect(x, y, width, ROW - 6);
  c.setLineDash([]);
}

function dragged(g, c) {
  const d = g.drag, x = xOf(d.start), width = (d.op.end - d.op.start) * view.perMin, y = yOf(d.row);
  c.fillStyle = g.k.accent;
  c.globalAlpha = 0.7;
  c.fillRect(x, y, width, ROW - 6);
  c.globalAlpha = 1;
  c.strokeStyle = g.k.ink;
  c.lineWidth = 1.5;
  c.strokeRect(x, y, width, ROW - 6);
}

// ---- pointer -----------------------------------------------------------------------------------------------------------------------------------

function opAt(g, x, y) {
  const row = Math.floor((y - HEAD + view.top) / ROW), at = minOf(x);
  if (x < LEFT || y < HEAD || !g.rows[row]) return null;
  const slack = 2 / view.perMin;
  return g.rows[row].ops.find(o => o.start - slack <= at && at <= o.end + slack) ?? null;
}

// The rows a bar may be dropped on: machines of its own station.
function rowFor(g, op, y) {
  const row = Math.floor((y - HEAD + view.top) / ROW);
  if (g.by !== 'machine' || !g.plan.machines[row]) return op.row;
  return g.plan.machines[row].station === g.plan.machines[op.machine].station ? row : op.row;
}

function pointer(g) {
  const el = g.canvas.el, place = e => { const b = el.getBoundingClientRect(); return [e.clientX - b.left, e.clientY - b.top]; };
  el.addEventListener('pointerdown', e => {
    const [x, y] = place(e), op = opAt(g, x, y);
    el.setPointerCapture(e.pointerId);
    g.drag = { x, y, x0: x, y0: y, op, on: false, start: op?.start, row: op?.row, may: op && api.may('/plan/branches', 'POST') && (e.pointerType !== 'touch' || op.key === g.chosen) }; // a finger first chooses, so that it can also push the view
  });
  el.addEventListener('pointermove', e => { const [x, y] = place(e); if (g.drag) drag(g, x, y); else tip(g, x, y); });
  el.addEventListener('pointerup', () => drop(g));
  el.addEventListener('pointercancel', () => { g.drag = null; g.canvas.paint(); });
  el.addEventListener('pointerleave', () => { g.tip.hidden = true; });
  el.addEventListener('wheel', e => {
    e.preventDefault();
    if (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY)) pan(g, -(e.deltaX || e.deltaY), 0);
    else if (e.altKey) pan(g, 0, -e.deltaY);
    else zoom(g, Math.exp(-e.deltaY * 0.0015), Math.max(LEFT, place(e)[0]));
  }, { passive: false });
  el.addEventListener('keydown', e => {
    const d = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, ROW], ArrowDown: [0, -ROW] }[e.key];
    if (d) { e.preventDefault(); pan(g, ...d); }
  });
}

function drag(g, x, y) {
  const d = g.drag;
  if (Math.abs(x - d.x0) + Math.abs(y - d.y0) > 4) d.on = true;
  if (d.on && d.may) {
    d.start = Math.max(0, Math.round((d.op.start + (x - d.x0) / view.perMin) / SNAP) * SNAP);
    d.row = rowFor(g, d.op, y);
    show(g, x, y, [planTime(g.plan, d.start), g.rows[d.row].name]);
  } else if (d.on) pan(g, x - d.x, y - d.y);
  d.x = x;
  d.y = y;
  g.canvas.paint();
}

function drop(g) {
  const d = g.drag;
  g.drag = null;
  g.tip.hidden = true;
  if (!d) return;
  if (!d.on) return choose(g, d.op);
  if (d.may && (d.start !== d.op.start || d.row !== d.op.row)) move(g, d.op, d.start, g.by === 'machine' && d.row !== d.op.row ? g.plan.machines[d.row].machine : null);
  g.canvas.paint();
}

function show(g, x, y, lines) {
  g.tip.replaceChildren(...lines.map((l, k) => h(k ? 'span' : 'b', null, l)));
  g.tip.hidden = false;
  const w = g.tip.offsetWidth;
  g.tip.style.setProperty('left', `${Math.max(4, Math.min(x + 12, g.stage.clientWidth - w - 4))}px`);
  g.tip.style.setProperty('top', `${Math.min(y + 14, g.stage.clientHeight - g.tip.offsetHeight - 4)}px`);
}

function tip(g, x, y) {
  const o = opAt(g, x, y);
  g.canvas.el.classList.toggle('grab', Boolean(o));
  if (!o) { g.tip.hidden = true; return; }
  show(g, x, y, [`${o.work.order ?? 'stock'} · ${o.work.work_order}`, `${num(o.work.qty)} × ${o.work.item}, step ${o.step}`, `${planTime(g.plan, o.start)} – ${planTime(g.plan, o.end)} (${span((o.end - o.start) * 60000)})`, ...(late(o) ? [`late by ${span((o.work.end - o.work.due) * 60000)}`] : [])]);
}

// ---- choosing and moving ------------------------------------------------------------------------------------------------------------------------

function choose(g, op) { g.chosen = op?.key ?? null; if (!op) setBranch(g, null); sides(g); g.canvas.paint(); }

function next(g, by) {
  const all = g.rows.flatMap(r => r.ops), k = all.findIndex(o => o.key === g.chosen), o = all[(k + by + all.length) % all.length];
  if (!o) return;
  choose(g, o);
  const x = xOf(o.start), y = yOf(o.row);
  pan(g, x < LEFT || x > g.stage.clientWidth - 40 ? LEFT + 80 - x : 0, y < HEAD || y > g.stage.clientHeight - ROW ? HEAD + 80 - y : 0);
}

function nudge(g, by) { const o = g.byKey.get(g.chosen); if (o && api.may('/plan/branches', 'POST')) move(g, o, Math.max(0, o.start + by), null); else note('Choose an operation first (n)'); }

function move(g, op, start, machine) {
  choose(g, op);
  const edit = { kind: 'move', work_order: op.work.work_order, step: op.step, start_min: Math.round(start), ...(machine && { machine }) };
  return tryOut(g.answer, `${op.work.work_order} step ${op.step} to ${planTime(g.plan, start)}${machine ? ` on ${machine}` : ''}`, [edit], g.plan, b => setBranch(g, b));
}

function setBranch(g, b) {
  const row = new Map(g.plan.work.map((w, k) => [w.work_order, k])), ops = (b?.ops ?? []).map(o => ({ key: `${row.get(o[0]) ?? o[0]}/${o[1]}`, machine: o[2], start: o[3], end: o[4] })); // a branch names works by their code: its own rows may be others
  g.branch = ops.length ? new Map(ops.map(o => [o.key, o])) : null;
  g.canvas.paint();
}

// ---- beside and above -----------------------------------------------------------------------------------------------------------------------------

function tools(g) {
  const find = h('input', { type: 'search', placeholder: 'Order, item', 'aria-label': 'Show only this order or item', oninput: () => { g.find = find.value.trim().toLowerCase(); g.canvas.paint(); } });
  const mid = () => LEFT + (g.stage.clientWidth - LEFT) / 2;
  g.bar.replaceChildren(choice('Rows', [['machine', 'by machine'], ['order', 'by order']], g.by, v => { g.by = v; rows(g); g.canvas.paint(); }), find,
    button('−', () => zoom(g, 1 / 1.4, mid()), { 'aria-label': 'Zoom out' }), button('+', () => zoom(g, 1.4, mid()), { 'aria-label': 'Zoom in' }), button('Whole plan', () => fit(g)), g.said = h('span', { class: 'note num' }));
}

function sides(g) {
  const p = g.plan, o = g.byKey.get(g.chosen);
  g.said.textContent = `plan ${p.version}: ${num(p.orders)} orders, ${num(p.late)} late, ${num(g.ops.length)} operations`;
  if (!g.answer) {
    const [asks, answer] = questions(p, b => setBranch(g, b));
    g.answer = answer;
    g.card = h('div', { class: 'body' });
    g.side.replaceChildren(h('h2', null, 'Operation'), g.card, h('h2', null, 'What if'), asks, answer);
  }
  g.card.replaceChildren(...(o ? [h('p', { class: 'line' }, h('b', null, o.work.work_order), `, step ${o.step} on ${p.machines[o.machine].machine}`),
    facts([['Order', o.work.order ?? 'stock'], ['Makes', `${num(o.work.qty)} × ${o.work.item}`], ['Starts', planTime(p, o.start)], ['Ends', planTime(p, o.end)], ['Work ends', planTime(p, o.work.end)], ['Due', planTime(p, o.work.due)], ['State', words(o.work.state)]])]
    : [said('Drag an operation in time, or to another machine of its station, to see what would follow. A dark edge below marks work that ends after its date.')]));
}
