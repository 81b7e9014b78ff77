/* The networks of a learner, evaluated in the browser; models are read by read_model.js.
 *
 *   description, support ── encoder ─► z ── generator ─► weights      writeWeights
 *                                         weights, x ─► predictions   predict
 *           weights, support ─► weights after 0, 1, … steps           descend
 *
 * The same numbers as in PyTorch: sums in double precision, weights and predictions in float32.
 * Tables are flat, row by row: one point a row, or one unit a row where they are weights.
 * Encoders are in encoders.js, generators in generators.js.
 * Buffers for what lies between are kept on the model and used again by the next call.
 */

import { ACTIVATIONS, affine, buffer, lastOf } from "./arithmetic.js";
import { ENCODERS } from "./encoders.js";
import { GENERATORS } from "./generators.js";

/** @import {
 *   Description, Encode, Encoder, Model, ModelOf, Numbers, Support, Weights, Write,
 * } from "./types.js" */

// ---------------------------------------------------------------- from the task to weights

/** W1, b1, W2, b2, …: the tensors of a set of weights, in their order.
 *
 * @type {(model: Model) => string[]}
 */
export const tensorNames = ({ target: { tensors } }) =>
  tensors.map((_, i) => `${i % 2 ? "b" : "W"}${Math.floor(i / 2) + 1}`);

/** [rows, columns] of each tensor; a bias is a column.
 *
 * @type {(model: Model) => [number, number][]}
 */
export const shapes = ({ target: { tensors } }) => tensors;

/** The weights of a task before any gradient step: one Float32Array for each tensor.
 *
 * `description` holds raw entries (null where the model reads none), `support` is
 * {count, x: count × inputs, y: count × outputs}; without points z = 0.
 *
 * @type {(model: Model, description: Description, support: Support | null) => Weights}
 */
export function writeWeights(model, description, support) {
  const write = /** @type {Write} */ (GENERATORS[model.generator.kind]);
  return write(model, readTask(model, description, support));
}

/** z of a task; null where every task has the same weights.
 *
 * @type {(model: Model, description: Description, support: Support | null) => Numbers | null}
 */
function readTask(model, description, support) {
  if (!model.encoder) return null;
  const encode = /** @type {Encode} */ (ENCODERS[model.encoder.kind]);
  return encode(/** @type {ModelOf<Encoder, unknown>} */ (model), description, support);
}

// ---------------------------------------------------------------- the target network

/** What the network says at `count` inputs: count × outputs, logits for classes.
 *
 * @type {(model: Model, weights: Weights, x: Numbers, count: number, out?: Float32Array | null) =>
 *   Float32Array}
 */
export function predict(model, weights, x, count, out = null) {
  const values = lastOf(forward(model, weights, x, count));
  const size = count * lastOf(model.target.widths);
  const predictions = out ?? new Float32Array(size);
  for (let i = 0; i < size; i += 1) predictions[i] = values[i];
  return predictions;
}

/** What the units of a hidden layer say, count × width; layer 1 is the one that W1 leads to.
 *
 * @type {(model: Model, weights: Weights, x: Numbers, count: number, layer: number) =>
 *   Float32Array}
 */
export function hiddenUnits(model, weights, x, count, layer) {
  const { widths } = model.target;
  const last = widths.length - 2;
  if (!(layer > 0 && layer <= last)) throw new Error(`layer must be 1..${last}, got ${layer}`);
  const values = forward(model, weights, x, count)[layer];
  return new Float32Array(values.subarray(0, count * widths[layer]));
}

/** The values of each layer, the inputs first; in buffers.
 *
 * @type {(model: Model, weights: Weights, x: Numbers, count: number) => Float64Array[]}
 */
function forward({ target: { widths, activation }, buffers }, weights, x, count) {
  const layers = widths.map((width, i) => buffer(buffers, `layer ${i}`, count * width));
  for (let i = 0; i < count * widths[0]; i += 1) layers[0][i] = x[i];
  for (let i = 1; i < widths.length; i += 1) {
    affine(weights[2 * i - 2], weights[2 * i - 1], layers[i - 1], count, layers[i]);
    if (i < widths.length - 1) ACTIVATIONS[activation].apply(layers[i], count * widths[i]);
  }
  return layers;
}

/** The mean loss over the points; 0 for none.
 *
 * @type {(model: Model, prediction: Numbers, y: Numbers, count: number) => number}
 */
export function lossOf(model, prediction, y, count) {
  return count ? LOSSES[model.loss].value(prediction, y, count, lastOf(model.target.widths)) : 0;
}

/** @type {(prediction: Numbers, y: Numbers, count: number, width: number) => number} */
function squaredError(prediction, y, count, width) {
  let sum = 0;
  for (let i = 0; i < count * width; i += 1) sum += (prediction[i] - y[i]) ** 2;
  return sum / (count * width);
}

/**
 * @type {(prediction: Numbers, y: Numbers, count: number, width: number, out: Float64Array) =>
 *   void}
 */
function squaredGradient(prediction, y, count, width, out) {
  const factor = 2 / (count * width);
  for (let i = 0; i < count * width; i += 1) out[i] = factor * (prediction[i] - y[i]);
}

/** @type {(logits: Numbers, y: Numbers, count: number, width: number) => number} */
function crossEntropy(logits, y, count, width) {
  let sum = 0;
  for (let start = 0; start < count * width; start += width) {
    const total = logSumExp(logits, start, width);
    for (let i = start; i < start + width; i += 1) sum += y[i] * (total - logits[i]);
  }
  return sum / count;
}

/** (softmax − y) / points, for labels that sum to 1.
 *
 * @type {(logits: Numbers, y: Numbers, count: number, width: number, out: Float64Array) => void}
 */
function crossEntropyGradient(logits, y, count, width, out) {
  for (let start = 0; start < count * width; start += width) {
    const total = logSumExp(logits, start, width);
    for (let i = start; i < start + width; i += 1) {
      out[i] = (Math.exp(logits[i] - total) - y[i]) / count;
    }
  }
}

/** @type {(logits: Numbers, start: number, width: number) => number} */
function logSumExp(logits, start, width) {
  let [most, sum] = [-Infinity, 0];
  for (let i = start; i < start + width; i += 1) most = Math.max(most, logits[i]);
  for (let i = start; i < start + width; i += 1) sum += Math.exp(logits[i] - most);
  return most + Math.log(sum);
}

export const LOSSES = {
  squared: { value: squaredError, gradient: squaredGradient },
  "cross-entropy": { value: crossEntropy, gradient: crossEntropyGradient },
};

// ---------------------------------------------------------------- the inner loop

/** The weights after 0…steps gradient steps on the support loss; `rate` null: the model's own.
 *
 * @type {(model: Model, weights: Weights, support: Support, steps: number,
 *   rate?: number | null) => Weights[]}
 */
export function descend(model, weights, support, steps, rate = null) {
  const trace = [weights];
  for (let step = 0; step < steps; step += 1) {
    const gradients = gradientsOf(model, trace[step], support);
    /** @type {(values: Float32Array, i: number) => Float32Array} */
    const next = (values, i) => stepped(values, gradients[i], rate ?? model.rates[i]);
    trace.push(trace[step].map(next));
  }
  return trace;
}

/** values − rate × gradient; the rate is one number, or one for each value.
 *
 * @type {(values: Numbers, gradient: Numbers, rate: number | Numbers) => Float32Array}
 */
function stepped(values, gradient, rate) {
  const out = new Float32Array(values.length);
  const [single, rates] = typeof rate === "number" ? [rate, null] : [0, rate];
  for (let i = 0; i < out.length; i += 1) {
    out[i] = values[i] - (rates ? rates[i] : single) * gradient[i];
  }
  return out;
}

/** The gradient of the support loss, tensor by tensor; in buffers.
 *
 * @type {(model: Model, weights: Weights, support: Support) => Float64Array[]}
 */
function gradientsOf(model, weights, { count, x, y }) {
  const { target: { widths, activation }, gradients, buffers } = model;
  const layers = forward(model, weights, x, count);
  const deltas = widths.map((width, i) => buffer(buffers, `delta ${i}`, count * width));
  LOSSES[model.loss].gradient(lastOf(layers), y, count, lastOf(widths), lastOf(deltas));
  for (let i = widths.length - 1; i > 0; i -= 1) {
    sumGradients(deltas[i], layers[i - 1], count, gradients[2 * i - 2], gradients[2 * i - 1]);
    if (i === 1) break;
    pullBack(weights[2 * i - 2], deltas[i], count, widths[i - 1], deltas[i - 1]);
    ACTIVATIONS[activation].derive(layers[i - 1], deltas[i - 1], count * widths[i - 1]);
  }
  return gradients;
}

/** ∂W = deltaᵀ x and ∂b = the column sums of delta, over all points.
 *
 * @type {(delta: Numbers, x: Numbers, count: number, weight: Float64Array, bias: Float64Array) =>
 *   void}
 */
function sumGradients(delta, x, count, weight, bias) {
  const [nOut, nIn] = [bias.length, weight.length / bias.length];
  weight.fill(0);
  bias.fill(0);
  for (let point = 0; point < count; point += 1) {
    for (let row = 0; row < nOut; row += 1) {
      const value = delta[point * nOut + row];
      if (value === 0) continue;
      bias[row] += value;
      for (let i = 0; i < nIn; i += 1) weight[row * nIn + i] += value * x[point * nIn + i];
    }
  }
}

/** out = delta W: how the loss of each point changes with the layer below.
 *
 * @type {(weight: Numbers, delta: Numbers, count: number, nIn: number, out: Float64Array) => void}
 */
function pullBack(weight, delta, count, nIn, out) {
  const nOut = weight.length / nIn;
  out.fill(0);
  for (let point = 0; point < count; point += 1) {
    for (let row = 0; row < nOut; row += 1) {
      const value = delta[point * nOut + row];
      if (value === 0) continue;
      for (let i = 0; i < nIn; i += 1) out[point * nIn + i] += value * weight[row * nIn + i];
    }
  }
}
