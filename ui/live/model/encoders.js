/* How a task becomes z: description, support ── encoder ─► z.
 *
 * The same numbers as in PyTorch (hypernet/encoders), kept as in network.js.
 */

import { buffer, lastOf, meanRow, throughLayers, widthOf } from "./arithmetic.js";
import { encodeSetAttention } from "./set_attention.js";

/** @import {
 *   Description, DescriptionEncoder, ModelOf, NoisyEncoder, NoneEncoder, Numbers, PointsEncoder,
 *   Support,
 * } from "./types.js" */

/** @type {(model: ModelOf<DescriptionEncoder, unknown>, description: Numbers) => Float64Array} */
function encodeDescription({ encoder: { size, mean, std }, buffers }, description) {
  const z = buffer(buffers, "z", size);
  for (let i = 0; i < size; i += 1) z[i] = (description[i] - mean[i]) / std[i];
  return z;
}

/** The description as it is misread: hypernet/encoders/noisy.py, bit for bit.
 *
 * @type {(model: ModelOf<NoisyEncoder, unknown>, description: Numbers) => Float64Array}
 */
function encodeNoisy(model, description) {
  const { encoder: { size, noise } } = model;
  const z = encodeDescription(model, description);
  let task = 0;
  for (let i = 0; i < size; i += 1) {
    const rounded = Math.floor(Math.fround(description[i]) * 1024 + 0.5);
    task = mixed(Math.imul(task, 31) + rounded);
  }
  /** @type {(n: number) => number} */
  const uniform = (n) => (mixed(task + Math.imul(n, 0x9e3779b9)) + 0.5) / 2 ** 32;
  for (let i = 0; i < size; i += 1) {
    const radius = Math.sqrt(-2 * Math.log(uniform(i + 1)));
    z[i] += noise * radius * Math.cos(2 * Math.PI * uniform(size + i + 1));
  }
  return z;
}

/** 32 bits in which every bit depends on every bit of the lowest 32 of `value`.
 *
 * @type {(value: number) => number}
 */
function mixed(value) {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35) >>> 0;
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** @type {(model: ModelOf<NoneEncoder, unknown>) => Float32Array} */
const encodeNone = ({ encoder: { z } }) => z;

/** z = mean of phi(x, y) over the points, or mean of psi(phi(x, y), mean of phi).
 *
 * @type {(model: ModelOf<PointsEncoder, unknown>, _: Description, support: Support) =>
 *   Float64Array}
 */
function encodePoints(model, _, support) {
  const { encoder: { phi, psi }, buffers } = model;
  const { count } = support;
  const width = widthOf(phi);
  const embedded = throughLayers(buffers, "phi", phi, scaledPoints(model, support), count);
  const pooled = meanRow(embedded, count, width, buffer(buffers, "pooled", width));
  if (!psi) return pooled;
  const pairs = buffer(buffers, "pairs", 2 * count * width);
  beside(embedded, count, pooled, width, pairs);
  const again = throughLayers(buffers, "psi", psi, pairs, count);
  return meanRow(again, count, widthOf(psi), buffer(buffers, "z", widthOf(psi)));
}

/** Each point's scaled x and y side by side.
 *
 * @type {(model: ModelOf<PointsEncoder, unknown>, support: Support) => Float64Array}
 */
function scaledPoints({ encoder, target: { widths }, buffers }, { count, x, y }) {
  const { xCentre, xScale, yScale } = encoder;
  const [nIn, nOut] = [widths[0], lastOf(widths)];
  const rows = buffer(buffers, "points", count * (nIn + nOut));
  for (let point = 0, to = 0; point < count; point += 1) {
    for (let i = 0; i < nIn; i += 1, to += 1) rows[to] = (x[point * nIn + i] - xCentre) / xScale;
    for (let i = 0; i < nOut; i += 1, to += 1) rows[to] = y[point * nOut + i] / yScale;
  }
  return rows;
}

/** Each row with the one `row` beside it.
 *
 * @type {(rows: Numbers, count: number, row: Numbers, size: number, out: Float64Array) => void}
 */
function beside(rows, count, row, size, out) {
  for (let point = 0; point < count; point += 1) {
    const to = 2 * point * size;
    for (let i = 0; i < size; i += 1) {
      out[to + i] = rows[point * size + i];
      out[to + size + i] = row[i];
    }
  }
}

export const ENCODERS = {
  description: encodeDescription,
  points: encodePoints,
  "set attention": encodeSetAttention,
  noisy: encodeNoisy,
  none: encodeNone,
};
