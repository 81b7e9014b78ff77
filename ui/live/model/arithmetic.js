/* Arithmetic on flat tables, row by row, in buffers that are used again; activations. */

/** @import { Buffers, Layer, Numbers } from "./types.js" */

/** The last of a list that holds something.
 *
 * @type {<T>(list: T[]) => T}
 */
export const lastOf = (list) => list[list.length - 1];

/** The numbers that come out of the last of some layers.
 *
 * @type {(layers: Layer[]) => number}
 */
export const widthOf = (layers) => lastOf(layers).bias.length;

/** A buffer of at least `size` numbers, kept as `name`; its old content is still in it.
 *
 * @type {(buffers: Buffers, name: string, size: number) => Float64Array}
 */
export function buffer(buffers, name, size) {
  const known = buffers.get(name);
  if (known && known.length >= size) return known;
  const fresh = new Float64Array(size);
  buffers.set(name, fresh);
  return fresh;
}

/** out = x Wᵀ + b for `count` points; two rows by four points at a time take a third as long, and
 *  so do four rows of what points are left.
 *
 * @type {(weight: Numbers, bias: Numbers, x: Numbers, count: number, out: Float64Array) => void}
 */
export function affine(weight, bias, x, count, out) {
  const [rows, fours] = [bias.length, count - (count % 4)];
  const [pairs, quads] = [rows - (rows % 2), rows - (rows % 4)];
  for (let point = 0; point < fours; point += 4) {
    for (let row = 0; row < pairs; row += 2) eightSums(weight, bias, row, x, point, out);
    for (let i = 0; pairs < rows && i < 4; i += 1) oneSum(weight, bias, pairs, x, point + i, out);
  }
  for (let point = fours; point < count; point += 1) {
    for (let row = 0; row < quads; row += 4) fourSums(weight, bias, row, x, point, out);
    for (let row = quads; row < rows; row += 1) oneSum(weight, bias, row, x, point, out);
  }
}

/**
 * @type {(weight: Numbers, bias: Numbers, row: number, x: Numbers, point: number,
 *   out: Float64Array) => void}
 */
function oneSum(weight, bias, row, x, point, out) {
  const nIn = weight.length / bias.length;
  const [start, from] = [row * nIn, point * nIn];
  let sum = bias[row];
  for (let i = 0; i < nIn; i += 1) sum += weight[start + i] * x[from + i];
  out[point * bias.length + row] = sum;
}

/** Four rows of one point.
 *
 * @type {(weight: Numbers, bias: Numbers, row: number, x: Numbers, point: number,
 *   out: Float64Array) => void}
 */
function fourSums(weight, bias, row, x, point, out) {
  const nOut = bias.length;
  const nIn = weight.length / nOut;
  const one = row * nIn;
  const two = one + nIn;
  const three = two + nIn;
  const four = three + nIn;
  const from = point * nIn;
  let [a, b, c, d] = [bias[row], bias[row + 1], bias[row + 2], bias[row + 3]];
  for (let i = 0; i < nIn; i += 1) {
    const p = x[from + i];
    a += weight[one + i] * p;
    b += weight[two + i] * p;
    c += weight[three + i] * p;
    d += weight[four + i] * p;
  }
  const to = point * nOut + row;
  out[to] = a;
  out[to + 1] = b;
  out[to + 2] = c;
  out[to + 3] = d;
}

/** Two rows of four points.
 *
 * @type {(weight: Numbers, bias: Numbers, row: number, x: Numbers, point: number,
 *   out: Float64Array) => void}
 */
function eightSums(weight, bias, row, x, point, out) {
  const nOut = bias.length;
  const nIn = weight.length / nOut;
  const [here, below] = [row * nIn, (row + 1) * nIn];
  const one = point * nIn;
  const two = one + nIn;
  const three = two + nIn;
  const four = three + nIn;
  let a = bias[row];
  let e = bias[row + 1];
  let [b, c, d, f, g, h] = [a, a, a, e, e, e];
  for (let i = 0; i < nIn; i += 1) {
    const w = weight[here + i];
    const v = weight[below + i];
    const p = x[one + i];
    const q = x[two + i];
    const r = x[three + i];
    const s = x[four + i];
    a += w * p;
    b += w * q;
    c += w * r;
    d += w * s;
    e += v * p;
    f += v * q;
    g += v * r;
    h += v * s;
  }
  const to = point * nOut + row;
  out[to] = a;
  out[to + 1] = e;
  out[to + nOut] = b;
  out[to + nOut + 1] = f;
  out[to + 2 * nOut] = c;
  out[to + 2 * nOut + 1] = g;
  out[to + 3 * nOut] = d;
  out[to + 3 * nOut + 1] = h;
}

/** Linear layers with a ReLU after each but the last, for `count` rows.
 *
 * @type {(buffers: Buffers, name: string, layers: Layer[], x: Numbers, count: number) =>
 *   Float64Array}
 */
export function throughLayers(buffers, name, layers, x, count) {
  let rows = x;
  layers.forEach(({ weight, bias }, i) => {
    const out = buffer(buffers, `${name} ${i}`, count * bias.length);
    affine(weight, bias, rows, count, out);
    if (i < layers.length - 1) relu(out, count * bias.length);
    rows = out;
  });
  return /** @type {Float64Array} */ (rows);
}

/** The mean of the rows; 0 for none.
 *
 * @type {(rows: Numbers, count: number, size: number, out: Float64Array) => Float64Array}
 */
export function meanRow(rows, count, size, out) {
  out.fill(0);
  for (let point = 0; point < count; point += 1) {
    for (let i = 0; i < size; i += 1) out[i] += rows[point * size + i] / count;
  }
  return out;
}

/** @type {(values: Float64Array, size: number) => void} */
export function relu(values, size) {
  for (let i = 0; i < size; i += 1) if (values[i] < 0) values[i] = 0;
}

/** @type {(values: Numbers, delta: Float64Array, size: number) => void} */
function reluDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) if (!(values[i] > 0)) delta[i] = 0;
}

/** @type {(values: Float64Array, size: number) => void} */
function tanh(values, size) {
  for (let i = 0; i < size; i += 1) values[i] = 1 - 2 / (Math.exp(2 * values[i]) + 1);
}

/** @type {(values: Numbers, delta: Float64Array, size: number) => void} */
function tanhDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) delta[i] *= 1 - values[i] * values[i];
}

/** @type {(values: Float64Array, size: number) => void} */
function sigmoid(values, size) {
  for (let i = 0; i < size; i += 1) values[i] = 1 / (1 + Math.exp(-values[i]));
}

/** @type {(values: Numbers, delta: Float64Array, size: number) => void} */
function sigmoidDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) delta[i] *= values[i] * (1 - values[i]);
}

export const ACTIVATIONS = {
  relu: { apply: relu, derive: reluDerivative },
  tanh: { apply: tanh, derive: tanhDerivative },
  sigmoid: { apply: sigmoid, derive: sigmoidDerivative },
};
