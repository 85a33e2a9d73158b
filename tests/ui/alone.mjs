// SPDX-License-Identifier: Apache-2.0
// The page under other circumstances: fleetd alone, no uPlot, a daemon that goes away, people with names and with narrow roles.
import assert from 'node:assert/strict';
import { judge, open, show } from './browser.mjs';
import { Daemon } from './daemon.mjs';
import { PAGES } from './looks.mjs';

async function fleetd() {
  const d = await new Daemon('fleetd', '--http.guest', 'it_admin', '--fleet.twin', 'yes').start();
  try {
    const page = await open(d.url + '/');
    for (const p of PAGES) {
      await show(page, p);
      if (p !== 'fleet' && p !== 'map') assert.match(await page.textContent('main'), /Not served here/, p);
      await judge(page, `${p} of fleetd`);
    }
    await page.finish();
  } finally { await d.end(); }
}

// The whole promise of the fallback: the same curve, drawn by the page itself.
async function noLibrary() {
  const d = await new Daemon('fleetd', '--http.guest', 'it_admin', '--fleet.twin', 'yes').start();
  try {
    const page = await open(d.url + '/#/fleet', { routes: { '/assets/vendor.js': 'export default null;' } });
    await page.waitForSelector('.plotbox svg polyline', { timeout: 15000, state: 'attached' });
    await page.finish();
  } finally { await d.end(); }
}

async function goesAway() {
  const d = await new Daemon('c12d', '--http.guest', 'it_admin').start();
  try {
    const page = await open(d.url + '/', { quiet: false });
    await page.waitForSelector('#link.live');
    await d.stop();
    await page.waitForSelector('#link.reconnecting');
    await d.start();
    await page.waitForSelector('#link.live', { timeout: 20000 });
    assert.ok(page.said.every(s => /ERR_|Failed to load|503/.test(s)), page.said.join('\n'));
    await page.finish();
  } finally { await d.end(); }
}

// A line that is cut without a word: the page asks by itself after a while, says what it finds, and begins anew.
async function silence() {
  const d = await new Daemon('c12d', '--http.guest', 'it_admin').start();
  try {
    const page = await open(d.url + '/#/system', { quiet: false });
    await page.waitForSelector('#link.live');
    await page.evaluate(() => { globalThis.links = []; new MutationObserver(() => globalThis.links.push(document.getElementById('link').textContent)).observe(document.getElementById('link'), { childList: true }); });
    await page.route('**/healthz', r => r.abort());
    await page.waitForFunction(() => globalThis.links.includes('reconnecting') && globalThis.links.at(-1) === 'live', null, { timeout: 25000 });
    await page.finish();
  } finally { await d.end(); }
}

async function people() {
  const d = new Daemon('c12d');
  d.addPerson('eva', 'production_operator', 'a long enough password');
  await d.start();
  try {
    const page = await open(d.url + '/', { quiet: false });
    await page.waitForSelector('#login');
    await judge(page, 'login');
    await page.fill('[name=name]', 'eva');
    await page.fill('[name=password]', 'not her password');
    await page.click('[type=submit]');
    await page.waitForSelector('.said.bad:has-text("wrong")');
    await page.fill('[name=password]', 'a long enough password');
    await page.click('[type=submit]');
    await page.waitForSelector('#who:text("eva")');
    page.said.length = 0;
    for (const p of PAGES) await show(page, p);
    assert.deepEqual(page.said, [], 'a narrow role asks for nothing it may not have');
    const may = (await page.evaluate(() => fetch('/api/v1/me').then(r => r.json()))).may;
    assert.ok(!may.includes('change_production_schedule'));
    await show(page, 'gantt');
    assert.ok(await page.isDisabled('[data-ask=shift]'), 'planning is not for an operator');
    await page.click('#who');
    await page.waitForSelector('#login');
    await page.finish();
  } finally { await d.end(); }
}

export async function alone(step) {
  await step('fleetd alone: calm, no complaint', fleetd);
  await step('without uPlot: own lines', noLibrary);
  await step('a daemon that goes away and comes back', goesAway);
  await step('a line that falls silent', silence);
  await step('login, and a narrow role', people);
}
