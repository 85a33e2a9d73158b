// SPDX-License-Identifier: Apache-2.0
// How the pages look and weigh: first paint, bytes, axe in both themes, a phone's width, and the pictures of the guide.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { judge, open, settled, show } from './browser.mjs';
import { picture } from './picture.mjs';

export const PAGES = ['overview', 'map', 'gantt', 'orders', 'quality', 'fleet', 'system'];
const PICTURES = process.env.PICTURES ?? new URL('../../build/ui-pictures', import.meta.url).pathname;
const MOST = 150000, PICTURE = 150000, TALL = { overview: 1040, quality: 1130 };

// Records of each kind, so that no chart is looked at empty.
export async function records(d) {
  const work = (await d.get('/work-orders?limit=20')).items;
  for (let k = 0; k < 40; k++) await d.post('/inspections', { work_order: work[k % 8].work_order, station: 'ST2', characteristic: 'bolt torque (Nm)', values: [(42 + (k * 7 % 11) * 0.08 + (k === 29 ? 2.4 : 0)).toFixed(2)], pass: k % 13 !== 5 });
  const defects = ['connector loose', 'connector loose', 'connector loose', 'scratch on shell', 'scratch on shell', 'solder bridge', 'brake torque low, safety'];
  for (const [k, defect] of defects.entries()) await d.post('/ncrs', { work_order: work[k].work_order, station: `ST${1 + k % 7}`, defect, description: 'seen at the end of the line' });
  for (const [k, supplier] of ['Kollmorgen', 'Harmonic Drive', 'Alu Profiles'].entries()) for (let n = 0; n < 6; n++) await d.post('/receipts', { supplier, item: ['MOT-KOLL-001', 'GEAR-HD-001', 'AL-6061-T6-001'][k], rejected: n === k, late_days: n > 3 - k ? 2 : 0 });
  await d.post('/documents', { document: 'SOP-12', title: 'Torque of leg bolts', text: 'Tighten to 42 Nm in two passes.' });
}

async function firstPaint(d) {
  const all = [];
  for (let k = 0; k < 5; k++) {
    const page = await open(d.url + '/');
    await settled(page);
    all.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0].startTime));
    await page.finish();
  }
  const median = all.sort((a, b) => a - b)[2];
  assert.ok(median < 1000, `first paint after ${all.map(Math.round).join(', ')} ms`);
  return `${Math.round(median)} ms, median of 5`;
}

// All there is to load, by what the browser has loaded after a walk through every page.
async function bytes(d) {
  const page = await open(d.url + '/');
  for (const p of PAGES) await show(page, p);
  await show(page, 'fleet');
  await page.waitForSelector('.plot'); // so that what draws lines is counted too
  const got = await page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].filter(e => !e.name.includes('/api/') && !/openapi|version|metrics|favicon/.test(e.name)).map(e => [e.name, e.decodedBodySize]));
  const foreign = got.filter(([url]) => !url.startsWith(d.url));
  const by = new Map(got), sum = [...by.values()].reduce((a, b) => a + b, 0);
  await page.finish();
  assert.deepEqual(foreign, [], 'something came from elsewhere');
  assert.ok(by.size >= 15, `only ${by.size} files were loaded`);
  assert.ok(sum < MOST, `${sum} bytes, most ${MOST}`);
  return `${sum} bytes in ${by.size} files`;
}

async function strict(d) {
  const r = await fetch(d.url + '/'), policy = r.headers.get('content-security-policy') ?? '', text = await r.text();
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(text, /<style|style=|<script>|onclick=/);
}

// Each page in one theme: no complaint of axe; a picture of it for the guide.
async function walk(d, theme) {
  const page = await open(d.url + '/', { theme });
  for (const p of PAGES) {
    await show(page, p);
    if (p === 'fleet') await busy(page, d);
    if (p === 'orders') await page.click('main table .link >> nth=5');
    if (p === 'quality') await page.click('section:has(h2:text("Nonconformances")) .link >> nth=0');
    if (p === 'map') await page.selectOption('select[aria-label="Choose a robot"]', await mover(d));
    if (p === 'gantt') await tried(page);
    await settled(page);
    await judge(page, `${p}, ${theme}`);
    await page.evaluate(() => { scrollTo(0, 0); document.getElementById('notes').replaceChildren(); });
    if (theme === 'light' || p === 'overview') await picture(page, join(PICTURES, `dashboard-${p}-${theme}.png`), TALL[p]);
    if (p === 'gantt') await page.click('.diff [data-act=drop]');
    if (p === 'map') await d.post('/demo/speed', { speed: 60 });
  }
  await page.finish();
}

// An operation moved by its keys, and the difference on the page.
async function tried(page) {
  await page.keyboard.press('n');
  for (let k = 0; k < 6; k++) await page.keyboard.press('n');
  await page.keyboard.press(']');
  await page.waitForSelector('.diff');
}

// Robots at work, and a curve that has begun.
async function busy(page, d) {
  for (let k = 0; k < 16; k++) await d.post('/tasks', { from: `ST${1 + k % 7}`, to: `ST${1 + (k + 3) % 7}`, priority: k % 10 });
  await page.waitForTimeout(6500);
}

// A robot that has a way before it, when there is one; the day is slowed so that it has it still when the picture is taken.
async function mover(d) {
  for (let k = 0; k < 10; k++) await d.post('/tasks', { from: `ST${1 + k % 7}`, to: `ST${1 + (k + 3) % 7}` });
  await d.post('/demo/speed', { speed: 2 });
  const { items } = await d.get('/robots');
  return items.reduce((a, b) => b.route.length > a.route.length ? b : a).robot;
}

async function phone(d) {
  const page = await open(d.url + '/', { size: [390, 844] });
  for (const p of PAGES) {
    await show(page, p);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 390, `${p} is ${wide} px wide on a phone`);
    await judge(page, `${p} on a phone`);
    if (p === 'map') await picture(page, join(PICTURES, `dashboard-${p}-phone.png`));
  }
  await page.finish();
}

function small() {
  const all = readdirSync(PICTURES).filter(f => f.startsWith('dashboard-'));
  for (const f of all) assert.ok(statSync(join(PICTURES, f)).size < PICTURE, `${f} has ${statSync(join(PICTURES, f)).size} bytes`);
  return `${all.length} pictures`;
}

export async function looks(step, d) {
  mkdirSync(PICTURES, { recursive: true });
  await step('first paint < 1 s', () => firstPaint(d));
  await step('all files < 150 KB, none from elsewhere', () => bytes(d));
  await step('strict policy, nothing inline', () => strict(d));
  for (const theme of ['light', 'dark']) await step(`every page, axe, ${theme}`, () => walk(d, theme));
  await step('every page on a phone', () => phone(d));
  await step('pictures are small', small);
}
