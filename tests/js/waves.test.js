/* The waves that fit some points are those of the core (tests/golden.py). */

import assert from "node:assert/strict";
import { test } from "node:test";

import { openWavePosterior, waveDeviation, waveMean } from "../../ui/live/model/wave_posterior.js";
import { assertClose, golden } from "./golden.js";

const { amplitude, phase, x, cases } = golden("waves");

for (const { points, sigma, mean, deviation, picked } of cases) {
  test(`${points.length} points, σ = ${sigma}`, () => {
    const posterior = openWavePosterior({ amplitude, phase, sigma });
    posterior.follow([[0.3, 4]]);
    posterior.follow(points);
    assertClose(x.map((place) => waveMean(posterior.moments, place)), mean);
    assertClose(x.map((place) => waveDeviation(posterior.moments, place)), deviation);
    assertClose(posterior.picked, picked);
  });
}

test("the arrays stay the same ones from one edit to the next", () => {
  const posterior = openWavePosterior({ amplitude, phase, sigma: 0.05 });
  const { moments, picked } = posterior;
  posterior.follow([[1, 2]]);
  assert.ok(posterior.moments === moments && posterior.picked === picked);
});
