/* How z becomes weights: z ── generator ─► one Float32Array for each tensor.
 *
 * The same numbers as in PyTorch (hypernet/generators), kept as in network.js.
 */

import { affine, buffer, relu, throughLayers, widthOf } from "./arithmetic.js";

/** @import { Chunked, Heads, ModelOf, Numbers, Shared, Weights } from "./types.js" */

/** Every tensor from a head of its own.
 *
 * @type {(model: ModelOf<unknown, Heads>, z: Numbers) => Weights}
 */
const writeAll = (model, z) => headValues(model, z).map((values) => new Float32Array(values));

/** What each head writes from z, in double precision; in buffers.
 *
 * @type {(model: ModelOf<unknown, Heads>, z: Numbers) => Float64Array[]}
 */
function headValues({ generator: { trunk, heads }, buffers }, z) {
  const hidden = throughLayers(buffers, "trunk", trunk, z, 1);
  relu(hidden, widthOf(trunk));
  return heads.map(({ weight, bias }, i) => {
    const values = buffer(buffers, `head ${i}`, bias.length);
    affine(weight, bias, hidden, 1, values);
    return values.subarray(0, bias.length);
  });
}

/** The same for every task, and the same array each time: what follows from it may be kept.
 *
 * @type {(model: ModelOf<unknown, Shared>) => Weights}
 */
const writeShared = ({ generator: { tensors } }) => tensors;

/** b1 and a linear map of z; all else is shared.
 *
 * @type {(model: ModelOf<unknown, Shared & { shift: Float32Array }>, z: Numbers) => Weights}
 */
function writeConditioning({ generator: { tensors, shift } }, z) {
  const weights = tensors.map((values) => values.slice());
  const [bias, size] = [tensors[1], shift.length / tensors[1].length];
  bias.forEach((value, row) => {
    let sum = value;
    for (let i = 0; i < size; i += 1) sum += shift[row * size + i] * z[i];
    weights[1][row] = sum;
  });
  return weights;
}

/** Every hidden unit's row scaled, its bias scaled and shifted.
 *
 * @type {(model: ModelOf<unknown, Shared & Heads>, z: Numbers) => Weights}
 */
function writeFilm(model, z) {
  const { generator: { tensors } } = model;
  const weights = tensors.map((values) => values.slice());
  headValues(model, z).forEach((values, layer) => {
    const [weight, bias] = [weights[2 * layer], weights[2 * layer + 1]];
    const [rows, nIn] = [bias.length, weight.length / bias.length];
    for (let row = 0; row < rows; row += 1) {
      for (let i = row * nIn; i < (row + 1) * nIn; i += 1) weight[i] *= values[row];
      bias[row] = values[row] * bias[row] + values[rows + row];
    }
  });
  return weights;
}

/** @type {(model: ModelOf<unknown, Shared & Heads>, z: Numbers) => Weights} */
function writeLastLayer(model, z) {
  return [...writeShared(model), ...writeAll(model, z)];
}

/** The shared tensors plus A Bᵀ for a matrix, plus what is written for a bias.
 *
 * @type {(model: ModelOf<unknown, Shared & Heads & { ranks: number[] }>, z: Numbers) => Weights}
 */
function writeLowRank(model, z) {
  const { generator: { tensors, ranks }, target: { tensors: shapes } } = model;
  return headValues(model, z).map((values, tensor) => {
    const [[rows, columns], rank] = [shapes[tensor], ranks[tensor]];
    if (!rank) return tensors[tensor].map((value, i) => value + values[i]);
    return tensors[tensor].map((value, at) => {
      const row = Math.floor(at / columns) * rank;
      const column = (rows + (at % columns)) * rank;
      let sum = value;
      for (let i = 0; i < rank; i += 1) sum += values[row + i] * values[column + i];
      return sum;
    });
  });
}

/** One row of weights from the head, chunk by chunk, cut into tensors and scaled.
 *
 * @type {(model: ModelOf<unknown, Chunked>, z: Numbers) => Weights}
 */
function writeChunks({ generator, target: { widths, sizes }, buffers }, z) {
  const { codes, count, trunk, head } = generator;
  const size = trunk[0].weight.length / trunk[0].bias.length;
  const nCode = codes.length / count;
  const nZ = size - nCode;
  const told = buffer(buffers, "told", count * size);
  for (let chunk = 0; chunk < count; chunk += 1) {
    for (let i = 0; i < nZ; i += 1) told[chunk * size + i] = z[i];
    for (let i = 0; i < nCode; i += 1) told[chunk * size + nZ + i] = codes[chunk * nCode + i];
  }
  const hidden = throughLayers(buffers, "trunk", trunk, told, count);
  relu(hidden, count * widthOf(trunk));
  const row = buffer(buffers, "row", count * head.bias.length);
  affine(head.weight, head.bias, hidden, count, row);
  let start = 0;
  return sizes.map((length, tensor) => {
    const scale = 1 / Math.sqrt(widths[Math.floor(tensor / 2)]);
    const values = row.subarray(start, (start += length));
    return Float32Array.from(values, (value) => scale * value);
  });
}

export const GENERATORS = {
  full: writeAll,
  shared: writeShared,
  conditioning: writeConditioning,
  film: writeFilm,
  "last layer": writeLastLayer,
  "low rank": writeLowRank,
  chunked: writeChunks,
};
