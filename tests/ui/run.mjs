// SPDX-License-Identifier: Apache-2.0
// Every promise of the dashboard, one line each, on the real daemons in a real browser.  usage: node run.mjs [word of the names to run]
import { close, launch, until } from './browser.mjs';
import { Daemon } from './daemon.mjs';
import { looks, records } from './looks.mjs';
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

let d;
try {
  await launch();
  d = await new Daemon('c12d', '--http.guest', 'it_admin', '--demo.on', 'yes').start(); // the sample day: robots as twins, at 60 times its speed
  await d.post('/demo/speed', { speed: 600 });
  await records(d);
  await until(async () => (await d.get('/demo')).plant_ms > 3 * 3600000, 'the morning is over', 60000); // so that there is something to see
  await d.post('/demo/speed', { speed: 60 });
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
