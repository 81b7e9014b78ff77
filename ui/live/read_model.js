/* From what hypernet/export.py wrote to a model for network.js.
 *
 * A model: encoder | null, generator, target {widths, activation, tensors, sizes}, rates (one for
 * each tensor), loss, and the numbers that evaluations keep in between: gradients, buffers.
 */

const EXPORT_VERSION = 1;

/** The model that an export describes.
 *
 * Throws one sentence where it is of another version, not of the sizes that its target network
 * asks for, or holds a number that is not finite.
 */
function readModel(exported) {
  const version = exported?.version;
  must(version === EXPORT_VERSION, `version must be ${EXPORT_VERSION}, got ${version}`);
  const target = readTarget(exported.target);
  const encoder = exported.encoder && readEncoder(exported.encoder, target.widths);
  return {
    encoder,
    generator: readGenerator(exported.generator, encoder, target),
    target,
    rates: readRates(exported.rates, target.sizes),
    loss: oneOf(exported.loss, LOSSES, "loss"),
    gradients: target.sizes.map((size) => new Float64Array(size)),
    buffers: new Map(),
  };
}

function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

function oneOf(value, table, name) {
  const known = Object.keys(table);
  must(known.includes(value), `${name} must be one of ${known.join(", ")}, got ${value}`);
  return value;
}

function readTarget({ widths, activation }) {
  const whole = (width) => Number.isInteger(width) && width > 0;
  const fit = Array.isArray(widths) && widths.length > 1 && widths.every(whole);
  must(fit, `widths must be whole numbers above 0, got ${widths}`);
  oneOf(activation, ACTIVATIONS, "activation");
  const tensors = widths.slice(1).flatMap((rows, i) => [[rows, widths[i]], [rows, 1]]);
  return { widths, activation, tensors, sizes: tensors.map(([rows, cols]) => rows * cols) };
}

function readEncoder(encoder, widths) {
  const kind = oneOf(encoder.kind, ENCODER_READERS, "encoder");
  return { kind, ...ENCODER_READERS[kind](encoder, widths) };
}

function readDescription({ n, mean64, std64 }) {
  const [mean, std] = [decodeFinite(mean64, n, "mean"), decodeFinite(std64, n, "std")];
  must(std.every((value) => value > 0), "std must be above 0");
  return { size: n, mean, std };
}

function readPoints({ xCentre, xScale, yScale, phi, psi }, widths) {
  const scales = [xCentre, xScale, yScale];
  const usable = scales.every(Number.isFinite) && xScale > 0 && yScale > 0;
  must(usable, `scales must be finite and above 0, got ${scales}`);
  const stages = [readLayers(phi, widths[0] + widths.at(-1), "phi")];
  if (psi) stages.push(readLayers(psi, 2 * widthOf(stages[0]), "psi"));
  return { size: widthOf(stages.at(-1)), xCentre, xScale, yScale, phi: stages[0], psi: stages[1] };
}

function readGenerator(generator, encoder, { sizes }) {
  const kind = oneOf(generator.kind, GENERATOR_READERS, "generator");
  must((kind === "full") === Boolean(encoder), "only a full generator has an encoder");
  return { kind, ...GENERATOR_READERS[kind](generator, encoder, sizes) };
}

function readShared({ tensors64 }, _, sizes) {
  const count = tensors64?.length;
  must(count === sizes.length, `start must hold ${sizes.length} tensors, got ${count}`);
  return { tensors: sizes.map((size, i) => decodeFinite(tensors64[i], size, `start[${i}]`)) };
}

function readFull({ trunk, heads }, { size }, sizes) {
  const layers = readLayers(trunk, size, "trunk");
  must(heads?.length === sizes.length, `heads must be ${sizes.length}, got ${heads?.length}`);
  const nIn = widthOf(layers);
  return { trunk: layers, heads: sizes.map((n, i) => readLayer(heads[i], nIn, `heads[${i}]`, n)) };
}

const ENCODER_READERS = { description: readDescription, points: readPoints };
const GENERATOR_READERS = { full: readFull, shared: readShared };

/** For each tensor its α, or one for each weight; such ones may be below 0. */
function readRates(rates, sizes) {
  const [count, got] = [sizes.length, rates?.length];
  must(got === count, `rates must hold ${count} numbers, got ${got}`);
  const single = rates.filter((rate) => typeof rate !== "string");
  const usable = single.every((rate) => Number.isFinite(rate) && rate > 0);
  must(usable, `rates must be finite and above 0, got ${single}`);
  return rates.map((rate, i) =>
    typeof rate === "string" ? decodeFinite(rate, sizes[i], `rates[${i}]`) : rate);
}

/** Linear layers of which each fits onto the one before; the first reads `size` numbers. */
function readLayers(layers, size, name) {
  must(layers?.length > 0, `${name} must hold at least one layer`);
  const read = [];
  layers.forEach((layer, i) => {
    read.push(readLayer(layer, i ? widthOf(read) : size, `${name}[${i}]`));
  });
  return read;
}

function readLayer({ in: nIn, out: nOut, weight64, bias64 }, wantedIn, name, wantedOut = nOut) {
  const fits = nIn === wantedIn && nOut === wantedOut;
  must(fits, `${name} must lead from ${wantedIn} to ${wantedOut} numbers, got ${nIn} to ${nOut}`);
  const weight = decodeFinite(weight64, nIn * nOut, `${name} weight`);
  return { weight, bias: decodeFinite(bias64, nOut, `${name} bias`) };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decodeFinite(text, count, name) {
  must(typeof text === "string" && BASE64.test(text), `${name} must be base64`);
  const values = decodeFloats(text, count, name);
  must(values.every(Number.isFinite), `${name} must be finite`);
  return values;
}
