'use strict';
// Has code that knows nothing of raftcheck run in its virtual time, by the process protocol
// (docs/plugging-in/process.md). From when this file is loaded on, timers and dates are those
// of a clock that stands still but for events, and random numbers follow from the seed: load
// the code behind it.

const FakeTimers = require('@sinonjs/fake-timers');

const MS = 1_000_000; // nanoseconds

const realImmediate = setImmediate;
const clock = FakeTimers.install({
  now: 0,
  toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'hrtime', 'performance'],
});

// Numbers in [0, 1) that follow from the seed alone (mulberry32).
function generator(seed) {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0; // bit operations keep 32 of 53 bits
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

// When the first timer is due, on the clock.
function firstDue() {
  let first = Infinity;
  for (const timer of clock.timers?.values() ?? []) first = Math.min(first, timer.callAt);
  return first;
}

// Returns when nothing goes on any more: an immediate comes behind all promises and ticks that
// are settled, and behind those that they settle.
const quiet = () => new Promise((resolve) => realImmediate(resolve));

// Lets time pass up to an instant: timers that are due go off one by one.
async function runUntil(ms) {
  await quiet();
  while (firstDue() <= ms) {
    clock.next();
    await quiet();
  }
  clock.tick(ms - clock.now);
}

// Answers events to the end of the input. begin(init, act) makes a replica: act takes an action
// of the protocol. A replica has state(), its term and whether it leads, on(event), which may
// return what else the answer has, and save(), which returns the action if there is
// something to save: that goes first.
function serve(hello, begin) {
  let replica;
  let actions = [];

  async function answerTo(event) {
    if (event.event === 'hello') return hello;
    let more;
    if (event.event === 'init') {
      Math.random = generator(event.seed);
      replica = begin(event, (action) => actions.push(action));
    } else {
      await runUntil(Math.floor(event.now / MS));
      if (event.event !== 'timer') more = replica.on(event);
    }
    await runUntil(clock.now);
    more = await more;
    return { ...replica.state(), ...more, actions: takeActions(event.now) };
  }

  function takeActions(now) {
    const due = firstDue();
    const wake = due < Infinity ? { timer: { id: 'wake', after: due * MS - now } } : { stop: { id: 'wake' } };
    const all = [...replica.save(), ...actions, wake];
    actions = [];
    return all;
  }

  let input = '';
  let last = Promise.resolve();
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    const lines = (input + chunk).split('\n');
    input = lines.pop();
    for (const line of lines) {
      last = last.then(async () => process.stdout.write(JSON.stringify(await answerTo(JSON.parse(line))) + '\n'));
    }
  });
}

module.exports = { serve };
