// SPDX-License-Identifier: Apache-2.0
// A daemon of the tests' own: a fresh state folder, a free port, ended by its own process id.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const BIN = process.env.C12D ?? new URL('../../build/release/bin/c12d', import.meta.url).pathname;
const PLANT = new URL('../../examples/plants/humanoid', import.meta.url).pathname;

export class Daemon {
  constructor(name = 'c12d', ...options) {
    this.program = join(dirname(BIN), name);
    this.state = mkdtempSync(join(tmpdir(), 'c12-ui-'));
    this.options = ['--http.plain', 'yes', '--plant.dir', PLANT, '--state.dir', this.state, ...options];
    this.port = 0;
  }

  // Ready when it has said where it listens; the same port again after a stop.
  async start() {
    this.process = spawn(this.program, [...this.options, '--http.port', String(this.port)], { stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    const url = await new Promise((found, lost) => {
      this.process.stderr.on('data', d => {
        log += d;
        const at = /listening on (http:\/\/[\d.]+:(\d+))\//.exec(log);
        if (at) { this.port = Number(at[2]); found(at[1]); }
      });
      this.process.on('exit', code => lost(new Error(`${this.program} ended with ${code}: ${log}`)));
      this.process.on('error', lost);
    });
    this.url = url;
    return this;
  }

  async stop() {
    const over = new Promise(done => this.process.once('exit', done));
    this.process.kill('SIGTERM');
    await over;
  }

  async end() {
    if (this.process?.exitCode === null) await this.stop();
    rmSync(this.state, { recursive: true, force: true });
  }

  // The first person of a plant, as its owner adds them: from the command line, before the daemon runs.
  addPerson(name, role, password) {
    const file = join(this.state, 'password');
    writeFileSync(file, password + '\n', { mode: 0o600 });
    const r = spawnSync(this.program, ['--state.dir', this.state, '--add-person', name, '--role', role, '--password-file', file], { encoding: 'utf8' });
    if (r.status) throw new Error(`--add-person: ${r.stderr}`);
  }

  async ask(method, path, body) {
    const r = await fetch(this.url + path, { method, headers: body === undefined ? {} : { 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await r.text();
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${text}`);
    return text && r.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
  }
  get(path) { return this.ask('GET', '/api/v1' + path); }
  post(path, body) { return this.ask('POST', '/api/v1' + path, body); }
}
