// SPDX-License-Identifier: Apache-2.0
// Requests, what this daemon serves and this person may do, and the stream of events.

export class Problem extends Error {
  constructor(status, body) {
    const places = (body?.errors ?? []).map(e => `${e.pointer} ${e.detail}`).join('; ');
    super([body?.title, places || body?.detail].filter(Boolean).join(': ') || `the server answered ${status}`);
    this.status = status;
  }
}

const shape = path => path.replace(/\{[^}]*\}/g, '{}');
const V1 = '/api/v1', readings = new Map();

export const api = {
  version: null, me: null, served: new Map(), lost: () => {},

  // What the daemon serves is read from its own OpenAPI page, so that nothing is asked for that is not there: a plant may run fleetd alone.
  async open() {
    const [version, page] = await Promise.all([raw('GET', '/version'), raw('GET', '/openapi.json')]);
    this.version = version;
    this.served.clear();
    for (const [path, methods] of Object.entries(page.paths)) for (const [m, op] of Object.entries(methods)) this.served.set(`${m.toUpperCase()} ${shape(path)}`, op);
    this.me = await this.get('/me');
  },
  has(path, method = 'GET') { return this.served.has(`${method} ${shape(V1 + path)}`); },
  may(path, method = 'GET') {
    const op = this.served.get(`${method} ${shape(V1 + path)}`), action = op?.['x-action'];
    return Boolean(op) && (!action || !this.me || this.me.may.includes(action));
  },
  get(path, query) { return call('GET', path, query); },
  // One reading for all panels that are drawn of it in the same moment.
  shared(path) {
    if (!readings.has(path)) readings.set(path, this.get(path).finally(() => setTimeout(() => readings.delete(path), 300)));
    return readings.get(path);
  },
  send(method, path, body) { return call(method, path, null, body); },
  // A list to its end, or to `most` rows: a page of the server has at most 200.
  async list(path, query = {}, most = 1000) {
    const items = [], paged = this.served.get(`GET ${V1 + path}`)?.parameters?.some(p => p.name === 'limit'); // a list that has no pages refuses the word
    for (let cursor = null; ;) {
      const page = await call('GET', path, { ...query, ...(paged && { limit: Math.min(200, most) }), ...(cursor && { cursor }) });
      items.push(...page.items);
      cursor = page.next;
      if (!cursor || items.length >= most) return items;
    }
  },
};

async function call(method, path, query, body) {
  const q = query ? '?' + new URLSearchParams(query) : '';
  try { return await raw(method, V1 + path + q, body); } catch (bad) {
    if (bad.status === 401) api.lost();
    throw bad;
  }
}

async function raw(method, url, body) {
  const bytes = body instanceof Blob;
  const head = body === undefined || body === null ? {} : { 'Content-Type': bytes ? 'application/octet-stream' : 'application/json' };
  if (method !== 'GET') head['Idempotency-Key'] = crypto.randomUUID(); // a request sent twice by the network acts once
  const r = await fetch(url, { method, headers: head, body: body === undefined || body === null ? undefined : bytes ? body : JSON.stringify(body) });
  const said = await r.text();
  const is = r.headers.get('Content-Type') ?? '';
  const value = said && is.includes('json') ? JSON.parse(said) : said;
  if (!r.ok) throw new Problem(r.status, value);
  return value;
}

export const metricsText = () => raw('GET', '/metrics');

// ---- events -------------------------------------------------------------------------------------------------------------------------

const ears = new Set();
export function hear(topics, run) {
  const ear = { topics, run };
  ears.add(ear);
  return () => ears.delete(ear);
}
let heard = 0;
function tell(topic, data) { heard = Date.now(); for (const e of ears) if (e.topics.includes(topic)) e.run(data, topic); }

const QUIET = 12000; // ms
const TOPICS = ['robots', 'task', 'order', 'plan', 'ncr', 'alert', 'demo', 'tlm'];
export function listen(told) {
  let source = null, again = 0, wait = 500;
  const open = () => {
    source = new EventSource(`${V1}/events`);
    source.onopen = () => { if (again) tell('reset', {}); again = 1; wait = 500; told('live'); }; // what was missed is read anew
    source.onerror = () => {
      told('reconnecting');
      if (source.readyState === EventSource.CLOSED) { setTimeout(open, wait); wait = Math.min(15000, 2 * wait); } // a refusal ends an EventSource for good
    };
    for (const t of TOPICS) source.addEventListener(t, e => tell(t, JSON.parse(e.data || '{}')));
    source.addEventListener('reset', () => tell('reset', {}));
    source.addEventListener('bye', () => told('reconnecting'));
  };
  open();
  // A line that is cut without a word looks like a quiet plant: after a while of silence the daemon is asked.
  setInterval(async () => {
    if (document.hidden || Date.now() - heard < QUIET || source.readyState !== EventSource.OPEN) return;
    try { await fetch('/healthz', { signal: AbortSignal.timeout(4000) }); heard = Date.now(); } catch { told('reconnecting'); source.close(); open(); }
  }, 5000);
  addEventListener('pagehide', () => source.close());
}
