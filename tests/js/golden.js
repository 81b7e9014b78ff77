/* What Python computed (tests/golden.py), and how near a number has to come to it. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** Relative to numbers larger than 1, as in the tests in a real browser. */
const TOLERANCE = 1e-4;

export const golden = (name) =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), "utf8"));

export function assertClose(got, expected) {
  assert.equal(got.length, expected.length);
  for (let i = 0; i < expected.length; i += 1) {
    const close = Math.abs(got[i] - expected[i]) <= TOLERANCE * Math.max(1, Math.abs(expected[i]));
    assert.ok(close || Object.is(got[i], expected[i]), `${i}: ${got[i]}, not ${expected[i]}`);
  }
}
