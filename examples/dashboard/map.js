// SPDX-License-Identifier: Apache-2.0
// Floor map: the hall, the robots as they move, where they are going, and what may be done with them.  The hall is painted once a view, the robots each frame
// that something moves.
import { api, hear } from './api.js';
import { aside, ask, button, canvasIn, colours, figure, figures, form, h, mark, note, num, plantClock, plantSecond, said, span, words } from './dom.js';
import { begun } from './panel.js';

const GLIDE = 140;  // ms a robot takes on the page from its last place to its new one: a little more than the time between two events
const FAR = 2;      // cells off its known way: more than this is a jump (a slider moved, the day runs fast), not a drive
const STATES = { idle: 'idle', to_pickup: 'drives to pick up', pickup: 'picks up', to_drop: 'drives to deliver', drop: 'delivers', to_bay: 'drives to charge', charge: 'charges', to_home: 'drives home' };
const view = { scale: 0, x: 0, y: 0 }; // kept while other pages are looked at

export function map(root) {
  const m = { floor: null, robots: new Map(), chosen: null, cell: null, past: false, ends: [], root, stopped: false };
  m.side = h('aside', { class: 'side', 'aria-label': 'Robot or place' });
  m.stage = h('div', { class: 'stage' });
  m.bar = h('div', { class: 'bar' });
  m.foot = h('div', { class: 'slider' });
  root.replaceChildren(h('div', { class: 'floor' }, m.bar, m.stage, m.side, m.foot));
  start(m);
  const zoomBy = f => zoom(m, f, m.stage.clientWidth / 2, m.stage.clientHeight / 2);
  return { end: () => { m.ended = true; m.ends.forEach(f => f()); }, keys: { '+': ['map: closer', () => zoomBy(1.3)], '-': ['map: farther', () => zoomBy(1 / 1.3)], 0: ['map: the whole hall', () => fit(m)], Escape: ['map: nothing chosen', () => choose(m, null)], n: ['map: next robot', () => next(m, 1)], p: ['map: robot before', () => next(m, -1)], 'arrows': ['map: move the view, when it has the focus'] } };
}

async function start(m) {
  if (!await begun(m, ['/floor', '/robots'], 'the fleet', () => read(m))) return;
  m.base = canvasIn(m.stage, null, g => paintHall(m, g));
  m.live = canvasIn(m.stage, 'Floor map: arrows move it, plus and minus zoom, n and p go from robot to robot', g => paintRobots(m, g));
  new ResizeObserver(() => { if (!view.scale || m.fitted) fit(m); }).observe(m.stage);
  pointer(m);
  tools(m);
  slider(m);
  sideSays(m);
  const theme = () => repaint(m);
  addEventListener('theme', theme);
  const again = setInterval(() => { if (!document.hidden && !m.past && !m.reading) read(m).catch(() => {}); }, api.version.demo ? 500 : 1500); // routes do not come with events
  m.ends.push(() => removeEventListener('theme', theme), () => clearInterval(again), hear(['robots'], d => moved(m, d)), hear(['reset', 'task'], () => { if (!m.past) read(m).catch(() => {}); }));
}

// ---- what is known ---------------------------------------------------------------------------------------------------------------

async function read(m) {
  m.reading = true;
  const [floor, now] = await Promise.all([m.floor && performance.now() - m.floorAt < 10000 ? m.floor : api.get('/floor'), api.get('/robots')]).finally(() => { m.reading = false; });
  if (m.past) return;
  if (floor !== m.floor) { m.floor = floor; m.floorAt = performance.now(); m.base?.paint(); }
  take(m, now);
}

function take(m, now) {
  m.stopped = now.stopped ?? m.stopped; // history does not say
  m.plant = now.plant_ms;
  for (const r of now.items) { step(m, r); Object.assign(m.robots.get(r.robot), r); }
  if (m.estop) eStopSays(m);
  m.live?.paint();
  sideSays(m);
}

function moved(m, d) {
  if (m.past) return;
  if (d.lanes) { m.floorAt = -Infinity; read(m).catch(() => {}); return; }
  if (d.plant_ms < m.plant) return; // older than what was read meanwhile
  m.plant = d.plant_ms;
  for (const r of d.items ?? []) { step(m, r); Object.assign(m.robots.get(r.robot), r); }
  if (m.slide && d.plant_ms) m.slide.now(d.plant_ms);
  m.live.paint();
  if (m.chosen && d.items?.some(r => r.robot === m.chosen)) sideSays(m);
}

// Where it was drawn last is where its next glide begins, so that a late event never makes it jump; it glides along the way it was known to take, not across shelves.
function step(m, r) {
  const had = m.robots.get(r.robot), t = performance.now();
  if (r.route?.length && r.route[0][0] === r.x && r.route[0][1] === r.y) r.route.shift(); // its own cell is not ahead of it
  if (!had) { m.robots.set(r.robot, { ...r, path: [[r.x, r.y]], at: t - GLIDE }); return; }
  if (had.x === r.x && had.y === r.y) return;
  const [x, y] = place(had, t), k = (had.route ?? []).findIndex(c => c[0] === r.x && c[1] === r.y), here = [r.x, r.y];
  had.path = k >= 0 ? [[x, y], ...had.path.slice(Math.floor(along(had, t)) + 1), ...had.route.slice(0, k + 1)] : Math.abs(x - r.x) + Math.abs(y - r.y) > FAR ? [here] : [[x, y], here];
  had.route = k >= 0 ? had.route.slice(k + 1) : [];
  had.at = t;
}

// How far along its path, in cells.
const along = (r, t) => (r.path.length - 1) * Math.min(1, (t - r.at) / GLIDE);
function place(r, t) {
  const at = along(r, t), k = Math.floor(at), a = r.path[k], b = r.path[Math.min(r.path.length - 1, k + 1)];
  return [a[0] + (b[0] - a[0]) * (at - k), a[1] + (b[1] - a[1]) * (at - k)];
}

// ---- the view -------------------------------------------------------------------------------------------------------------------------

function fit(m) {
  if (!m.floor) return;
  const w = m.stage.clientWidth, high = m.stage.clientHeight;
  view.scale = Math.min(w / m.floor.width, high / m.floor.height);
  view.x = (w - view.scale * m.floor.width) / 2;
  view.y = (high - view.scale * m.floor.height) / 2;
  m.fitted = true;
  repaint(m);
}
function zoom(m, by, x, y) {
  const s = Math.max(2, Math.min(80, view.scale * by)), f = s / view.scale;
  view.x = x - (x - view.x) * f;
  view.y = y - (y - view.y) * f;
  view.scale = s;
  m.fitted = false;
  repaint(m);
}
function pan(m, dx, dy) { view.x += dx; view.y += dy; m.fitted = false; repaint(m); }
function repaint(m) { m.base?.paint(); m.live?.paint(); }
const cellAt = (x, y) => [Math.floor((x - view.x) / view.scale), Math.floor((y - view.y) / view.scale)];

// ---- painting ---------------------------------------------------------------------------------------------------------------------------

const box = (g, x, y, inset = 0) => g.rect(view.x + x * view.scale + inset, view.y + y * view.scale + inset, view.scale - 2 * inset, view.scale - 2 * inset);
const mid = (x, y) => [view.x + (x + 0.5) * view.scale, view.y + (y + 0.5) * view.scale];

function paintHall(m, g) {
  const c = colours(), f = m.floor, s = view.scale;
  if (!s) return fit(m);
  g.fillStyle = c.free;
  g.fillRect(view.x, view.y, s * f.width, s * f.height);
  const kinds = { '@': c.wall, T: c.wall, S: c.line2, E: c.line2 };
  for (const [letter, colour] of Object.entries(kinds)) {
    g.fillStyle = colour;
    f.rows.forEach((row, y) => { for (let x = 0; x < row.length;) { // runs of one letter as one rectangle
      if (row[x] !== letter) { x++; continue; }
      let e = x;
      while (row[e] === letter) e++;
      const [left, top] = [Math.round(view.x + x * s), Math.round(view.y + y * s)]; // whole pixels: no seams between rows
      g.fillRect(left, top, Math.round(view.x + e * s) - left, Math.round(view.y + (y + 1) * s) - top);
      x = e;
    } });
  }
  for (const b of f.bays) paintBay(g, b, c);
  for (const b of f.stations) paintStation(g, b, c);
  for (const b of f.lanes) paintLane(g, b, c);
}

function paintBay(g, b, c) {
  const [x, y] = mid(b.x, b.y), r = view.scale * 0.42;
  g.strokeStyle = c.soft;
  g.lineWidth = 1;
  g.beginPath();
  box(g, b.x, b.y, view.scale * 0.1);
  g.moveTo(x + r * 0.25, y - r * 0.7); // a charging mark
  g.lineTo(x - r * 0.3, y + r * 0.1);
  g.lineTo(x + r * 0.3, y - r * 0.1);
  g.lineTo(x - r * 0.25, y + r * 0.7);
  g.stroke();
}

function paintStation(g, b, c) {
  const [x, y] = mid(b.x, b.y), size = Math.max(9, Math.min(15, view.scale * 0.95));
  g.fillStyle = c.accent;
  g.beginPath();
  box(g, b.x, b.y, view.scale * 0.08);
  g.fill();
  g.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
  g.textAlign = 'center';
  g.textBaseline = 'middle';
  g.fillStyle = c.ink;
  g.fillText(b.station, x, y + view.scale); // below it: beside it are docks
}

function paintLane(g, b, c) {
  g.strokeStyle = c.bad;
  g.lineWidth = Math.max(1.5, view.scale * 0.14);
  g.beginPath();
  box(g, b.x, b.y, 1);
  const [x, y] = [view.x + b.x * view.scale, view.y + b.y * view.scale], s = view.scale;
  g.moveTo(x + 2, y + 2); g.lineTo(x + s - 2, y + s - 2);
  g.moveTo(x + s - 2, y + 2); g.lineTo(x + 2, y + s - 2);
  g.stroke();
}

function paintRobots(m, g) {
  if (!view.scale) return;
  const c = colours(), t = performance.now();
  let glides = false;
  for (const r of m.robots.values()) if (r.route?.length && r.robot !== m.chosen) paintRoute(m, g, r, c, false);
  const one = m.robots.get(m.chosen);
  if (one?.route?.length) paintRoute(m, g, one, c, true);
  for (const r of m.robots.values()) {
    if (t - r.at < GLIDE) glides = true;
    paintRobot(m, g, r, c, t);
  }
  if (m.cell) { g.strokeStyle = c.ink; g.lineWidth = 2; g.beginPath(); box(g, m.cell[0], m.cell[1], 0); g.stroke(); }
  if (glides) m.live.paint();
}

// The cells a robot holds ahead: a thin line for all, cells and times for the chosen one.
function paintRoute(m, g, r, c, whole) {
  const s = view.scale, cells = whole ? r.route : r.route.slice(0, 8);
  g.strokeStyle = c.accent;
  g.globalAlpha = whole ? 0.9 : 0.35;
  g.lineWidth = whole ? Math.max(2, s * 0.16) : Math.max(1, s * 0.1);
  g.beginPath();
  const t = performance.now(), done = Math.floor(along(r, t)) + 1;
  g.moveTo(...mid(...place(r, t)));
  for (const [x, y] of [...r.path.slice(done), ...cells]) g.lineTo(...mid(x, y));
  g.stroke();
  if (whole) {
    g.globalAlpha = 0.16;
    g.fillStyle = c.accent;
    g.beginPath();
    for (const [x, y] of cells) box(g, x, y, 0.5);
    g.fill();
    g.globalAlpha = 1;
    const [x, y, at] = cells.at(-1), [px, py] = mid(x, y);
    g.strokeStyle = c.accent;
    g.beginPath();
    g.arc(px, py, s * 0.38, 0, 7);
    g.stroke();
    g.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    g.textAlign = 'center';
    g.fillStyle = c.panel;
    g.fillRect(px - 27, py - s * 0.8 - 11, 54, 15);
    g.fillStyle = c.ink;
    g.fillText(plantSecond(at), px, py - s * 0.8);
  }
  g.globalAlpha = 1;
}

const BUSY = new Set(['to_pickup', 'pickup', 'to_drop', 'drop']);
// Shape says the state, colour repeats it: full disc at work, ring idle, square charging, cross stopped or paused, dashed ring stale.
function paintRobot(m, g, r, c, t) {
  const [x, y] = mid(...place(r, t)), s = Math.max(3.2, view.scale * 0.42), halt = r.stopped || r.paused || m.stopped;
  const colour = r.stale || halt ? c.bad : r.battery < 20 ? c.warn : c.accent;
  g.lineWidth = Math.max(1.4, s * 0.34);
  g.strokeStyle = g.fillStyle = colour;
  g.beginPath();
  if (r.state === 'charge') g.rect(x - s * 0.8, y - s * 0.8, s * 1.6, s * 1.6);
  else g.arc(x, y, s * 0.85, 0, 7);
  if (r.stale) { g.setLineDash([2, 2]); g.stroke(); g.setLineDash([]); } else if (BUSY.has(r.state) && !halt) g.fill();
  else { g.save(); g.fillStyle = c.free; g.fill(); g.restore(); g.stroke(); }
  if (halt) { const d = s * 0.5; g.beginPath(); g.moveTo(x - d, y - d); g.lineTo(x + d, y + d); g.moveTo(x + d, y - d); g.lineTo(x - d, y + d); g.stroke(); }
  if (r.robot === m.chosen) { g.strokeStyle = c.ink; g.lineWidth = 2; g.beginPath(); g.arc(x, y, s * 1.7, 0, 7); g.stroke(); }
  if (view.scale > 22) {
    g.font = `${Math.min(13, view.scale * 0.42)}px ${getComputedStyle(document.body).fontFamily}`;
    g.textAlign = 'center';
    g.fillStyle = c.ink;
    g.fillText(r.robot.replace(/^.*-/, ''), x, y + s * 1.9);
  }
}

// ---- pointer and keys ---------------------------------------------------------------------------------------------------------------

function pointer(m) {
  const el = m.live.el, held = new Map();
  let travelled = 0, apart = 0;
  const at = e => { const b = el.getBoundingClientRect(); return [e.clientX - b.left, e.clientY - b.top]; };
  el.addEventListener('pointerdown', e => { el.setPointerCapture(e.pointerId); held.set(e.pointerId, at(e)); travelled = 0; apart = 0; });
  el.addEventListener('pointermove', e => {
    if (!held.has(e.pointerId)) return;
    const [x, y] = at(e), [ox, oy] = held.get(e.pointerId);
    held.set(e.pointerId, [x, y]);
    travelled += Math.abs(x - ox) + Math.abs(y - oy);
    if (held.size === 2) { // two fingers zoom
      const [a, b] = [...held.values()], d = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (apart) zoom(m, d / apart, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      apart = d;
    } else if (travelled > 4) pan(m, x - ox, y - oy);
  });
  const up = e => { if (held.delete(e.pointerId) && e.type === 'pointerup' && travelled <= 4 && !held.size) click(m, ...at(e)); };
  el.addEventListener('pointerup', up);
  el.addEventListener('pointercancel', up);
  el.addEventListener('wheel', e => { e.preventDefault(); zoom(m, Math.exp(-e.deltaY * 0.0015), ...at(e)); }, { passive: false });
  el.addEventListener('keydown', e => {
    const d = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[e.key];
    if (d) { e.preventDefault(); pan(m, ...d); }
  });
}

function click(m, x, y) {
  const t = performance.now(), reach = Math.max(9, view.scale * 0.7);
  let best = null, near = reach;
  for (const r of m.robots.values()) { const [rx, ry] = mid(...place(r, t)), d = Math.hypot(rx - x, ry - y); if (d < near) { near = d; best = r.robot; } }
  const [cx, cy] = cellAt(x, y), inside = cx >= 0 && cy >= 0 && cx < m.floor.width && cy < m.floor.height;
  if (best) choose(m, best);
  else if (inside) { m.chosen = null; m.cell = [cx, cy]; sideSays(m, true); m.live.paint(); }
}

function choose(m, robot) { m.chosen = robot; m.cell = null; m.more = null; sideSays(m, true); m.live.paint(); if (robot) detail(m, robot); }
function next(m, by) {
  const all = [...m.robots.keys()].sort(), k = all.indexOf(m.chosen);
  choose(m, all[(k + by + all.length) % all.length]);
  const r = m.robots.get(m.chosen), [x, y] = mid(r.x, r.y);
  if (x < 0 || y < 0 || x > m.stage.clientWidth || y > m.stage.clientHeight) pan(m, m.stage.clientWidth / 2 - x, m.stage.clientHeight / 2 - y);
}

async function detail(m, robot) {
  try { const d = await api.get(`/robots/${encodeURIComponent(robot)}`); if (m.chosen === robot) { m.more = d; sideSays(m, true); } } catch (bad) { note(bad.message, 'bad'); }
}

// ---- beside the map ----------------------------------------------------------------------------------------------------------------------

async function act(m, path, said, method = 'POST', body) {
  try { await api.send(method, path, body); note(said); m.floorAt = -Infinity; await read(m); if (m.chosen) detail(m, m.chosen); sideSays(m, true); } catch (bad) { note(bad.message, 'bad'); }
}

function tools(m) {
  m.estop = button('Stop all robots', () => eStop(m), { class: 'estop' });
  m.find = h('select', { 'aria-label': 'Choose a robot', onchange: () => choose(m, m.find.value || null) }, h('option', { value: '' }, 'Robot …'), [...m.robots.keys()].sort().map(r => h('option', { value: r }, r)));
  m.bar.replaceChildren(m.find, button('−', () => zoom(m, 1 / 1.3, m.stage.clientWidth / 2, m.stage.clientHeight / 2), { 'aria-label': 'Zoom out' }), button('+', () => zoom(m, 1.3, m.stage.clientWidth / 2, m.stage.clientHeight / 2), { 'aria-label': 'Zoom in' }), button('Whole hall', () => fit(m)),
    h('span', { class: 'legend', 'aria-label': 'Signs' }, [['work', 'at work'], ['idle', 'idle'], ['charge', 'charging'], ['halt', 'stopped'], ['stale', 'silent']].map(([k, said]) => h('span', null, h('i', { class: `sign ${k}` }), said))), m.estop);
  eStopSays(m);
}

// Stopping asks nothing; going on does.
async function eStop(m) {
  if (!m.stopped) return act(m, '/fleet/stop', 'The fleet stands still');
  if (await ask('Let all robots go on?', 'Robots that were stopped one by one stay stopped.', 'Resume the fleet')) act(m, '/fleet/resume', 'The fleet goes on');
}

function eStopSays(m) {
  m.estop.textContent = m.stopped ? 'Resume the fleet' : 'Stop all robots';
  m.estop.classList.toggle('on', m.stopped);
  m.estop.disabled = m.past || !api.may(m.stopped ? '/fleet/resume' : '/fleet/stop', 'POST');
}

// The side is drawn anew for another robot or place; while the same one is shown only its figures are, so that buttons keep the focus.
function sideSays(m, anew) {
  const r = m.robots.get(m.chosen), key = m.chosen ?? (m.cell ? m.cell.join() : 'none');
  if (m.find && m.find.value !== (m.chosen ?? '')) m.find.value = m.chosen ?? '';
  if (!anew && m.sideKey === key) { if (r && m.facts) m.facts.replaceChildren(...robotFigures(m, r)); return; }
  m.sideKey = key;
  m.side.replaceChildren(...(r ? robotSide(m, r) : m.cell ? cellSide(m) : hallSide(m)));
}

function hallSide(m) {
  const n = [...m.robots.values()], halt = n.filter(r => r.stopped || r.paused), stale = n.filter(r => r.stale);
  return [h('h2', null, 'Hall'), figures(figure('robots', num(n.length)), figure('moving', num(n.filter(r => r.state.startsWith('to_')).length)), figure('charging', num(n.filter(r => r.state === 'charge').length)), figure('stopped', num(halt.length)), figure('silent', num(stale.length)), figure('blocked cells', num(m.floor.lanes.length))),
    m.floor.lanes.length ? h('ul', { class: 'plain' }, m.floor.lanes.map(l => h('li', null, `cell ${l.x}, ${l.y} `, aside(`until ${span(l.until_ms - Date.now())} from now`), ' ', button('Open', () => act(m, `/lanes/${l.lane}`, 'The cell is open', 'DELETE'), { class: 'small', disabled: !api.may('/lanes/{lane}', 'DELETE') })))) : null,
    said('Choose a robot to see where it goes; choose a cell to block it.')].filter(Boolean);
}

function robotFigures(m, r) {
  const more = m.more?.robot === r.robot ? m.more : null;
  return [figure('state', STATES[r.state] ?? words(r.state), '', r.stopped ? mark('bad', 'stopped') : r.paused ? mark('warn', 'paused') : r.stale ? mark('bad', `silent for ${span(r.age_ms)}`) : r.age_ms < 0 ? mark('calm', 'not heard yet') : mark('good', 'reports')),
    figure('battery', num(r.battery, 1), '%', r.battery < 20 ? mark('bad', 'low') : null), figure('place', `${Math.round(r.x)}, ${Math.round(r.y)}`), figure('task', r.task ?? 'none'),
    figure('cells ahead', num(r.route?.length ?? 0), '', r.route?.length ? `there at ${plantSecond(r.route.at(-1)[2])}` : null), more ? figure('tasks done', num(more.tasks_done), '', `busy ${span(more.busy_ms)}`) : null].filter(Boolean);
}

function robotSide(m, r) {
  const path = `/robots/${encodeURIComponent(r.robot)}`, can = what => ({ disabled: m.past || !api.may(`/robots/{robot}/${what}`, 'POST') });
  m.facts = figures(robotFigures(m, r));
  return [h('h2', null, r.robot), m.facts, h('div', { class: 'acts' },
    button('Pause', () => act(m, path + '/pause', `${r.robot} pauses`), { 'data-act': 'pause', ...can('pause') }), button('Resume', () => act(m, path + '/resume', `${r.robot} goes on`), { 'data-act': 'resume', ...can('resume') }),
    button('Stop', () => act(m, path + '/stop', `${r.robot} is stopped`), { class: 'stop', 'data-act': 'stop', ...can('stop') }), button('Close', () => choose(m, null)))];
}

function cellSide(m) {
  const [x, y] = m.cell, f = m.floor, letter = f.rows[y][x], here = [...f.stations.filter(s => s.x === x && s.y === y).map(s => `${s.station} ${words(s.name)}`), ...f.bays.filter(b => b.x === x && b.y === y).map(b => b.bay)], lane = f.lanes.find(l => l.x === x && l.y === y);
  const kind = '@T'.includes(letter) ? 'wall' : letter === 'S' ? 'dock' : letter === 'E' ? 'storage' : 'floor';
  const block = form([{ name: 'minutes', label: 'Minutes', kind: 'number', min: 1, max: 1440, value: 15 }], 'Block this cell', async v => { await act(m, '/lanes', `Cell ${x}, ${y} is blocked for ${v.minutes} minutes`, 'POST', { x, y, minutes: v.minutes }); });
  return [h('h2', null, `Cell ${x}, ${y}`), h('p', { class: 'line' }, [kind, ...here].join(', ')),
    lane ? button('Open it again', () => act(m, `/lanes/${lane.lane}`, 'The cell is open', 'DELETE'), { disabled: !api.may('/lanes/{lane}', 'DELETE') }) : kind === 'wall' ? null : api.may('/lanes', 'POST') && !m.past ? block : said('Blocking is not for your role.'),
    button('Close', () => choose(m, null))].filter(Boolean);
}

// ---- the day ---------------------------------------------------------------------------------------------------------------------------------

// With a sample day the slider spans that day, else the time since the daemon began.
async function slider(m) {
  const demo = api.version.demo && api.may('/demo') ? await api.get('/demo').catch(() => null) : null;
  if (!api.has('/history/robots')) { m.foot.remove(); return; }
  const from = demo?.from_ms ?? 0, now = demo?.plant_ms ?? m.plant, said = h('output', { class: 'num' }, plantClock(now)), live = button('Live', () => toNow(m), { class: 'small', disabled: true });
  const range = h('input', { type: 'range', min: from, max: Math.max(from + 1, now), step: 5000, value: now, 'aria-label': 'Time of the day' });
  let asked = 0;
  range.addEventListener('input', () => { said.textContent = plantClock(Number(range.value)); m.past = true; live.disabled = false; m.stage.classList.add('past'); eStopSays(m); clearTimeout(asked); asked = setTimeout(() => history(m, Number(range.value)), 120); });
  m.slide = { range, live, said, now: ms => { range.max = Math.max(Number(range.max), ms); range.value = ms; said.textContent = plantClock(ms); } };
  m.foot.replaceChildren(aside(plantSecond(from)), range, said, live, ...(demo ? [speedOf(m, demo)] : []));
}

function speedOf(m, demo) {
  const set = async () => { try { await api.send('POST', '/demo/speed', { speed: Number(s.value) }); } catch (bad) { note(bad.message, 'bad'); } };
  const s = h('select', { 'aria-label': 'Speed of the day', onchange: set, disabled: !api.may('/demo/speed', 'POST') }, [...new Set([10, 60, 120, 300, 600, demo.speed])].sort((x, y) => x - y).map(v => h('option', { value: v, selected: v === demo.speed }, `${v} ×`)));
  return s;
}

async function history(m, ms) {
  try { const then = await api.get('/history/robots', { plant_ms: ms }); if (m.past) { for (const r of m.robots.values()) r.route = []; take(m, then); } } catch (bad) { note(bad.message, 'bad'); }
}

function toNow(m) { m.past = false; m.slide.live.disabled = true; m.stage.classList.remove('past'); eStopSays(m); read(m).then(() => m.slide.now(m.plant)); }
