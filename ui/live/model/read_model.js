/* From what hypernet/export.py wrote to a model for network.js.
 *
 * A model: encoder | null, generator, target {widths, activation, tensors, sizes}, rates (one for
 * each tensor), loss, and the numbers that evaluations keep in between: gradients, buffers.
 */

import { decodeFloats } from "../parts/bytes.js";
import { ACTIVATIONS, lastOf, widthOf } from "./arithmetic.js";
import { LOSSES } from "./network.js";

/** @import {
 *   AttentionBlock, BlockExport, Chunked, CodesExport, DescriptionEncoder, DescriptionExport,
 *   Encoder, EncoderExport, Generator, GeneratorExport, Heads, HeadsExport, Layer, LayerExport,
 *   Model, ModelExport, NoisyEncoder, NoisyExport, NoneEncoder, NoneExport, Norm, NormExport,
 *   PointsEncoder, PointsExport, Scales, SetAttentionEncoder, SetAttentionExport, Shared,
 *   SharedExport, Target, Weights,
 * } from "./types.js" */
/** @typedef {(encoder: EncoderExport, widths: number[]) => object} ReadEncoder */
/**
 * @typedef {(generator: GeneratorExport, encoder: Encoder | null, target: Target) => object
 * } ReadGenerator
 */

const EXPORT_VERSION = 1;

/** The model that an export describes.
 *
 * Throws one sentence where it is of another version, not of the sizes that its target network
 * asks for, or holds a number that is not finite.
 *
 * @type {(exported: ModelExport) => Model}
 */
export function readModel(exported) {
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

/** @type {(holds: boolean, sentence: string) => void} */
function must(holds, sentence) {
  if (!holds) throw new Error(sentence);
}

/** @type {<T extends object>(value: string, table: T, name: string) => keyof T & string} */
function oneOf(value, table, name) {
  const known = Object.keys(table);
  must(known.includes(value), `${name} must be one of ${known.join(", ")}, got ${value}`);
  return /** @type {keyof typeof table & string} */ (value);
}

/** @type {(target: ModelExport["target"]) => Target} */
function readTarget({ widths, activation }) {
  /** @type {(width: number) => boolean} */
  const whole = (width) => Number.isInteger(width) && width > 0;
  const fit = Array.isArray(widths) && widths.length > 1 && widths.every(whole);
  must(fit, `widths must be whole numbers above 0, got ${widths}`);
  /** @type {(rows: number, i: number) => [number, number][]} */
  const layer = (rows, i) => [[rows, widths[i]], [rows, 1]];
  const known = oneOf(activation, ACTIVATIONS, "activation");
  const tensors = widths.slice(1).flatMap(layer);
  const sizes = tensors.map(([rows, cols]) => rows * cols);
  return { widths, activation: known, tensors, sizes };
}

/** @type {(encoder: EncoderExport, widths: number[]) => Encoder} */
function readEncoder(encoder, widths) {
  const kind = oneOf(encoder.kind, ENCODER_READERS, "encoder");
  const read = /** @type {ReadEncoder} */ (ENCODER_READERS[kind]);
  return /** @type {Encoder} */ ({ kind, ...read(encoder, widths) });
}

/** @type {(encoder: Omit<DescriptionExport, "kind">) => Omit<DescriptionEncoder, "kind">} */
function readDescription({ n, mean64, std64 }) {
  const [mean, std] = [decodeFinite(mean64, n, "mean"), decodeFinite(std64, n, "std")];
  must(std.every((value) => value > 0), "std must be above 0");
  return { size: n, mean, std };
}

/** @type {(told: Scales) => Scales} */
function readScales({ xCentre, xScale, yScale }) {
  const scales = [xCentre, xScale, yScale];
  const usable = scales.every(Number.isFinite) && xScale > 0 && yScale > 0;
  must(usable, `scales must be finite and above 0, got ${scales}`);
  return { xCentre, xScale, yScale };
}

/** @type {(encoder: PointsExport, widths: number[]) => Omit<PointsEncoder, "kind">} */
function readPoints({ phi, psi, ...scales }, widths) {
  const stages = [readLayers(phi, widths[0] + lastOf(widths), "phi")];
  if (psi) stages.push(readLayers(psi, 2 * widthOf(stages[0]), "psi"));
  const [first, second] = stages;
  return { size: widthOf(lastOf(stages)), ...readScales(scales), phi: first, psi: second };
}

/**
 * @type {(encoder: SetAttentionExport, widths: number[]) => Omit<SetAttentionEncoder, "kind">}
 */
function readSetAttention({ omegas, products, embed, blocks, norm, ...scales }, widths) {
  must(omegas?.every(Number.isFinite), `omegas must be finite numbers, got ${omegas}`);
  const [nIn, nOut] = [widths[0], lastOf(widths)];
  const features = nIn + nOut + 2 * omegas.length * nIn * (products ? 1 + nOut : 1);
  const embedding = readLayer(embed, features, "embed");
  const width = embedding.bias.length;
  return {
    size: 2 * width,
    ...readScales(scales),
    omegas,
    products: Boolean(products),
    embed: embedding,
    blocks: blocks.map((block, i) => readBlock(block, width, `blocks[${i}]`)),
    norm: readNorm(norm, 2 * width, "norm"),
  };
}

/** @type {(block: BlockExport, width: number, name: string) => AttentionBlock} */
function readBlock({ heads, before, asked, answered, between, alone }, width, name) {
  const shared = Number.isInteger(heads) && heads > 0 && width % heads === 0;
  must(shared, `${name} heads must share ${width} numbers, got ${heads}`);
  const layers = readLayers(alone, width, `${name} alone`);
  must(widthOf(layers) === width, `${name} alone must lead to ${width} numbers`);
  return {
    heads,
    before: readNorm(before, width, `${name} before`),
    asked: readLayer(asked, width, `${name} asked`, 3 * width),
    answered: readLayer(answered, width, `${name} answered`, width),
    between: readNorm(between, width, `${name} between`),
    alone: layers,
  };
}

/** @type {(norm: NormExport, wanted: number, name: string) => Norm} */
function readNorm({ size, epsilon, scale64, shift64 }, wanted, name) {
  must(size === wanted, `${name} must be of ${wanted} numbers, got ${size}`);
  must(Number.isFinite(epsilon) && epsilon > 0, `${name} epsilon must be above 0, got ${epsilon}`);
  const scale = decodeFinite(scale64, size, `${name} scale`);
  return { epsilon, scale, shift: decodeFinite(shift64, size, `${name} shift`) };
}

/** @type {(encoder: NoisyExport) => Omit<NoisyEncoder, "kind">} */
function readNoisy({ noise, ...description }) {
  must(Number.isFinite(noise) && noise >= 0, `noise must be 0 or more, got ${noise}`);
  return { ...readDescription(description), noise };
}

/** @type {(encoder: NoneExport) => Omit<NoneEncoder, "kind">} */
const readNone = ({ n, z64 }) => ({ size: n, z: decodeFinite(z64, n, "z") });

/** @type {(generator: GeneratorExport, encoder: Encoder | null, target: Target) => Generator} */
function readGenerator(generator, encoder, target) {
  const kind = oneOf(generator.kind, GENERATOR_READERS, "generator");
  const told = kind !== "shared";
  must(told === Boolean(encoder), "every generator but a shared start has an encoder");
  const read = /** @type {ReadGenerator} */ (GENERATOR_READERS[kind]);
  return /** @type {Generator} */ ({ kind, ...read(generator, encoder, target) });
}

/** @type {(generator: SharedExport, _: unknown, target: Target) => Shared} */
const readShared = ({ tensors64 }, _, { sizes }) => ({ tensors: readTensors(tensors64, sizes) });

/** @type {(generator: HeadsExport, encoder: Encoder, target: Target) => Heads} */
function readFull(generator, { size }, { sizes }) {
  return readHeads(generator, size, sizes);
}

/**
 * @type {(generator: SharedExport & { shift64: string }, encoder: Encoder, target: Target) =>
 *   Shared & { shift: Float32Array }}
 */
function readConditioning({ tensors64, shift64 }, { size }, { sizes }) {
  const shift = decodeFinite(shift64, sizes[1] * size, "shift");
  return { tensors: readTensors(tensors64, sizes), shift };
}

/** One head for each hidden layer: its units' scales, then their shifts.
 *
 * @type {(generator: SharedExport & HeadsExport, encoder: Encoder, target: Target) =>
 *   Shared & Heads}
 */
function readFilm(generator, { size }, { widths, sizes }) {
  const wanted = widths.slice(1, -1).map((width) => 2 * width);
  const tensors = readTensors(generator.tensors64, sizes);
  return { tensors, ...readHeads(generator, size, wanted) };
}

/**
 * @type {(generator: SharedExport & HeadsExport, encoder: Encoder, target: Target) =>
 *   Shared & Heads}
 */
function readLastLayer(generator, { size }, { sizes }) {
  const tensors = readTensors(generator.tensors64, sizes.slice(0, -2));
  return { tensors, ...readHeads(generator, size, sizes.slice(-2)) };
}

/** One head for each tensor: the two factors of a matrix' change, or the change of a bias.
 *
 * @type {(generator: SharedExport & HeadsExport & { rank: number }, encoder: Encoder,
 *   target: Target) => Shared & Heads & { ranks: number[] }}
 */
function readLowRank(generator, { size }, { tensors: shapes, sizes }) {
  const { rank } = generator;
  must(Number.isInteger(rank) && rank > 0, `rank must be a whole number above 0, got ${rank}`);
  const ranks = shapes.map(([rows, columns], i) => (i % 2 ? 0 : Math.min(rank, rows, columns)));
  /** @type {(shape: [number, number], i: number) => number} */
  const written = ([rows, columns], i) => (i % 2 ? rows : ranks[i] * (rows + columns));
  const tensors = readTensors(generator.tensors64, sizes);
  return { tensors, ranks, ...readHeads(generator, size, shapes.map(written)) };
}

/** @type {(generator: CodesExport, encoder: Encoder, target: Target) => Chunked} */
function readChunked({ codes, trunk, head }, { size }, { sizes }) {
  const whole = [codes?.count, codes?.size].every((n) => Number.isInteger(n) && n > 0);
  must(whole, `codes must be counted by whole numbers, got ${codes?.count} of ${codes?.size}`);
  const layers = readLayers(trunk, size + codes.size, "trunk");
  const weights = sizes.reduce((sum, n) => sum + n);
  must(codes.count * head.out >= weights, `chunks must hold ${weights} weights`);
  return {
    codes: decodeFinite(codes.values64, codes.count * codes.size, "codes"),
    count: codes.count,
    trunk: layers,
    head: readLayer(head, widthOf(layers), "head"),
  };
}

/** @type {(tensors64: string[], sizes: number[]) => Weights} */
function readTensors(tensors64, sizes) {
  const count = tensors64?.length;
  must(count === sizes.length, `start must hold ${sizes.length} tensors, got ${count}`);
  return sizes.map((size, i) => decodeFinite(tensors64[i], size, `start[${i}]`));
}

/** The layers that read z, and heads that write the wanted numbers from them.
 *
 * @type {(generator: HeadsExport, size: number, wanted: number[]) => Heads}
 */
function readHeads({ trunk, heads }, size, wanted) {
  const layers = readLayers(trunk, size, "trunk");
  must(heads?.length === wanted.length, `heads must be ${wanted.length}, got ${heads?.length}`);
  const nIn = widthOf(layers);
  const read = wanted.map((n, i) => readLayer(heads[i], nIn, `heads[${i}]`, n));
  return { trunk: layers, heads: read };
}

const ENCODER_READERS = {
  description: readDescription,
  points: readPoints,
  "set attention": readSetAttention,
  noisy: readNoisy,
  none: readNone,
};
const GENERATOR_READERS = {
  full: readFull,
  shared: readShared,
  conditioning: readConditioning,
  film: readFilm,
  "last layer": readLastLayer,
  "low rank": readLowRank,
  chunked: readChunked,
};

/** For each tensor its α, or one for each weight; such ones may be below 0.
 *
 * @type {(rates: (number | string)[], sizes: number[]) => (number | Float32Array)[]}
 */
function readRates(rates, sizes) {
  const [count, got] = [sizes.length, rates?.length];
  must(got === count, `rates must hold ${count} numbers, got ${got}`);
  const single = rates.filter((rate) => typeof rate !== "string");
  const usable = single.every((rate) => Number.isFinite(rate) && rate > 0);
  must(usable, `rates must be finite and above 0, got ${single}`);
  return rates.map((rate, i) =>
    typeof rate === "string" ? decodeFinite(rate, sizes[i], `rates[${i}]`) : rate);
}

/** Linear layers of which each fits onto the one before; the first reads `size` numbers.
 *
 * @type {(layers: LayerExport[], size: number, name: string) => Layer[]}
 */
function readLayers(layers, size, name) {
  must(layers?.length > 0, `${name} must hold at least one layer`);
  /** @type {Layer[]} */
  const read = [];
  layers.forEach((layer, i) => {
    read.push(readLayer(layer, i ? widthOf(read) : size, `${name}[${i}]`));
  });
  return read;
}

/** @type {(layer: LayerExport, wantedIn: number, name: string, wantedOut?: number) => Layer} */
function readLayer({ in: nIn, out: nOut, weight64, bias64 }, wantedIn, name, wantedOut = nOut) {
  const fits = nIn === wantedIn && nOut === wantedOut;
  must(fits, `${name} must lead from ${wantedIn} to ${wantedOut} numbers, got ${nIn} to ${nOut}`);
  const weight = decodeFinite(weight64, nIn * nOut, `${name} weight`);
  return { weight, bias: decodeFinite(bias64, nOut, `${name} bias`) };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @type {(text: string, count: number, name: string) => Float32Array} */
function decodeFinite(text, count, name) {
  must(typeof text === "string" && BASE64.test(text), `${name} must be base64`);
  const values = decodeFloats(text, count, name);
  must(values.every(Number.isFinite), `${name} must be finite`);
  return values;
}
