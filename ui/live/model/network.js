/* The networks of a learner, evaluated in the browser; models are read by read_model.js.
 *
 *   description, support ── encoder ─► z ── generator ─► weights      writeWeights
 *                                         weights, x ─► predictions   predict
 *           weights, support ─► weights after 0, 1, … steps           descend
 *
 * The same numbers as in PyTorch: sums in double precision, weights and predictions in float32.
 * Tables are flat, row by row: one point a row, or one unit a row where they are weights.
 * Encoders and generators that are not here are in writers.js.
 * Buffers for what lies between are kept on the model and used again by the next call.
 */

// ---------------------------------------------------------------- models of this page

/** The model that models.py sent as `name`, or undefined until it arrives. */
function modelNamed(name) {
  const model = window.hypernetModels?.get(name);
  if (model instanceof Error) throw model;
  return model;
}

/** Calls back with a model's name when one arrives; returns the function that ends this. */
function onModel(callback) {
  const listener = ({ detail }) => callback(detail);
  window.addEventListener("hypernet-model", listener);
  return () => window.removeEventListener("hypernet-model", listener);
}

// ---------------------------------------------------------------- from the task to weights

/** W1, b1, W2, b2, …: the tensors of a set of weights, in their order. */
const tensorNames = ({ target: { tensors } }) =>
  tensors.map((_, i) => `${i % 2 ? "b" : "W"}${Math.floor(i / 2) + 1}`);

/** [rows, columns] of each tensor; a bias is a column. */
const shapes = ({ target: { tensors } }) => tensors;

/** The weights of a task before any gradient step: one Float32Array for each tensor.
 *
 * `description` holds raw entries (null where the model reads none), `support` is
 * {count, x: count × inputs, y: count × outputs}; without points z = 0.
 */
function writeWeights(model, description, support) {
  const z = model.encoder && ENCODERS[model.encoder.kind](model, description, support);
  return GENERATORS[model.generator.kind](model, z);
}

function encodeDescription({ encoder: { size, mean, std }, buffers }, description) {
  const z = buffer(buffers, "z", size);
  for (let i = 0; i < size; i += 1) z[i] = (description[i] - mean[i]) / std[i];
  return z;
}

const encodeNone = ({ encoder: { z } }) => z;

/** z = mean of phi(x, y) over the points, or mean of psi(phi(x, y), mean of phi). */
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

/** Each point's scaled x and y side by side. */
function scaledPoints({ encoder, target: { widths }, buffers }, { count, x, y }) {
  const { xCentre, xScale, yScale } = encoder;
  const [nIn, nOut] = [widths[0], widths.at(-1)];
  const rows = buffer(buffers, "points", count * (nIn + nOut));
  for (let point = 0, to = 0; point < count; point += 1) {
    for (let i = 0; i < nIn; i += 1, to += 1) rows[to] = (x[point * nIn + i] - xCentre) / xScale;
    for (let i = 0; i < nOut; i += 1, to += 1) rows[to] = y[point * nOut + i] / yScale;
  }
  return rows;
}

function meanRow(rows, count, size, out) {
  out.fill(0);
  for (let point = 0; point < count; point += 1) {
    for (let i = 0; i < size; i += 1) out[i] += rows[point * size + i] / count;
  }
  return out;
}

/** Each row with the one `row` beside it. */
function beside(rows, count, row, size, out) {
  for (let point = 0; point < count; point += 1) {
    const to = 2 * point * size;
    for (let i = 0; i < size; i += 1) {
      out[to + i] = rows[point * size + i];
      out[to + size + i] = row[i];
    }
  }
}

const writeAll = (model, z) => headValues(model, z).map((values) => new Float32Array(values));

/** What each head writes from z, in double precision; in buffers. */
function headValues({ generator: { trunk, heads }, buffers }, z) {
  const hidden = throughLayers(buffers, "trunk", trunk, z, 1);
  relu(hidden, widthOf(trunk));
  return heads.map(({ weight, bias }, i) => {
    const values = buffer(buffers, `head ${i}`, bias.length);
    affine(weight, bias, hidden, 1, values);
    return values.subarray(0, bias.length);
  });
}

const writeShared = ({ generator: { tensors } }) => tensors.map((values) => values.slice());

const ENCODERS = {
  description: encodeDescription,
  points: encodePoints,
  noisy: encodeNoisy,
  none: encodeNone,
};
const GENERATORS = {
  full: writeAll,
  shared: writeShared,
  conditioning: writeConditioning,
  film: writeFilm,
  "last layer": writeLastLayer,
  "low rank": writeLowRank,
  chunked: writeChunks,
};

// ---------------------------------------------------------------- the target network

/** What the network says at `count` inputs: count × outputs, logits for classes. */
function predict(model, weights, x, count, out = null) {
  const values = forward(model, weights, x, count).at(-1);
  const size = count * model.target.widths.at(-1);
  const predictions = out ?? new Float32Array(size);
  for (let i = 0; i < size; i += 1) predictions[i] = values[i];
  return predictions;
}

/** What the units of a hidden layer say, count × width; layer 1 is the one that W1 leads to. */
function hiddenUnits(model, weights, x, count, layer) {
  const { widths } = model.target;
  const last = widths.length - 2;
  if (!(layer > 0 && layer <= last)) throw new Error(`layer must be 1..${last}, got ${layer}`);
  const values = forward(model, weights, x, count)[layer];
  return new Float32Array(values.subarray(0, count * widths[layer]));
}

/** The values of each layer, the inputs first; in buffers. */
function forward({ target: { widths, activation }, buffers }, weights, x, count) {
  const layers = widths.map((width, i) => buffer(buffers, `layer ${i}`, count * width));
  for (let i = 0; i < count * widths[0]; i += 1) layers[0][i] = x[i];
  for (let i = 1; i < widths.length; i += 1) {
    affine(weights[2 * i - 2], weights[2 * i - 1], layers[i - 1], count, layers[i]);
    if (i < widths.length - 1) ACTIVATIONS[activation].apply(layers[i], count * widths[i]);
  }
  return layers;
}

/** The mean loss over the points; 0 for none. */
function lossOf(model, prediction, y, count) {
  return count ? LOSSES[model.loss].value(prediction, y, count, model.target.widths.at(-1)) : 0;
}

function squaredError(prediction, y, count, width) {
  let sum = 0;
  for (let i = 0; i < count * width; i += 1) sum += (prediction[i] - y[i]) ** 2;
  return sum / (count * width);
}

function squaredGradient(prediction, y, count, width, out) {
  const factor = 2 / (count * width);
  for (let i = 0; i < count * width; i += 1) out[i] = factor * (prediction[i] - y[i]);
}

function crossEntropy(logits, y, count, width) {
  let sum = 0;
  for (let start = 0; start < count * width; start += width) {
    const total = logSumExp(logits, start, width);
    for (let i = start; i < start + width; i += 1) sum += y[i] * (total - logits[i]);
  }
  return sum / count;
}

/** (softmax − y) / points, for labels that sum to 1. */
function crossEntropyGradient(logits, y, count, width, out) {
  for (let start = 0; start < count * width; start += width) {
    const total = logSumExp(logits, start, width);
    for (let i = start; i < start + width; i += 1) {
      out[i] = (Math.exp(logits[i] - total) - y[i]) / count;
    }
  }
}

function logSumExp(logits, start, width) {
  let [most, sum] = [-Infinity, 0];
  for (let i = start; i < start + width; i += 1) most = Math.max(most, logits[i]);
  for (let i = start; i < start + width; i += 1) sum += Math.exp(logits[i] - most);
  return most + Math.log(sum);
}

const LOSSES = {
  squared: { value: squaredError, gradient: squaredGradient },
  "cross-entropy": { value: crossEntropy, gradient: crossEntropyGradient },
};

// ---------------------------------------------------------------- the inner loop

/** The weights after 0…steps gradient steps on the support loss; `rate` null: the model's own. */
function descend(model, weights, support, steps, rate = null) {
  const trace = [weights];
  for (let step = 0; step < steps; step += 1) {
    const gradients = gradientsOf(model, trace[step], support);
    const next = (values, i) => stepped(values, gradients[i], rate ?? model.rates[i]);
    trace.push(trace[step].map(next));
  }
  return trace;
}

/** values − rate × gradient; the rate is one number, or one for each value. */
function stepped(values, gradient, rate) {
  const out = new Float32Array(values.length);
  const rates = typeof rate === "number" ? null : rate;
  for (let i = 0; i < out.length; i += 1) out[i] = values[i] - (rates?.[i] ?? rate) * gradient[i];
  return out;
}

/** The gradient of the support loss, tensor by tensor; in buffers. */
function gradientsOf(model, weights, { count, x, y }) {
  const { target: { widths, activation }, gradients, buffers } = model;
  const layers = forward(model, weights, x, count);
  const deltas = widths.map((width, i) => buffer(buffers, `delta ${i}`, count * width));
  LOSSES[model.loss].gradient(layers.at(-1), y, count, widths.at(-1), deltas.at(-1));
  for (let i = widths.length - 1; i > 0; i -= 1) {
    sumGradients(deltas[i], layers[i - 1], count, gradients[2 * i - 2], gradients[2 * i - 1]);
    if (i === 1) break;
    pullBack(weights[2 * i - 2], deltas[i], count, widths[i - 1], deltas[i - 1]);
    ACTIVATIONS[activation].derive(layers[i - 1], deltas[i - 1], count * widths[i - 1]);
  }
  return gradients;
}

/** ∂W = deltaᵀ x and ∂b = the column sums of delta, over all points. */
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

/** out = delta W: how the loss of each point changes with the layer below. */
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

// ---------------------------------------------------------------- arithmetic on flat tables

/** The numbers that come out of the last of some layers. */
const widthOf = (layers) => layers.at(-1).bias.length;

/** A buffer of at least `size` numbers, kept as `name`; its old content is still in it. */
function buffer(buffers, name, size) {
  if (!(buffers.get(name)?.length >= size)) buffers.set(name, new Float64Array(size));
  return buffers.get(name);
}

/** out = x Wᵀ + b for `count` points; two rows by four points at a time take a third as long. */
function affine(weight, bias, x, count, out) {
  const [pairs, fours] = [bias.length - (bias.length % 2), count - (count % 4)];
  for (let point = 0; point < fours; point += 4) {
    for (let row = 0; row < pairs; row += 2) eightSums(weight, bias, row, x, point, out);
  }
  for (let row = 0; row < bias.length; row += 1) {
    const first = row < pairs ? fours : 0;
    for (let point = first; point < count; point += 1) oneSum(weight, bias, row, x, point, out);
  }
}

function oneSum(weight, bias, row, x, point, out) {
  const nIn = weight.length / bias.length;
  const [start, from] = [row * nIn, point * nIn];
  let sum = bias[row];
  for (let i = 0; i < nIn; i += 1) sum += weight[start + i] * x[from + i];
  out[point * bias.length + row] = sum;
}

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

/** Linear layers with a ReLU after each but the last, for `count` rows. */
function throughLayers(buffers, name, layers, x, count) {
  let rows = x;
  layers.forEach(({ weight, bias }, i) => {
    const out = buffer(buffers, `${name} ${i}`, count * bias.length);
    affine(weight, bias, rows, count, out);
    if (i < layers.length - 1) relu(out, count * bias.length);
    rows = out;
  });
  return rows;
}

function relu(values, size) {
  for (let i = 0; i < size; i += 1) if (values[i] < 0) values[i] = 0;
}

function reluDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) if (!(values[i] > 0)) delta[i] = 0;
}

function tanh(values, size) {
  for (let i = 0; i < size; i += 1) values[i] = 1 - 2 / (Math.exp(2 * values[i]) + 1);
}

function tanhDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) delta[i] *= 1 - values[i] * values[i];
}

function sigmoid(values, size) {
  for (let i = 0; i < size; i += 1) values[i] = 1 / (1 + Math.exp(-values[i]));
}

function sigmoidDerivative(values, delta, size) {
  for (let i = 0; i < size; i += 1) delta[i] *= values[i] * (1 - values[i]);
}

const ACTIVATIONS = {
  relu: { apply: relu, derive: reluDerivative },
  tanh: { apply: tanh, derive: tanhDerivative },
  sigmoid: { apply: sigmoid, derive: sigmoidDerivative },
};
