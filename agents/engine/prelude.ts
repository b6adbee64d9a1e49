/** What the prelude is told once, as JSON. */
export interface PreludeConfig {
  readonly self: {
    readonly id: string;
    readonly owner: string;
    readonly name: string;
    readonly epoch: number;
  };
  /** JSON of `memory`. */
  readonly memory: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly limits: {
    readonly effects: number;
    readonly logLines: number;
    readonly logLineLength: number;
    readonly saidLength: number;
    readonly messageBytes: number;
    readonly outputLength: number;
    readonly timerMs: number;
    readonly idLength: number;
  };
}

/** Under this name it waits in a fresh instance; it takes it away itself, before there is a program. */
export const preludeName = 'prelude';

/**
 * What runs in QuickJS before a program does: it makes what programs see (`agents/api/agent.d.ts`) and gives back what we call. Text and not a function,
 * since it must reach QuickJS as it is, whatever has compiled this file.
 *
 * The program shares its world with it and may have changed every prototype. So what it uses of the language is taken before, and it makes JSON
 * text of what it is given at once: nothing else ever leaves, and whoever reads that on the other side trusts nothing in it.
 */
export const preludeSource = String.raw`(configText, cpuUsedMs, utf8LengthOf, setClock) => {
'use strict';
delete globalThis.prelude;
const { parse, stringify } = JSON;
const { defineProperty, freeze } = Object;
const bind = Function.prototype.call.bind.bind(Function.prototype.call);
const slice = bind(String.prototype.slice);
const then = bind(Promise.prototype.then);
const toPromise = Promise.resolve.bind(Promise);
const toText = String;
const isFinite = Number.isFinite;
const { floor, imul } = Math;
const runInGlobal = eval;
const PlainError = Error, WrongType = TypeError, OutOfRange = RangeError, EngineError = InternalError;
const { self, secrets, memory, limits } = parse(configText);

let inputs = [], index = -1, surroundings = { here: null, node: '', cpuBucketMs: 0 }, sights = '[]';
let phase = 'loading', at = 0, randomState = 0, timers = 0;
let effects = '', effectCount = 0, logCount = 0, result;
let outcomes = '', logs = '', outputLength = 0;
let handlers = freeze({ __proto__: null }), lastMemory = memory;
let settled = true, failed = false, failure, overLimit = false, seed = 0;

const name = (value) => value === null ? 'null' : typeof value === 'string' ? 'a string' : typeof value === 'object' ? 'an object' : typeof value;
const quote = (text) => stringify(text);
const utf8Length = (text) => text.length * 3 <= limits.messageBytes ? text.length : utf8LengthOf(text);
const toJson = (value, what) => {
  const text = stringify(value);
  if (text === undefined) throw new WrongType(what + ': expected something that JSON can say, got ' + name(value));
  if (utf8Length(text) > limits.messageBytes) throw new OutOfRange(what + ': expected at most ' + limits.messageBytes + ' bytes as JSON, got ' + utf8Length(text));
  return text;
};
const text = (value, what, max) => {
  if (typeof value !== 'string' || value === '') throw new WrongType(what + ': expected a string that is not empty, got ' + (value === '' ? 'an empty one' : name(value)));
  if (value.length > max) throw new OutOfRange(what + ': expected at most ' + max + ' characters, got ' + value.length);
  return value;
};
const grow = (length) => {
  outputLength += length;
  if (outputLength > limits.outputLength) {
    overLimit = true;
    throw new OutOfRange('Expected at most ' + limits.outputLength + ' characters to come out of one batch');
  }
};
const add = (effect, what) => {
  if (phase !== 'running') throw new PlainError(what + ' can only be used while a handler runs');
  if (effectCount >= limits.effects) {
    overLimit = true;
    throw new OutOfRange('Expected at most ' + limits.effects + ' calls of send, say, enter, leave, move, after and cancel in one handler');
  }
  grow(effect.length);
  effectCount += 1;
  effects += (effects === '' ? '' : ',') + effect;
};
const show = (value) => {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) {
    if (value instanceof PlainError) return describe(value);
    try { const json = stringify(value); if (json !== undefined) return json; } catch {}
    return '[an object that JSON cannot say]';
  }
  if (typeof value === 'function') return '[function]';
  return toText(value);
};
const describe = (error) => {
  if (typeof error !== 'object' || error === null) return 'Thrown: ' + show(error);
  const part = (key) => { const value = error[key]; return typeof value === 'string' ? slice(value, 0, limits.logLineLength) : ''; };
  const kind = part('name') || 'Error', message = part('message'), stack = part('stack');
  return kind + (message === '' ? '' : ': ' + message) + (stack === '' ? '' : '\n' + stack);
};
const log = (level, values) => {
  if (logCount > limits.logLines) return;
  logCount += 1;
  let line = '';
  if (logCount > limits.logLines) { level = 'warn'; line = 'More than ' + limits.logLines + ' lines from one handler: the rest is left out'; }
  else for (let i = 0; i < values.length && line.length <= limits.logLineLength; i++) line += (i === 0 ? '' : ' ') + slice(show(values[i]), 0, limits.logLineLength);
  const effect = '{"kind":"log","level":"' + level + '","text":' + quote(slice(line, 0, limits.logLineLength)) + '}';
  grow(effect.length);
  effects += (effects === '' ? '' : ',') + effect;
  logs += (logs === '' ? '' : ',') + effect;
};

const api = {
  __proto__: null,
  send: (to, body) => add('{"kind":"send","to":' + quote(text(to, 'send(to, body): to', limits.idLength)) + ',"body":' + toJson(body, 'send(to, body): body') + '}', 'send(to, body)'),
  say: (words) => add('{"kind":"say","text":' + quote(text(words, 'say(text): text', limits.saidLength)) + '}', 'say(text)'),
  enter: (location) => add('{"kind":"enter","location":' + quote(text(location, 'enter(location): location', limits.idLength)) + '}', 'enter(location)'),
  leave: () => add('{"kind":"leave"}', 'leave()'),
  move: (node) => add('{"kind":"move","to":' + quote(text(node, 'move(node): node', limits.idLength)) + '}', 'move(node)'),
  after: (ms, payload) => {
    if (typeof ms !== 'number' || !isFinite(ms) || ms < 0 || ms > limits.timerMs) throw new WrongType('after(ms, payload): expected ms to be a number from 0 to ' + limits.timerMs + ', got ' + (typeof ms === 'number' ? ms : name(ms)));
    const timer = 't' + at + '-' + (seed >>> 0) + '-' + timers++;
    add('{"kind":"after","timer":"' + timer + '","ms":' + floor(ms) + ',"payload":' + toJson(payload === undefined ? null : payload, 'after(ms, payload): payload') + '}', 'after(ms, payload)');
    return timer;
  },
  cancel: (timer) => add('{"kind":"cancel","timer":' + quote(text(timer, 'cancel(timer): timer', limits.idLength)) + '}', 'cancel(timer)'),
  look: () => parse(sights),
  log: (...values) => log('info', values),
  console: freeze({ debug: (...values) => log('debug', values), log: (...values) => log('info', values), info: (...values) => log('info', values), warn: (...values) => log('warn', values), error: (...values) => log('error', values) }),
  secrets: freeze(secrets),
  self: freeze({ id: self.id, owner: self.owner, name: self.name, epoch: self.epoch, get node() { return surroundings.node; } }),
  cpu: freeze({ get bucket() { return surroundings.cpuBucketMs; }, used: () => cpuUsedMs() }),
};
for (const key in api) defineProperty(globalThis, key, { value: api[key], enumerable: true });
defineProperty(globalThis, 'here', { get: () => surroundings.here, enumerable: true });
defineProperty(globalThis, 'memory', { value: parse(memory), writable: true, enumerable: true });
Math.random = () => {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let t = imul(randomState ^ (randomState >>> 15), 1 | randomState);
  t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

// An input is a list: its kind, its time, its seed, and what else there is of its kind.
const moment = (input) => { if (input[1] !== at) setClock(at = input[1]); seed = input[2]; randomState = seed | 0; timers = 0; };
const fail = (error) => { failed = true; settled = true; failure = error; };
const call = (name, value) => { const handler = handlers[name]; return typeof handler === 'function' ? handler(value) : undefined; };
const handle = (input) => {
  switch (input[0]) {
    case 'message': return call('message', { id: input[3], from: input[4], sender: input[5], body: input[6], sentAt: input[7], sequence: input[8] });
    case 'command': return runInGlobal(input[3]);
    case 'start': return call('start');
    case 'tick': return call('tick', { tick: input[3] });
    case 'timer': return call('timer', { id: input[3], payload: input[4] });
    case 'beforeMove': return call('beforeMove', { to: input[3] });
    case 'afterMove': return call('afterMove', { from: input[3] });
  }
};
const end = () => {
  if (!settled) { fail(new PlainError(inputs[index][0] + ' has not come to its end: it awaits a promise that nothing resolves')); failure.stack = ''; }
  if (failed) return false;
  outcomes += (outcomes === '' ? '' : ',') + '{"effects":[' + effects + ']' + (result === undefined ? '' : ',"result":' + quote(result)) + '}';
  effects = '';
  phase = 'waiting';
  return true;
};
const keep = (input, value) => {
  if (input[0] !== 'command') return;
  const shown = value === undefined ? 'null' : typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint' ? quote(show(value)) : toJson(value, 'The result');
  grow(shown.length);
  result = shown;
};

return {
  __proto__: null,
  // The module is evaluated at the moment of its first input.
  load: () => { if (inputs.length > 0) moment(inputs[0]); phase = 'loading'; effects = ''; },
  loaded: (module) => {
    handlers = module;
    const known = ['start', 'message', 'tick', 'timer', 'beforeMove', 'afterMove'];
    let names = '';
    for (let i = 0; i < known.length; i++) if (typeof module[known[i]] === 'function') names += (names === '' ? '' : ',') + quote(known[i]);
    return '[' + names + ']';
  },
  begin: (inputsText, surroundingsText, sightsText) => {
    inputs = parse(inputsText);
    surroundings = parse(surroundingsText);
    if (sightsText !== '') sights = sightsText;
    outcomes = ''; logs = ''; outputLength = 0; failed = false; overLimit = false; index = -1;
  },
  // Ends the input before this one, whose jobs have run meanwhile, and runs the next: 0, or 2 when one of the two has failed.
  next: () => {
    if (index >= 0 && !end()) return 2;
    index += 1;
    if (index === inputs.length) return 0;
    const input = inputs[index];
    moment(input);
    phase = 'running'; effectCount = 0; logCount = 0; result = undefined;
    try {
      const value = handle(input);
      if (typeof value === 'object' && value !== null && typeof value.then === 'function') {
        settled = false;
        const onValue = (value) => { try { keep(input, value); settled = true; } catch (error) { fail(error); } };
        try { then(value, onValue, fail); } catch { then(toPromise(value), onValue, fail); }
      } else keep(input, value);
      return 0;
    } catch (error) { fail(error); return 2; }
  },
  outcomes: () => '[' + outcomes + ']',
  memory: () => {
    const value = globalThis.memory;
    const json = stringify(value);
    if (typeof json !== 'string' || json[0] !== '{') throw new WrongType('memory: expected an object, got ' + name(value));
    if (json === lastMemory) return '';
    lastMemory = json;
    return json;
  },
  failure: (error) => describe(error),
  lastFailure: () => describe(failure),
  failureKind: (error) => {
    const what = error === undefined ? failure : error;
    if (overLimit && what instanceof OutOfRange) return 'EFFECTS';
    return what instanceof EngineError && what.message === 'out of memory' ? 'MEMORY' : 'THREW';
  },
  logs: () => '[' + logs + ']',
};
}`;
