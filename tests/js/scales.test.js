/* Scales, ticks, tables, number formats: against numpy (tests/golden.py), and by their promises. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { snapped } from "../../ui/live/parts/axis.js";
import { shadeOf } from "../../ui/live/parts/colours.js";
import {
  linearScale, linearTicks, logScale, lossTicks, rowAt,
} from "../../ui/live/parts/scales.js";
import { MINUS, formatFixed, formatNumber, formatTick } from "../../ui/live/parts/words.js";
import { assertClose, golden } from "./golden.js";

const numbers = golden("numbers");

test("a linear scale is numpy's interpolation", () => {
  numbers.scales.forEach(({ ends: [low, high, start, end], values, pixels }) =>
    assertClose(values.map(linearScale([low, high], [start, end])), pixels));
});

test("a row between two rows of a table is their mixture", () => {
  const { table, size, places, rows } = numbers.rows;
  places.forEach((place, i) =>
    assertClose(rowAt(Float32Array.from(table), size, place, new Float32Array(size)), rows[i]));
});

test("a logarithmic scale gives each power of ten the same room and ends at its low end", () => {
  const scale = logScale([0.01, 100], [200, 0]);
  assertClose([0.01, 0.1, 1, 10, 100, 0].map(scale), [200, 150, 100, 50, 0, 200]);
});

test("ticks are round, inside their range, and as many as fit", () => {
  assert.deepEqual(linearTicks([-5, 5], 6), [-4, -2, 0, 2, 4]);
  assert.deepEqual(linearTicks([0, 1], 3), [0, 0.5, 1]);
  assert.deepEqual(lossTicks([0.05, 20], 8).map(([, words]) => words), ["0.1", "1", "10"]);
  assert.deepEqual(lossTicks([0.5, 6], 8).map(([value]) => value), [0.5, 1, 2, 5]);
});

test("a number has the wanted decimals, and a minus sign that is one", () => {
  numbers.fixed.forEach(([value, words]) =>
    assert.equal(formatFixed(value), words.replace("-0.00", "0.00").replace("-", MINUS)));
});

test("a number has two significant digits; far from 1 it has a power of ten", () => {
  numbers.digits.forEach(([value, [mantissa, exponent]]) => {
    const words = formatNumber(value);
    assert.equal(words.includes("·10"), exponent < -3 || exponent > 3);
    const [head, power = ""] = words.replace(MINUS, "-").split("·10");
    const tail = [...power].map((digit) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit));
    const raised = Number(tail.map((i) => "-0123456789"[i]).join(""));
    assertClose([Number(head) * 10 ** raised / 10 ** exponent], [mantissa]);
  });
  assert.equal(formatNumber(0), "0");
  assert.equal(formatNumber(-3.14e-5), `${MINUS}3.1·10⁻⁵`);
});

test("a tick has no needless zeros", () => {
  assert.deepEqual([-4, 0.5, 1e-4, 0.1 + 0.2].map(formatTick), [`${MINUS}4`, "0.5", "10⁻⁴", "0.3"]);
});

test("a value is moved to the nearest step of its axis, and never beyond its ends", () => {
  const axis = { low: 0.1, high: 5, step: 0.1 };
  assert.deepEqual([0.34, 0.36, -2, 9].map((value) => snapped(value, axis)), [0.3, 0.4, 0.1, 5]);
});

test("0 is the middle shade; values beyond the range have the last ones", () => {
  assert.deepEqual([-9, -1, 0, 1, 9].map((value) => shadeOf(value, 1)), [0, 0, 255, 510, 510]);
});
