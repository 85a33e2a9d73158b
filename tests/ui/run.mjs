// SPDX-License-Identifier: Apache-2.0
// Every promise of the dashboard, one line each, on the real daemons in a real browser.  usage: node run.mjs [word of the names to run]
import { close, launch } from './browser.mjs';
import { Daemon } from './daemon.mjs';
import { looks } from './looks.mjs';
import { works } from './works.mjs';
import { alone } from './alone.mjs';

const only = process.argv[2];
let failed = 0, passed = 0;

async function step(name, run) {
  if (only && !name.includes(only)) return;
  const t0 = Date.now();
  try {
    const said = await run();
    passed++;
    console.log(`  ok    ${name.padEnd(44)} ${String(Date.now() - t0).padStart(6)} ms   ${said ?? ''}`);
  } catch (bad) {
    failed++;
    console.log(`  FAIL  ${name}\n        ${String(bad.stack ?? bad).split('\n').slice(0, 14).join('\n        ')}`);
  }
}

// A plant at work: robots as twins, ten times as fast as the wall, with tasks under way and some records of each kind.
async function plant() {
  const d = await new Daemon('c12d', '--http.guest', 'it_admin', '--demo.on', 'yes').start();
  return d;
}

let d;
try {
  await launch();
  d = await plant();
  await looks(step, d);
  await works(step, d);
  await alone(step);
} catch (bad) {
  failed++;
  console.log(`  FAIL  ${bad.stack ?? bad}`);
} finally {
  await d?.end();
  await close();
}
console.log(`check-ui: ${passed} hold, ${failed} do not`);
process.exitCode = failed ? 1 : 0;
