/* Encoders and generators beside those of network.js: how else a task becomes weights.
 *
 *   description ── encodeNoisy ─► z ── writeConditioning, writeFilm, … ─► weights
 *
 * The same numbers as in PyTorch (hypernet/encoders, hypernet/generators), kept as in network.js.
 */

// ---------------------------------------------------------------- encoders

/** The description as it is misread: hypernet/encoders/noisy.py, bit for bit. */
function encodeNoisy(model, description) {
  const { encoder: { size, noise } } = model;
  const z = encodeDescription(model, description);
  let task = 0;
  for (let i = 0; i < size; i += 1) {
    const rounded = Math.floor(Math.fround(description[i]) * 1024 + 0.5);
    task = mixed(Math.imul(task, 31) + rounded);
  }
  const uniform = (n) => (mixed(task + Math.imul(n, 0x9e3779b9)) + 0.5) / 2 ** 32;
  for (let i = 0; i < size; i += 1) {
    const radius = Math.sqrt(-2 * Math.log(uniform(i + 1)));
    z[i] += noise * radius * Math.cos(2 * Math.PI * uniform(size + i + 1));
  }
  return z;
}

/** 32 bits in which every bit depends on every bit of the lowest 32 of `value`. */
function mixed(value) {
  let bits = value >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35) >>> 0;
  return (bits ^ (bits >>> 16)) >>> 0;
}

// ---------------------------------------------------------------- generators

/** b1 and a linear map of z; all else is shared. */
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

/** Every hidden unit's row scaled, its bias scaled and shifted. */
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

function writeLastLayer(model, z) {
  return [...writeShared(model), ...writeAll(model, z)];
}

/** The shared tensors plus A Bᵀ for a matrix, plus what is written for a bias. */
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

/** One row of weights from the head, chunk by chunk, cut into tensors and scaled. */
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
