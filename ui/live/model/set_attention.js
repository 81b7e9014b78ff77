/* Points that look at each other: hypernet/encoders/set_attention.py.
 *
 *   support ── told ─► embed ─► blocks ─► mean and maximum over points ─► LayerNorm ─► z
 *
 * A table holds one point a row. Nothing is allocated but in the first call for so many points.
 */

import { affine, buffer, lastOf, meanRow, throughLayers } from "./arithmetic.js";

/** @import {
 *   AttentionBlock, Buffers, Description, Layer, ModelOf, Norm, Numbers, SetAttentionEncoder,
 *   Support,
 * } from "./types.js" */

/** @type {(model: ModelOf<SetAttentionEncoder, unknown>, _: Description, support: Support) =>
 *   Float64Array}
 */
export function encodeSetAttention(model, _, support) {
  const { encoder: { embed, blocks, norm, size }, buffers } = model;
  const { count } = support;
  const width = size / 2;
  const points = buffer(buffers, "looking", count * width);
  affine(embed.weight, embed.bias, told(model, support), count, points);
  for (const block of blocks) lookAround(buffers, block, points, count, width);
  const pooled = buffer(buffers, "pooled", size);
  meanRow(points, count, width, pooled);
  maxRow(points, count, width, pooled.subarray(width));
  const z = buffer(buffers, "z", size);
  normalise(norm, pooled, 1, z);
  return z;
}

/** What is told of each point: x and y scaled, waves of x, waves times y.
 *
 * @type {(model: ModelOf<SetAttentionEncoder, unknown>, support: Support) => Float64Array}
 */
function told({ encoder, target: { widths }, buffers }, { count, x, y }) {
  const { xCentre, xScale, yScale, omegas, products, embed } = encoder;
  const [nIn, nOut] = [widths[0], lastOf(widths)];
  const size = embed.weight.length / embed.bias.length;
  const rows = buffer(buffers, "features", count * size);
  for (let point = 0; point < count; point += 1) {
    let to = point * size;
    for (let i = 0; i < nIn; i += 1) rows[to++] = (x[point * nIn + i] - xCentre) / xScale;
    const labels = to;
    for (let i = 0; i < nOut; i += 1) rows[to++] = y[point * nOut + i] / yScale;
    const waves = to;
    for (const omega of omegas) {
      for (let i = 0; i < nIn; i += 1) rows[to++] = Math.sin(omega * x[point * nIn + i]);
      for (let i = 0; i < nIn; i += 1) rows[to++] = Math.cos(omega * x[point * nIn + i]);
    }
    if (!products) continue;
    for (let wave = waves, end = to; wave < end; wave += 1) {
      for (let i = 0; i < nOut; i += 1) rows[to++] = rows[wave] * rows[labels + i];
    }
  }
  return rows;
}

/** One block: the points' rows change in place.
 *
 * @type {(buffers: Buffers, block: AttentionBlock, points: Float64Array, count: number,
 *   width: number) => void}
 */
function lookAround(buffers, block, points, count, width) {
  const { heads, before, asked, answered, between, alone } = block;
  const calm = buffer(buffers, "calm", count * width);
  normalise(before, points, count, calm);
  const triples = buffer(buffers, "asked", 3 * count * width);
  affine(asked.weight, asked.bias, calm, count, triples);
  attend(buffers, triples, count, width, heads, calm);
  addThrough(buffers, "answered", [answered], calm, count, points);
  normalise(between, points, count, calm);
  addThrough(buffers, "alone", alone, calm, count, points);
}

/** points += layers(rows)
 *
 * @type {(buffers: Buffers, name: string, layers: Layer[], rows: Float64Array, count: number,
 *   points: Float64Array) => void}
 */
function addThrough(buffers, name, layers, rows, count, points) {
  const change = throughLayers(buffers, name, layers, rows, count);
  const size = count * lastOf(layers).bias.length;
  for (let i = 0; i < size; i += 1) points[i] += change[i];
}

/** out = softmax(Q Kᵀ / √d) V, head beside head; Q, K, V lie side by side in each row of `asked`.
 *
 * @type {(buffers: Buffers, asked: Float64Array, count: number, width: number, heads: number,
 *   out: Float64Array) => void}
 */
function attend(buffers, asked, count, width, heads, out) {
  const near = buffer(buffers, "near", count);
  const depth = width / heads;
  for (let start = 0; start < width; start += depth) {
    for (let point = 0; point < count; point += 1) {
      const query = 3 * width * point + start;
      nearness(asked, query, width + start, count, 3 * width, depth, near);
      const to = point * width + start;
      for (let i = 0; i < depth; i += 1) {
        let sum = 0;
        for (let other = 0, at = 2 * width + start + i; other < count; other += 1) {
          sum += near[other] * asked[at];
          at += 3 * width;
        }
        out[to + i] = sum;
      }
    }
  }
}

/** out = softmax over all points of query · key / √depth
 *
 * @type {(asked: Float64Array, query: number, keys: number, count: number, stride: number,
 *   depth: number, out: Float64Array) => void}
 */
function nearness(asked, query, keys, count, stride, depth, out) {
  const scale = 1 / Math.sqrt(depth);
  let [most, total] = [-Infinity, 0];
  for (let other = 0; other < count; other += 1) {
    const key = keys + other * stride;
    let sum = 0;
    for (let i = 0; i < depth; i += 1) sum += asked[query + i] * asked[key + i];
    out[other] = scale * sum;
    most = Math.max(most, out[other]);
  }
  for (let other = 0; other < count; other += 1) {
    out[other] = Math.exp(out[other] - most);
    total += out[other];
  }
  for (let other = 0; other < count; other += 1) out[other] /= total;
}

/** LayerNorm of each row.
 *
 * @type {(norm: Norm, rows: Numbers, count: number, out: Float64Array) => void}
 */
function normalise({ epsilon, scale, shift }, rows, count, out) {
  const size = scale.length;
  for (let start = 0; start < count * size; start += size) {
    let [mean, variance] = [0, 0];
    for (let i = 0; i < size; i += 1) mean += rows[start + i] / size;
    for (let i = 0; i < size; i += 1) variance += (rows[start + i] - mean) ** 2 / size;
    const factor = 1 / Math.sqrt(variance + epsilon);
    for (let i = 0; i < size; i += 1) {
      out[start + i] = (rows[start + i] - mean) * factor * scale[i] + shift[i];
    }
  }
}

/** The largest of each column; 0 where there is no row.
 *
 * @type {(rows: Numbers, count: number, size: number, out: Float64Array) => void}
 */
function maxRow(rows, count, size, out) {
  for (let i = 0; i < size; i += 1) {
    out[i] = count ? rows[i] : 0;
    for (let point = 1; point < count; point += 1) {
      out[i] = Math.max(out[i], rows[point * size + i]);
    }
  }
}
