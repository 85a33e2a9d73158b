// SPDX-License-Identifier: Apache-2.0
// What a person does on the pages, and what the daemon says of it afterwards.
import assert from 'node:assert/strict';
import { open, settled, show, until } from './browser.mjs';

const panel = (page, title) => page.locator(`section.panel:has(h2:text-is("${title}"))`);

// ---- keyboard -------------------------------------------------------------------------------------------------------------------

async function keyboard(d) {
  const page = await open(d.url + '/');
  await settled(page);
  await page.focus('#tab-overview');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector('#main[data-page=map]');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'tab-map');
  await page.keyboard.press('End');
  await page.waitForSelector('#main[data-page=system]');
  await page.keyboard.press('4');
  await page.waitForSelector('#main[data-page=orders]');
  await settled(page);
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.type), 'search');
  await page.keyboard.type('7');
  assert.equal(await page.getAttribute('#main', 'data-page'), 'orders', 'a figure typed into a field is no shortcut');
  await page.keyboard.press('Tab');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('?');
  assert.match(await page.textContent('dialog'), /this list/);
  await page.keyboard.press('Escape');
  const before = await page.getAttribute('html', 'data-theme');
  await page.keyboard.press('t');
  await page.keyboard.press('t');
  assert.notEqual(await page.getAttribute('html', 'data-theme'), before);
  const ring = await page.evaluate(() => { document.querySelector('#tab-orders').focus(); return getComputedStyle(document.activeElement).outlineStyle; });
  await page.keyboard.press('ArrowLeft');
  assert.equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'solid', `focus is seen (${ring})`);
  await page.finish();
}

// ---- floor map --------------------------------------------------------------------------------------------------------------------

async function map(d) {
  const page = await open(d.url + '/#/map');
  await page.waitForSelector('.stage canvas >> nth=1');
  await settled(page);
  const robot = (await d.get('/robots')).items[4].robot, one = () => d.get(`/robots/${robot}`);
  await page.selectOption('select[aria-label="Choose a robot"]', robot);
  await page.click('[data-act=pause]');
  await until(async () => (await one()).paused, 'paused');
  await page.waitForSelector('aside .mark:text("paused")');
  await page.click('[data-act=resume]');
  await until(async () => !(await one()).paused, 'resumed');
  await page.click('.estop');
  await until(async () => (await d.get('/robots')).stopped, 'all stopped');
  await page.waitForSelector('.estop.on');
  await page.click('.estop');
  await page.click('dialog button.main');
  await until(async () => !(await d.get('/robots')).stopped, 'all go on');
  await page.finish();
}

// Cells on the canvas are found as a person finds them: by looking where they are in the hall.
async function cellPoint(page, d, x, y) {
  const f = await d.get('/floor'), box = await page.locator('.stage').boundingBox();
  const s = Math.min((box.width - 2) / f.width, (box.height - 2) / f.height), left = (box.width - 2 - s * f.width) / 2, top = (box.height - 2 - s * f.height) / 2;
  return [left + (x + 0.5) * s, top + (y + 0.5) * s];
}

async function lanes(d) {
  const page = await open(d.url + '/#/map');
  await page.waitForSelector('.stage canvas >> nth=1');
  await settled(page);
  const [px, py] = await cellPoint(page, d, 36, 33);
  await until(async () => { // a robot that drives by is hit in its place
    await page.locator('.stage canvas').nth(1).click({ position: { x: px, y: py } });
    return await page.textContent('aside h2') === 'Cell 36, 33';
  }, 'the cell is chosen');
  await page.click('aside button[type=submit]');
  const lane = await until(async () => (await d.get('/floor')).lanes.find(l => l.x === 36 && l.y === 33), 'the cell is blocked');
  await page.click('aside button:text("Open it again")');
  await until(async () => !(await d.get('/floor')).lanes.some(l => l.lane === lane.lane), 'the cell is open');
  await page.finish();
}

// What is painted changes while robots drive, and by events alone: after the first reading the list of robots is not answered any more.
async function moves(d) {
  const page = await open(d.url + '/#/system');
  let asked = 0;
  await page.route('**/api/v1/robots', r => { if (!asked++) r.continue(); });
  await show(page, 'map');
  await page.waitForSelector('.stage canvas >> nth=1');
  for (let k = 0; k < 12; k++) await d.post('/tasks', { from: `ST${1 + k % 7}`, to: `ST${1 + (k + 3) % 7}` });
  const seen = new Set(), pixels = () => page.evaluate(() => document.querySelectorAll('.stage canvas')[1].toDataURL().length + document.querySelectorAll('.stage canvas')[1].toDataURL().slice(-4000));
  await until(async () => { seen.add(await pixels()); return seen.size > 8; }, 'robots move on the map');
  await page.unroute('**/api/v1/robots');
  await page.focus('input[type=range]');
  await page.keyboard.press('Home');
  await page.waitForSelector('.stage.past');
  assert.ok(await page.isDisabled('.estop'), 'the past cannot be stopped');
  await page.click('button:text-is("Live")');
  await page.waitForSelector('.stage:not(.past)');
  await page.finish();
  return `${seen.size} pictures`;
}

// ---- Gantt ------------------------------------------------------------------------------------------------------------------------------

// Looks for a bar with the pointer, as a hand does: the canvas says by its cursor when one is under it.
async function findBar(page) {
  const box = await page.locator('.stage canvas').boundingBox();
  for (let y = 60; y < box.height - 40; y += 13) for (let x = 150; x < box.width - 260; x += 9) {
    await page.mouse.move(box.x + x, box.y + y);
    if (await page.evaluate(() => document.querySelector('.stage canvas').classList.contains('grab'))) return [box.x + x + 3, box.y + y];
  }
  throw new Error('no operation is in sight');
}

const sameOps = plan => JSON.stringify(plan.ops.map(o => [plan.work[o[0]].work_order, o[1], o[2], o[3], o[4]]).sort());

async function drag(d) {
  const page = await open(d.url + '/#/gantt');
  await page.waitForSelector('.stage canvas');
  await settled(page);
  const before = await d.get('/plan'), [x, y] = await findBar(page);
  assert.match(await page.textContent('.tip'), /step \d+/);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 60, y, { steps: 4 });
  await page.mouse.move(x + 130, y, { steps: 4 });
  await page.mouse.up();
  await page.waitForSelector('.diff');
  assert.match(await page.textContent('.diff'), /late orders.*→.*objective.*→.*operations moved/);
  assert.equal((await d.get('/plan')).version, before.version, 'trying changes nothing');
  await page.click('.diff [data-act=commit]');
  await until(async () => (await d.get('/plan')).version > before.version, 'committed');
  const after = await d.get('/plan');
  assert.notEqual(sameOps(after), sameOps(before), 'the plan is another');
  await page.waitForFunction(v => document.querySelector('.bar .note').textContent.includes(`plan ${v}:`), after.version);
  await page.click('[data-act=undo]');
  await page.click('dialog button.main');
  const back = await until(async () => { const p = await d.get('/plan'); return p.version !== after.version && p; }, 'undone');
  assert.equal(sameOps(back), sameOps(before), 'undo brings the very plan back');
  await page.finish();
  return `${before.ops.length} operations, plan ${before.version} to ${after.version} and back`;
}

async function nudge(d) {
  const page = await open(d.url + '/#/gantt');
  await page.waitForSelector('.stage canvas');
  await settled(page);
  await page.keyboard.press('n');
  await page.waitForSelector('aside dl');
  await page.keyboard.press(']');
  await page.waitForSelector('.diff');
  await page.click('.diff [data-act=drop]');
  await page.waitForSelector('.diff', { state: 'detached' });
  await until(async () => !(await d.get('/plan/branches')).items.length, 'the branch is dropped');
  await page.finish();
}

// ---- what if --------------------------------------------------------------------------------------------------------------------------

async function ask(page, d, name) {
  await page.click(`[data-ask=${name}]`);
  if (name === 'rush') await page.click('.answer button[type=submit]');
  await page.waitForSelector('.diff');
  const text = await page.textContent('.diff');
  assert.match(text, /late orders\d+ → \d+/);
  await page.click('.diff [data-act=drop]');
  await page.waitForSelector('.diff', { state: 'detached' });
  return /late orders(\d+ → \d+)/.exec(text)[1];
}

async function whatifs(d) {
  const page = await open(d.url + '/#/overview');
  await settled(page);
  const before = (await d.get('/plan')).version, said = [];
  for (const name of ['robots', 'shift', 'supplier', 'rush']) said.push(`${name} ${await ask(page, d, name)}`);
  assert.equal((await d.get('/plan/branches')).items.length, 0, 'dropped branches are gone');
  assert.equal((await d.get('/plan')).version, before);
  await page.finish();
  return said.join(', ');
}

// ---- orders, quality, fleet, system -------------------------------------------------------------------------------------------------------

async function orders(d) {
  const page = await open(d.url + '/#/orders');
  await settled(page);
  const orders = panel(page, 'Sales orders');
  await orders.locator('label:has-text("late")').click();
  const late = orders.locator('tbody tr').first();
  assert.match(await late.textContent(), /late.*hours/);
  await late.locator('.link').click();
  await page.waitForSelector('.tree li');
  assert.ok(await page.locator('.tree li').count() > 3, 'what it is made of');
  const entry = panel(page, 'New order');
  await entry.locator('[name=customer]').fill('Museum of Work');
  await entry.locator('[name=qty]').fill('2');
  await entry.locator('[type=submit]').click();
  await entry.locator('.said:has-text("promised for 20")').waitFor();
  assert.ok((await d.get('/sales-orders?limit=5')).items.some(o => o.customer === 'Museum of Work'));
  await page.finish();
}

async function stock(d) {
  const page = await open(d.url + '/#/orders');
  await settled(page);
  const had = (await d.get('/inventory/BOLT-M6-001')).on_hand;
  await panel(page, 'Inventory').locator('input').fill('bolt');
  await panel(page, 'Inventory').locator('.link').first().click();
  const part = panel(page, 'Part');
  await part.locator('[name=qty]').fill('120');
  await part.locator('[name=reference]').fill('counted by hand');
  await part.locator('[type=submit]').click();
  await until(async () => (await d.get('/inventory/BOLT-M6-001')).on_hand === had + 120, 'booked');
  const load = panel(page, 'Import');
  await load.locator('select').selectOption('stock');
  await load.locator('input[type=file]').setInputFiles({ name: 'stock.csv', mimeType: 'text/csv', buffer: Buffer.from('item,on_hand\nMOT-KOLL-001,640\n') });
  await load.locator('button:text("Dry run")').click();
  await load.locator('[role=status]:has-text("nothing is stored yet")').waitFor();
  await page.finish();
  return `${had} to ${had + 120}`;
}

async function quality(d) {
  const page = await open(d.url + '/#/quality');
  await settled(page);
  const order = (await d.get('/work-orders?limit=20')).items.at(-1).work_order, report = panel(page, 'Report a nonconformance');
  for (const [name, value] of [['work_order', order], ['station', 'ST6'], ['defect', 'hand does not close'], ['description', 'left hand']]) await report.locator(`[name=${name}]`).fill(value);
  await report.locator('[type=submit]').click();
  await report.locator('.said:has-text("is open")').waitFor();
  const ncr = (await d.get('/ncrs')).items.find(n => n.defect === 'hand does not close').ncr;
  await panel(page, 'Nonconformances').locator(`.link:text-is("${ncr}")`).click();
  const one = panel(page, 'Chosen nonconformance');
  await one.locator('label:has-text("assign")').waitFor();
  await one.locator('[name=text]').fill('I take it');
  await one.locator('[type=submit]').click();
  await until(async () => (await d.get(`/ncrs/${ncr}`)).events.some(e => e.kind === 'assign'), 'assigned');
  await one.locator('.story:has-text("I take it")').waitFor();
  assert.ok(await page.locator('.control .hit').count() > 0, 'the point outside its limits is marked');
  assert.ok(await page.locator('.pareto rect').count() >= 4, 'the Pareto has bars');
  await page.finish();
  return ncr;
}

async function fleet(d) {
  const page = await open(d.url + '/#/fleet');
  await settled(page);
  const entry = panel(page, 'New task');
  await entry.locator('[type=submit]').click();
  await entry.locator('.said:has-text("T-")').waitFor();
  const task = /T-\d+/.exec(await entry.locator('.said').textContent())[0];
  assert.equal((await d.get(`/tasks/${task}`)).task, task);
  await until(() => page.evaluate(() => document.querySelector('.plotbox canvas') !== null || document.querySelector('.plotbox svg') !== null), 'the curve is drawn', 15000);
  await page.finish();
  return task;
}

async function system(d) {
  const page = await open(d.url + '/#/system');
  await settled(page);
  assert.match(await panel(page, 'Is the trail whole?').textContent(), /whole.*rows/);
  assert.ok(await panel(page, 'Audit trail').locator('tbody tr').count() > 5);
  await until(() => panel(page, 'Series').locator('.plot').count(), 'a series is drawn', 15000);
  const open1 = (await d.get('/alerts')).items.filter(a => !a.cleared_ms).length;
  assert.ok(open1 > 0, 'a critical report raised an alert');
  await panel(page, 'Alerts').locator('button:text("Clear")').first().click();
  await until(async () => (await d.get('/alerts')).items.filter(a => !a.cleared_ms).length < open1, 'cleared');
  await page.finish();
}

export async function works(step, d) {
  await step('keyboard', () => keyboard(d));
  await step('map: a robot pauses, the fleet stops', () => map(d));
  await step('map: a cell is blocked and opened', () => lanes(d));
  await step('map: robots move, the day goes back', () => moves(d));
  await step('gantt: drag, commit, undo', () => drag(d));
  await step('gantt: the same by keys, dropped', () => nudge(d));
  await step('each what-if', () => whatifs(d));
  await step('orders: why late, pegging, a new one', () => orders(d));
  await step('orders: stock and import', () => stock(d));
  await step('quality: a report and its next move', () => quality(d));
  await step('fleet: a task', () => fleet(d));
  await step('system: trail, series, alert', () => system(d));
}
