// SPDX-License-Identifier: Apache-2.0
// One Chromium, fresh contexts, and a page that remembers every complaint of its console.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;

export async function launch() {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
  try { browser = await chromium.launch({ executablePath: path, args: ['--no-sandbox'] }); } catch (bad) {
    throw new Error(`${path} does not start (${String(bad.message).split('\n')[0]}); install it (apt-get install chromium) or name another in CHROMIUM`);
  }
}
export const close = () => browser?.close();

export async function open(url, { theme = 'light', size = [1280, 800], quiet = true, routes = {} } = {}) {
  const context = await browser.newContext({ viewport: { width: size[0], height: size[1] }, colorScheme: theme });
  const page = await context.newPage();
  page.said = [];
  page.on('console', m => { if (['error', 'warning'].includes(m.type())) page.said.push(`${m.text()} (${m.location().url})`); });
  page.on('pageerror', e => page.said.push(e.stack ?? e.message));
  for (const [path, body] of Object.entries(routes)) await page.route('**' + path, r => r.fulfill({ contentType: 'text/javascript', body }));
  page.finish = async () => {
    await context.close();
    if (quiet) assert.deepEqual(page.said, [], 'the console complained');
  };
  await page.goto(url);
  return page;
}

export async function show(page, name) {
  await page.evaluate(n => { location.hash = '#/' + n; }, name);
  await page.waitForSelector(`#main[data-page="${name.split('/')[0]}"]`);
  await settled(page);
}

// No panel is still reading, and what it drew has been painted.
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('#main [data-state=reading]') && document.querySelector('main section, main aside, main .stage'));
  await page.waitForTimeout(250);
}

// By evaluate, which the page's policy does not bind: the page itself runs no foreign script.
export async function judge(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const told = found.violations.map(v => `${v.id} (${v.impact}): ${v.help}\n    ${v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join('\n    ')}`);
  assert.equal(told.length, 0, `axe on ${what}:\n  ${told.join('\n  ')}`);
}

export const until = async (run, what, ms = 8000) => {
  const end = Date.now() + ms;
  let last;
  while (Date.now() < end) {
    last = await run();
    if (last) return last;
    await new Promise(r => setTimeout(r, 60));
  }
  throw new Error(`${what}: not within ${ms} ms`);
};
