/* What is exported for a model (hypernet/export.py), and what network.js evaluates. */

// ---------------------------------------------------------------- what Python sends

/** What models.py sends, as JSON. A field …64 is base64 of little-endian float32. */
export interface PublishedModel {
  name: string;
  exported: ModelExport;
}

export interface ModelExport {
  version: number;
  encoder: EncoderExport | null;
  generator: GeneratorExport;
  target: { widths: number[]; activation: string };
  rates: (number | string)[];
  loss: string;
}

export interface LayerExport {
  in: number;
  out: number;
  weight64: string;
  bias64: string;
}

export interface DescriptionExport {
  kind: "description";
  n: number;
  mean64: string;
  std64: string;
}

export interface NoisyExport {
  kind: "noisy";
  n: number;
  mean64: string;
  std64: string;
  noise: number;
}

export interface NoneExport {
  kind: "none";
  n: number;
  z64: string;
}

export interface PointsExport {
  kind: "points";
  xCentre: number;
  xScale: number;
  yScale: number;
  phi: LayerExport[];
  psi: LayerExport[] | null;
}

export interface NormExport {
  size: number;
  epsilon: number;
  scale64: string;
  shift64: string;
}

export interface BlockExport {
  heads: number;
  before: NormExport;
  asked: LayerExport;
  answered: LayerExport;
  between: NormExport;
  alone: LayerExport[];
}

export interface SetAttentionExport {
  kind: "set attention";
  xCentre: number;
  xScale: number;
  yScale: number;
  omegas: number[];
  products: boolean;
  embed: LayerExport;
  blocks: BlockExport[];
  norm: NormExport;
}

export type EncoderExport =
  | DescriptionExport
  | NoisyExport
  | NoneExport
  | PointsExport
  | SetAttentionExport;

/** The layers that read z, and the heads behind them. */
export interface HeadsExport {
  trunk: LayerExport[];
  heads: LayerExport[];
}

/** The tensors that all tasks share. */
export interface SharedExport {
  tensors64: string[];
}

export interface CodesExport {
  codes: { count: number; size: number; values64: string };
  trunk: LayerExport[];
  head: LayerExport;
}

export type GeneratorExport =
  | ({ kind: "full" } & HeadsExport)
  | ({ kind: "shared" } & SharedExport)
  | ({ kind: "conditioning"; shift64: string } & SharedExport)
  | ({ kind: "film" | "last layer" } & SharedExport & HeadsExport)
  | ({ kind: "low rank"; rank: number } & SharedExport & HeadsExport)
  | ({ kind: "chunked" } & CodesExport);

/** A formula as a number, a name, or an operation and its values (hypernet/formula/plain.py). */
export type FormulaTree = number | string | [string, ...FormulaTree[]];

// ---------------------------------------------------------------- what is evaluated

/** A table that is only read. */
export type Numbers = ArrayLike<number>;

export interface Layer {
  weight: Float32Array;
  bias: Float32Array;
}

export interface Target {
  widths: number[];
  activation: Activation;
  /** Rows and columns of each tensor. */
  tensors: [number, number][];
  sizes: number[];
}

export type Activation = "relu" | "tanh" | "sigmoid";
export type Loss = "squared" | "cross-entropy";

export interface DescriptionEncoder {
  kind: "description" | "noisy";
  size: number;
  mean: Float32Array;
  std: Float32Array;
}

export interface NoisyEncoder extends DescriptionEncoder {
  kind: "noisy";
  noise: number;
}

export interface NoneEncoder {
  kind: "none";
  size: number;
  z: Float32Array;
}

/** How the numbers of a point are scaled. */
export interface Scales {
  xCentre: number;
  xScale: number;
  yScale: number;
}

export interface PointsEncoder extends Scales {
  kind: "points";
  size: number;
  phi: Layer[];
  psi?: Layer[];
}

/** (v − mean) / √(variance + epsilon) × scale + shift. */
export interface Norm {
  epsilon: number;
  scale: Float32Array;
  shift: Float32Array;
}

/** Points look at each other with so many heads, then each is read alone. */
export interface AttentionBlock {
  heads: number;
  before: Norm;
  asked: Layer;
  answered: Layer;
  between: Norm;
  alone: Layer[];
}

export interface SetAttentionEncoder extends Scales {
  kind: "set attention";
  size: number;
  /** Radians for each unit of x. */
  omegas: number[];
  /** Whether waves times y are told, too. */
  products: boolean;
  embed: Layer;
  blocks: AttentionBlock[];
  norm: Norm;
}

export type Encoder =
  | DescriptionEncoder
  | NoisyEncoder
  | NoneEncoder
  | PointsEncoder
  | SetAttentionEncoder;

export interface Heads {
  trunk: Layer[];
  heads: Layer[];
}

export interface Shared {
  tensors: Weights;
}

export interface Chunked {
  codes: Float32Array;
  count: number;
  trunk: Layer[];
  head: Layer;
}

export type Generator =
  | ({ kind: "full" } & Heads)
  | ({ kind: "shared" } & Shared)
  | ({ kind: "conditioning"; shift: Float32Array } & Shared)
  | ({ kind: "film" | "last layer" } & Shared & Heads)
  | ({ kind: "low rank"; ranks: number[] } & Shared & Heads)
  | ({ kind: "chunked" } & Chunked);

/** Buffers for what lies between, by name. */
export type Buffers = Map<string, Float64Array>;

/** What a model has where its encoder reads E and its generator G. */
export interface ModelOf<E, G> {
  encoder: E;
  generator: G;
  target: Target;
  /** For each tensor one α, or one for each of its numbers. */
  rates: (number | Float32Array)[];
  loss: Loss;
  gradients: Float64Array[];
  buffers: Buffers;
}

export type Model = ModelOf<Encoder | null, Generator>;

/** One Float32Array for each tensor. */
export type Weights = Float32Array[];

/** Given points: count × inputs and count × outputs. */
export interface Support {
  count: number;
  x: Numbers;
  y: Numbers;
}

/** Raw entries of a description; null where none is read. */
export type Description = Numbers | null;

export type Encode = (
  model: ModelOf<Encoder, unknown>, description: Description, support: Support | null,
) => Numbers;
export type Write = (model: Model, z: Numbers | null) => Weights;

/** A formula as a function of its names' values. */
export type Formula = (values: Record<string, number>) => number;

/** A point of a curve: x and y first. */
export type PointPlace = ArrayLike<number>;

/** Ranges of amplitude and phase, and the standard deviation of points around a wave. */
export interface WaveFamily {
  amplitude: [low: number, high: number];
  phase: [low: number, high: number];
  sigma: number;
}

/** The waves that fit the points that were followed last; the arrays stay the same ones. */
export interface WavePosterior {
  /** Means of A cos φ, A sin φ, A² cos² φ, A² cos φ sin φ and A² sin² φ. */
  moments: Float64Array;
  /** Amplitude and phase of each wave that was picked. */
  picked: Float64Array;
  follow(points: PointPlace[]): void;
}
