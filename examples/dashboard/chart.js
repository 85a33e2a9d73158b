// SPDX-License-Identifier: Apache-2.0
// Charts.  Small ones are own SVG; lines over time are uPlot where the build found it, else own SVG lines that say the same.
import { colours, h, num, pct, plantTime, svg, wallTime } from './dom.js';

const ends = values => {
  const real = values.filter(Number.isFinite);
  return real.length ? [Math.min(...real), Math.max(...real)] : [0, 1];
};
const stretch = (low, high) => high > low ? [low, high] : [low - 1, high + 1];

// ---- small ---------------------------------------------------------------------------------------------------------------------

export function spark(values, label) {
  const [low, high] = stretch(...ends(values)), n = Math.max(1, values.length - 1);
  const points = values.map((v, k) => `${(k / n * 100).toFixed(1)},${(26 - (v - low) / (high - low) * 24).toFixed(1)}`).join(' ');
  return svg('svg', { class: 'spark', viewBox: '0 0 100 28', preserveAspectRatio: 'none', role: 'img', 'aria-label': label }, svg('polyline', { points, class: 'line' }));
}

// Columns, each [label, value, second part on top]; the numbers are in the titles and the text for screen readers.
export function columns(rows, label, { unit = '', every = 1 } = {}) {
  const top = Math.max(1, ...rows.map(r => r[1] + (r[2] ?? 0))), w = Math.min(30, 300 / Math.max(1, rows.length)), H = 84;
  const bar = (v, from, k, kind) => v > 0 ? svg('rect', { class: kind, x: (k * w + w * 0.14).toFixed(1), width: (w * 0.72).toFixed(1), y: (H - (from + v) / top * (H - 12)).toFixed(1), height: (v / top * (H - 12)).toFixed(1) }) : null;
  return svg('svg', { class: 'columns', viewBox: `0 0 300 ${H + 14}`, role: 'img', 'aria-label': `${label}: ${rows.map(r => `${r[0]} ${num(r[1])}`).join(', ')}` },
    svg('line', { class: 'axis', x1: 0, x2: 300, y1: H, y2: H }),
    rows.map(([name, v, second], k) => svg('g', null, svg('title', null, `${name}: ${num(v)}${unit}${second ? `, and ${num(second)}` : ''}`), bar(v, 0, k, 'fill'), bar(second ?? 0, v, k, 'fill2'),
      k % every ? null : svg('text', { x: (k * w + w / 2).toFixed(1), y: H + 11, 'text-anchor': 'middle' }, name))),
    svg('text', { class: 'top', x: 0, y: 8 }, num(top)));
}

// Rows of label, bar and figure: [label, value, said, kind].  The longest bar stands for the largest value, or for `least` when all are smaller.
export function bars(rows, label, least = 1e-9) {
  const top = Math.max(least, ...rows.map(r => Math.abs(r[1])));
  return h('ul', { class: 'bars', 'aria-label': label }, rows.map(([name, v, said, kind]) => h('li', null, h('span', { class: 'name', title: name }, name),
    h('span', { class: 'rail', 'aria-hidden': 'true' }, h('i', { class: kind ?? '', style: { width: `${100 * Math.abs(v) / top}%` } })), h('span', { class: 'num' }, said ?? num(v)))));
}

// Parts of one whole, side by side, with their legend: [label, n, kind].
export function parts(rows, label) {
  const all = rows.reduce((s, r) => s + r[1], 0) || 1;
  return h('div', { class: 'parts' },
    h('div', { class: 'rail', role: 'img', 'aria-label': `${label}: ${rows.map(r => `${r[1]} ${r[0]}`).join(', ')}` }, rows.filter(r => r[1]).map(r => h('i', { class: r[2], style: { width: `${100 * r[1] / all}%` } }))),
    h('ul', null, rows.map(r => h('li', null, h('i', { class: r[2], 'aria-hidden': 'true' }), h('b', { class: 'num' }, num(r[1])), ' ', r[0]))));
}

export function pareto(items) {
  const H = 150, W = 420, n = Math.max(1, items.length), w = (W - 60) / n, top = Math.max(1, ...items.map(i => i.n));
  const x = k => 30 + k * w, y = share => H - share * (H - 14);
  const line = items.map((i, k) => `${(x(k) + w / 2).toFixed(1)},${y(i.cumulative).toFixed(1)}`).join(' ');
  return svg('svg', { class: 'pareto', viewBox: `0 0 ${W} ${H + 34}`, role: 'img', 'aria-label': `Pareto of defects: ${items.map(i => `${i.defect} ${i.n}, ${pct(i.cumulative, 0)} with those before`).join('; ')}` },
    [0, 0.5, 0.8, 1].map(s => [svg('line', { class: s === 0.8 ? 'axis dash' : 'axis', x1: 30, x2: W - 30, y1: y(s), y2: y(s) }), svg('text', { x: W - 27, y: y(s) + 3 }, `${100 * s} %`)]),
    svg('text', { x: 26, y: y(1) + 3, 'text-anchor': 'end' }, num(top)), svg('text', { x: 26, y: y(0) + 3, 'text-anchor': 'end' }, '0'),
    items.map((i, k) => svg('g', null, svg('title', null, `${i.defect}: ${i.n} (${pct(i.share)})`), svg('rect', { class: 'fill', x: x(k) + w * 0.14, width: w * 0.72, y: H - i.n / top * (H - 14), height: i.n / top * (H - 14) }),
      svg('text', { x: x(k) + w / 2, y: H - 4, 'text-anchor': 'middle', class: 'inner' }, num(i.n)),
      svg('text', { x: x(k) + w / 2, y: H + 13 + (k % 2) * 13, 'text-anchor': 'middle' }, i.defect.length * 6 > w * 1.9 ? i.defect.slice(0, Math.max(4, w * 1.9 / 6 | 0)) + '…' : i.defect))),
    svg('polyline', { class: 'line2', points: line }), items.map((i, k) => svg('circle', { class: 'dot2', cx: x(k) + w / 2, cy: y(i.cumulative), r: 2.5 })));
}

// Shewhart chart: centre, limits, points, and a diamond with the rule's number where a rule was hit.
export function control(c) {
  const W = 620, H = 210, all = [...c.points.map(p => p.value), c.upper, c.lower].filter(Number.isFinite), [low, high] = stretch(...ends(all)), pad = (high - low) * 0.12;
  const x = k => 52 + k / Math.max(1, c.points.length - 1) * (W - 110), y = v => 10 + (high + pad - v) / (high - low + 2 * pad) * (H - 34);
  const limit = (v, name, kind) => Number.isFinite(v) ? [svg('line', { class: kind, x1: 46, x2: W - 52, y1: y(v), y2: y(v) }), svg('text', { x: W - 48, y: y(v) + 3 }, name), svg('text', { x: 42, y: y(v) + 3, 'text-anchor': 'end' }, num(v, 2))] : null;
  const hit = (p, k) => p.rules?.length ? svg('g', { class: 'hit' }, svg('path', { d: `M${x(k)} ${y(p.value) - 6}l6 6l-6 6l-6 -6z` }), svg('text', { x: x(k), y: y(p.value) - 9, 'text-anchor': 'middle' }, p.rules.join(' '))) : svg('circle', { class: 'dot', cx: x(k), cy: y(p.value), r: 2 });
  const hits = c.points.filter(p => p.rules?.length).length, first = c.points[0], last = c.points.at(-1);
  return svg('svg', { class: 'control', viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': `Control chart of ${c.characteristic}: centre ${num(c.centre, 2)}, limits ${num(c.lower, 2)} and ${num(c.upper, 2)}, ${c.points.length} points, ${hits} break a rule` },
    limit(c.upper, 'UCL', 'limit'), limit(c.centre, 'CL', 'axis'), limit(c.lower, 'LCL', 'limit'),
    svg('polyline', { class: 'line', points: c.points.map((p, k) => `${x(k).toFixed(1)},${y(p.value).toFixed(1)}`).join(' ') }),
    c.points.map((p, k) => svg('g', null, svg('title', null, `${wallTime(p.at_ms)}: ${num(p.value, 3)}${p.rules?.length ? `, rule ${p.rules.join(', ')}` : ''}`), hit(p, k))),
    first ? [svg('text', { x: 52, y: H - 4 }, wallTime(first.at_ms)), svg('text', { x: W - 58, y: H - 4, 'text-anchor': 'end' }, wallTime(last.at_ms))] : null);
}

// ---- lines over time ---------------------------------------------------------------------------------------------------------------

let plotter;
const library = async () => (plotter ??= (await import('./vendor.js')).default);

// x in ms, one or two series: { name, values, kind }.  clock 'plant' writes the plant's time, else this browser's.
export async function lines(box, x, series, { height = 160, clock = 'wall', digits = 1 } = {}) {
  const uPlot = await library(), label = series.map(s => { const [a, b] = ends(s.values); return `${s.name}: ${x.length} points from ${num(a, digits)} to ${num(b, digits)}`; }).join('; ');
  if (!box.clientWidth) await new Promise(requestAnimationFrame);
  const low = Math.max(260, box.clientWidth);
  const at = h('div', { class: 'plot', role: 'img', 'aria-label': label });
  box.replaceChildren(at);
  if (!uPlot) return at.append(svgLines(x, series, low, height, clock, digits));
  const short = x.at(-1) - x[0] < 900000, c = colours(), font = '11px ' + getComputedStyle(document.body).fontFamily, axis = { stroke: c.soft, font, grid: { stroke: c.line, width: 1 }, ticks: { stroke: c.line, size: 4 } };
  const told = h('p', { class: 'note num', 'aria-hidden': 'true' }, ' ');
  new uPlot({
    width: low, height, legend: { show: false }, cursor: { y: false },
    tzDate: clock === 'plant' ? ts => uPlot.tzDate(new Date(ts * 1000), 'UTC') : undefined,
    axes: [{ ...axis, size: 26, incrs: [1, 5, 15, 60, 300, 900, 3600, 10800, 21600, 86400], values: (u, v) => v.map(s => stamp(s * 1000, clock, short)) }, { ...axis, size: 46 }],
    series: [{}, ...series.map((s, k) => ({ label: s.name, stroke: k ? c.warn : c.accent, width: 1.5, dash: k ? [4, 3] : undefined, points: { show: false } }))],
    hooks: { setCursor: [u => { const i = u.cursor.idx; told.textContent = Number.isInteger(i) ? `${stamp(x[i], clock, short)}  ${series.map(s => `${s.name} ${num(s.values[i], digits)}`).join('  ')}` : ' '; }] },
  }, [x.map(v => v / 1000), ...series.map(s => s.values)], at);
  at.append(told);
}

const stamp = (ms, clock, seconds) => (clock === 'plant' ? plantTime(ms) : wallTime(ms).split(' ').pop()) + (seconds ? ':' + String(new Date(ms).getUTCSeconds()).padStart(2, '0') : '');

function svgLines(x, series, W, H, clock, digits) {
  const [a, b] = stretch(...ends(x)), [low, high] = stretch(...ends(series.flatMap(s => s.values)));
  const px = v => 46 + (v - a) / (b - a) * (W - 56), py = v => 8 + (high - v) / (high - low) * (H - 30);
  const path = s => s.values.map((v, k) => Number.isFinite(v) ? `${px(x[k]).toFixed(1)},${py(v).toFixed(1)}` : '').filter(Boolean).join(' ');
  return svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H },
    [0, 0.5, 1].map(f => { const v = low + f * (high - low); return [svg('line', { class: 'axis', x1: 46, x2: W - 10, y1: py(v), y2: py(v) }), svg('text', { x: 40, y: py(v) + 4, 'text-anchor': 'end' }, num(v, digits))]; }),
    [0, 0.5, 1].map(f => svg('text', { x: px(a + f * (b - a)), y: H - 4, 'text-anchor': f === 0 ? 'start' : f === 1 ? 'end' : 'middle' }, stamp(a + f * (b - a), clock, b - a < 900000))),
    series.map((s, k) => svg('polyline', { class: k ? 'line2' : 'line', points: path(s) })));
}
