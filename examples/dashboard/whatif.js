// SPDX-License-Identifier: Apache-2.0
// What if: a branch of the plan is tried on the server, the difference is shown, and it is committed or dropped.
import { api } from './api.js';
import { acts, ask, button, figure, figures, form, h, mark, note, num, planTime, said, signed, table } from './dom.js';

export const may = () => api.may('/plan/branches', 'POST');

// The whole way of one question.  at: where the difference is shown; shown(branch or null) lets a page draw it as well.
export async function tryOut(at, name, edits, plan, shown) {
  at.replaceChildren(h('p', { class: 'calm', role: 'status' }, `Trying: ${name}`));
  try {
    const b = await api.send('POST', '/plan/branches', { name, edits });
    shown?.(b);
    at.replaceChildren(difference(at, name, b, plan, shown));
    at.querySelector('button')?.focus({ preventScroll: true });
    return b;
  } catch (bad) {
    shown?.(null);
    at.replaceChildren(h('p', { class: 'said bad', role: 'alert' }, `${name}: ${bad.message}`));
    return null;
  }
}

// Less is better for both: late orders and the plan's objective.
function change(label, [before, after]) {
  const by = after - before, kind = by < 0 ? 'good' : by > 0 ? 'bad' : 'calm';
  return figure(label, `${num(before)} → ${num(after)}`, '', mark(kind, by ? `${signed(by)}, ${by < 0 ? 'better' : 'worse'}` : 'no change'));
}

function difference(at, name, b, plan, shown) {
  const moved = b.orders.filter(o => o.before_min !== o.after_min).map(o => ({ ...o, by: o.after_min - o.before_min })).sort((x, y) => Math.abs(y.by) - Math.abs(x.by));
  const finish = async (method, path, said) => {
    try { await api.send(method, path); note(said); } catch (bad) { note(bad.message, 'bad'); return; }
    at.replaceChildren();
    shown?.(null);
  };
  const choices = acts(
    button('Commit this plan', () => finish('POST', `/plan/branches/${encodeURIComponent(b.branch)}/commit`, `Committed: ${name}`), { class: 'main', 'data-act': 'commit', disabled: !api.may('/plan/branches/{branch}/commit', 'POST') }),
    button('Drop', () => finish('DELETE', `/plan/branches/${encodeURIComponent(b.branch)}`, `Dropped: ${name}`), { 'data-act': 'drop' }));
  return h('section', { class: 'diff', 'aria-label': `Difference: ${name}` }, h('h3', null, name),
    figures(change('late orders', b.late), change('objective', b.objective), figure('operations moved', num(b.moved))),
    b.note ? said(b.note) : null,
    choices,
    table([['Order', o => o.order], ['Change', o => `${signed(o.by / 60, 1)} h`, 'num'], ['Would end', o => planTime(plan, o.after_min), 'num'], ['Ends now', o => planTime(plan, o.before_min), 'num']], moved.slice(0, 12), { empty: 'No order ends at another time.', caption: 'Orders that move' }),
    moved.length > 12 ? said(`and ${moved.length - 12} more`) : null);
}

const rush = (at, plan, items, shown) => {
  const fields = [{ name: 'item', label: 'Item', kind: 'select', options: items }, { name: 'qty', label: 'Quantity', kind: 'number', min: 1, value: 5 }, { name: 'day', label: 'Due on day of the plan', kind: 'number', min: 0, max: plan.days, value: 10 }];
  at.replaceChildren(form(fields, 'Try it', async v => { await tryOut(at, `Rush order: ${v.qty} × ${v.item} by day ${v.day}`, [{ kind: 'rush', item: v.item, qty: v.qty, due_day: v.day }], plan, shown); }));
  at.querySelector('select').focus();
};

// The four questions of the issue, as buttons over a place for the answer.
export function questions(plan, shown) {
  const at = h('div', { class: 'answer' });
  const makes = [...new Set(plan.work.map(w => w.item))].sort();
  const go = (name, edit) => () => tryOut(at, name, [edit], plan, shown);
  const open = { disabled: !may() };
  return [acts(
    button('10 robots more', go('10 robots more', { kind: 'robots', n: 10 }), { ...open, 'data-ask': 'robots' }),
    button('Third shift', go('Third shift', { kind: 'shift' }), { ...open, 'data-ask': 'shift' }),
    button('Suppliers 14 days later', go('Suppliers 14 days later', { kind: 'supplier', supplier: null, days: 14 }), { ...open, 'data-ask': 'supplier' }),
    button('Rush order …', () => rush(at, plan, makes, shown), { ...open, 'data-ask': 'rush' }),
    button('Plan again', planAgain, { disabled: !api.may('/plan/runs', 'POST') }), undoButton()), at];
}

// With the orders and stock of this moment.
async function planAgain() {
  try { const p = await api.send('POST', '/plan/runs', {}); note(`Plan ${p.version}: ${num(p.late)} of ${num(p.orders)} orders are late`); } catch (bad) { note(bad.message, 'bad'); }
}

export async function undo() {
  if (!await ask('Undo the last change of the plan?', 'The plan before it becomes the plan again.', 'Undo')) return;
  try { await api.send('POST', '/plan/undo'); note('The plan before is back'); } catch (bad) { note(bad.message, 'bad'); }
}
export const undoButton = () => button('Undo', undo, { 'data-act': 'undo', disabled: !api.may('/plan/undo', 'POST') });
