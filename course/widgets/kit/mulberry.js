// Random numbers from a seed: mulberry32, number by number those of course/widgets/mulberry.py.

import { range } from "d3-array";

const STEP = 0x6d2b79f5;
const STREAMS = 4;

/** A generator, and where it is: `random()` is in [0, 1), `order(n)` 0 to n − 1. A stream for each purpose leaves the others as they are. */
export function mulberry(seed, stream = 0) {
  const self = {
    state: (STREAMS * seed + stream) | 0,
    random() {
      self.state = (self.state + STEP) | 0;
      let t = Math.imul(self.state ^ (self.state >>> 15), self.state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
    normal() {
      const [first, second] = [self.random(), self.random()];
      return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
    },
    order(n) {
      const keys = Float64Array.from({ length: n }, self.random);
      return range(n).sort((i, j) => keys[i] - keys[j]);
    },
  };
  return self;
}
