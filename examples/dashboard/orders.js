// SPDX-License-Identifier: Apache-2.0
// Orders: what was promised, why it is late, what it is made of; stock, purchases and work orders.
import { api } from './api.js';
import { bars } from './chart.js';
import { acts, aside, button, calm, choice, figure, figures, form, grade, h, mark, money, note, num, planTime, signed, span, table, text, title, wallTime, words } from './dom.js';
import { panel, refresh, run, soon } from './panel.js';

const MES = { from: 'orders and plans (mes)' };
const at = { order: null, only: 'all', part: null, find: '', seek: '' };

// ---- orders of the plan -----------------------------------------------------------------------------------------------------------

const ends = (plan, o) => o.end_min ? planTime(plan, o.end_min) : o.end_min === 0 ? 'from stock' : '–';
const slack = o => o.end_min === null ? mark('bad', 'no end') : o.late ? mark('bad', `${span((o.end_min - o.due_min) * 60000)} late`) : mark('good', 'in time');
const kept = o => (at.only === 'all' || o.late) && (!at.find || `${o.order} ${o.customer} ${o.item}`.toLowerCase().includes(at.find));

const list = pegs => panel({ ...MES, title: 'Sales orders', wide: 8, kind: 'tall', needs: ['/plan', '/plan/orders'], topics: ['plan', 'order'], every: 30000, async draw(p) {
  const [plan, all] = await Promise.all([api.shared('/plan'), api.list('/plan/orders')]);
  const pick = o => { at.order = o.order; refresh(p); refresh(pegs); };
  const find = h('input', { type: 'search', value: at.find, placeholder: 'Order, customer, item', 'aria-label': 'Search orders', 'data-key': 'find-order', oninput: e => { at.find = e.target.value.toLowerCase(); rows(); } });
  const body = h('div');
  const rows = () => body.replaceChildren(table([['Order', o => o.order], ['Customer', o => text(o.customer)], ['Item', o => o.item], ['Qty', o => num(o.qty), 'num'], ['Due', o => planTime(plan, o.due_min), 'num'], ['Ends', o => ends(plan, o), 'num'], ['', o => [slack(o), o.why ? h('div', { class: 'note' }, o.why) : null], 'why']],
    all.filter(kept), { pick, key: o => o.order, chosen: at.order, caption: 'Sales orders of the plan', empty: 'No such order.' }));
  rows();
  return [acts(choice('Orders', [['all', `all ${all.length}`], ['late', `late ${all.filter(o => o.late).length}`]], at.only, v => { at.only = v; rows(); }), find), body];
} });

// The tree behind one order, each line with its bar over the time of the whole.
const pegging = () => panel({ ...MES, title: 'Pegging', kind: 'tall', needs: ['/plan', '/plan/orders/{order}'], topics: ['plan'], async draw() {
  if (!at.order) return calm('Choose an order to see what it is made of and what it waits for.');
  const [plan, o] = await Promise.all([api.shared('/plan'), api.get(`/plan/orders/${encodeURIComponent(at.order)}`)]);
  const timed = o.pegging.filter(x => x.end_min !== null && x.end_min !== undefined), low = Math.min(...timed.map(x => x.start_min ?? x.end_min)), high = Math.max(o.due_min, ...timed.map(x => x.end_min));
  return [title(h('span', null, o.order), slack(o)), o.why ? h('p', { class: 'why' }, o.why) : null,
    h('p', { class: 'note num' }, `due ${planTime(plan, o.due_min)}, ends ${ends(plan, o)}`),
    h('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Pegging tree' }, h('ol', { class: 'tree' }, o.pegging.map(x => pegLine(plan, x, low, high))))];
} });

const KINDS = { work: 'made', buy: 'bought', receipt: 'on its way', stock: 'in stock' };
function pegLine(plan, x, low, high) {
  const share = min => `${Math.max(0, Math.min(100, 100 * (min - low) / Math.max(1, high - low)))}%`;
  const timed = x.end_min !== null && x.end_min !== undefined && x.kind !== 'stock';
  const when = timed ? `${planTime(plan, x.start_min)} – ${planTime(plan, x.end_min)}` : '';
  return h('li', { style: { 'padding-left': `${Math.min(8, x.depth) * 14}px` } }, h('div', null, h('b', null, x.item), ' ', h('span', { class: 'num' }, `× ${num(x.qty)}`), ' ', mark(x.kind === 'stock' ? 'good' : x.kind === 'work' ? 'calm' : 'warn', KINDS[x.kind] ?? x.kind), x.code ? aside(' ' + x.code) : null),
    timed ? h('div', { class: 'time', title: when, role: 'img', 'aria-label': when }, h('i', { class: x.kind, style: { left: share(x.start_min ?? x.end_min), right: `calc(100% - ${share(x.end_min)})` } })) : null);
}

const today = plan => new Date(Date.parse(plan.start) + 28 * 86400000).toISOString().slice(0, 10);
const entry = () => panel({ ...MES, title: 'New order', needs: ['/sales-orders'], method: 'POST', async draw() {
  const plan = await api.shared('/plan'), items = [...new Set([...plan.work.filter(w => w.order).map(w => w.item), ...plan.work.map(w => w.item)])];
  const fields = [{ name: 'customer', label: 'Customer', maxlength: 80 }, { name: 'item', label: 'Item', kind: items.length ? 'select' : 'text', options: items }, { name: 'qty', label: 'Quantity', kind: 'number', min: 1, value: 1 }, { name: 'due', label: 'Wanted by', kind: 'date', value: today(plan) }, { name: 'rush', label: 'Rush', kind: 'check' }];
  return form(fields, 'Take the order', async v => {
    const o = await api.send('POST', '/sales-orders', v);
    return `${o.order}: promised for ${o.promised}${o.late ? ', later than wanted' : ''}. ${o.why ?? ''}`;
  });
} });

// ---- stock -------------------------------------------------------------------------------------------------------------------------

const stock = () => panel({ ...MES, title: 'Inventory', wide: 8, kind: 'tall', needs: ['/inventory'], topics: ['order'], every: 60000, async draw(p) {
  const all = await api.list('/inventory'), body = h('div'), find = h('input', { type: 'search', value: at.seek, placeholder: 'Part', 'aria-label': 'Search parts', 'data-key': 'find-part', oninput: e => { at.seek = e.target.value.toLowerCase(); rows(); } });
  const rows = () => body.replaceChildren(table([['Part', i => i.item], ['On hand', i => num(i.on_hand), 'num'], ['Reserved', i => num(i.reserved), 'num'], ['Available', i => num(i.available), 'num'], ['On order', i => num(i.on_order), 'num'], ['Unit', i => i.unit], ['Value', i => money(i.value), 'num']], all.filter(i => i.item.toLowerCase().includes(at.seek)), { key: i => i.item, chosen: at.part, pick: i => { at.part = i.item; refresh(p); p.next.forEach(refresh); }, caption: 'Inventory', empty: 'No such part.' }));
  rows();
  return [acts(find), body];
} });

const part = () => panel({ ...MES, title: 'Part', needs: ['/inventory/{part_number}'], topics: ['order'], async draw(p) {
  if (!at.part) return calm('Choose a part to see its movements.');
  const i = await api.get(`/inventory/${encodeURIComponent(at.part)}`);
  const path = '/inventory/{part_number}/transactions';
  return [title(h('span', null, at.part)), figures(figure('on hand', num(i.on_hand), i.unit), figure('available', num(i.available), i.unit), figure('on order', num(i.on_order), i.unit)),
    table([['At', x => wallTime(x.at_ms), 'num'], ['', x => words(x.kind)], ['Qty', x => signed(x.qty), 'num'], ['Reference', x => text(x.reference), 'why']], (i.moves ?? []).slice(0, 30), { caption: 'Movements', empty: 'Nothing has moved yet.' }),
    api.may(path, 'POST') ? form([{ name: 'kind', label: 'Movement', kind: 'select', options: ['receipt', 'issue', 'adjustment', 'scrap'] }, { name: 'qty', label: 'Quantity', kind: 'number', value: 1 }, { name: 'reference', label: 'Reference', maxlength: 80 }], 'Book it', async v => {
      await api.send('POST', `/inventory/${encodeURIComponent(at.part)}/transactions`, v);
      p.next.forEach(soon);
      return 'Booked.';
    }) : null];
} });

// ---- purchases and work ---------------------------------------------------------------------------------------------------------------

const buys = () => panel({ ...MES, title: 'Purchase orders', wide: 8, kind: 'tall', needs: ['/purchase-orders'], topics: ['order', 'plan'], every: 60000, async draw() {
  const rows = await api.list('/purchase-orders', {}, 200);
  return table([['Order', o => o.purchase_order], ['Item', o => o.item], ['Supplier', o => text(o.supplier)], ['Qty', o => num(o.qty), 'num'], ['Due', o => text(o.due), 'num'], ['State', o => words(o.state)]], rows, { caption: 'Purchase orders' });
} });

const EVENTS = { CREATED: ['release'], RELEASED: ['start', 'hold'], IN_PROGRESS: ['complete', 'hold'], QUALITY_HOLD: ['resume', 'rework', 'scrap'], REWORK: ['resume', 'scrap'], COMPLETED: ['ship'] };
const works = () => panel({ ...MES, title: 'Work orders', wide: 8, kind: 'tall', needs: ['/work-orders', '/plan'], topics: ['order', 'plan', 'ncr'], every: 30000, async draw(p) {
  const [plan, rows] = await Promise.all([api.shared('/plan'), api.list('/work-orders', {}, 200)]), may = api.may('/work-orders/{work_order}/events', 'POST');
  const go = (w, kind) => async () => { try { await api.send('POST', `/work-orders/${encodeURIComponent(w.work_order)}/events`, { kind, reason: 'from the dashboard' }); note(`${w.work_order}: ${kind}`); } catch (bad) { note(bad.message, 'bad'); } soon(p); };
  return table([['Work order', w => w.work_order], ['Item', w => w.item], ['Qty', w => num(w.qty), 'num'], ['Ends', w => planTime(plan, w.end_min), 'num'], ['State', w => w.state === 'QUALITY_HOLD' ? mark('bad', words(w.state)) : words(w.state)], ['', w => may ? acts((EVENTS[w.state] ?? []).map(k => button(words(k), go(w, k), { class: 'small', 'data-key': `${w.work_order}-${k}`, 'aria-label': `${k} ${w.work_order}` }))) : null]], rows, { caption: 'Work orders' });
} });

const load = () => panel({ ...MES, title: 'Load of the next two weeks', needs: ['/plan/load'], topics: ['plan'], async draw() {
  const { items } = await api.get('/plan/load'), sum = a => a.slice(0, 14).reduce((s, v) => s + v, 0);
  return bars(items.map(s => { const share = sum(s.load) / Math.max(1, sum(s.open)); return [s.station, share, `${num(100 * share)} %`, share > 1 ? 'over' : share > 0.9 ? 'near' : '']; }), 'Load of each station as a share of its open time', 1);
} });

const TABLES = ['sales-orders', 'stock'];
const imports = () => panel({ ...MES, title: 'Import', wide: 12, needs: ['/import/{table}'], method: 'POST', async draw() {
  const out = h('div'), file = h('input', { type: 'file', accept: '.csv', 'aria-label': 'CSV file' }), into = h('select', { 'aria-label': 'Table' }, TABLES.map(t => h('option', { value: t }, t)));
  const send = dry => async () => {
    if (!file.files[0]) { out.replaceChildren(h('p', { class: 'said bad' }, 'Choose a CSV file first.')); return; }
    try {
      const r = await api.send('POST', `/import/${into.value}${dry ? '?dry_run=yes' : ''}`, file.files[0]);
      out.replaceChildren(h('div', null, h('p', { class: 'line num', role: 'status' }, `${num(r.rows)} rows: ${num(r.new)} new, ${num(r.changed)} changed, ${num(r.same)} the same${dry ? ' (nothing is stored yet)' : ''}`), r.faults?.length ? h('ul', { class: 'plain' }, r.faults.slice(0, 20).map(f => h('li', null, grade('error'), ' ', f))) : null));
    } catch (bad) { out.replaceChildren(h('p', { class: 'said bad', role: 'alert' }, bad.message)); }
  };
  return [acts(into, file, button('Dry run', send(true)), button('Import', send(false), { class: 'main' })), out];
} });

export function orders(root, [order]) {
  if (order) at.order = order;
  const pegs = pegging(), one = part(), all = stock();
  all.next = [one];
  one.next = [one, all];
  return { end: run(root, [list(pegs), pegs, all, one, works(), entry(), buys(), load(), imports()]) };
}
