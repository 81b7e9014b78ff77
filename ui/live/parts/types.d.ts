/* What all live pictures share: themes, scales, axes of a task, cells of weights, fields. */

/** Low end and high end. */
export type Range = [number, number];
export type Point = [number, number];

/** A table that is only read. */
export type Numbers = ArrayLike<number>;

/** Red, green and blue in 0..255. */
export type Rgb = number[];

export interface Theme {
  background: Rgb;
  text: Rgb;
  dark: boolean;
  /** Pixels of one rem; 0 before the first layout. */
  rem: number;
  font: string;
}

export type Attributes = Record<string, string | number>;
export type Scale = (value: number) => number;
export type Tick = [value: number, words: string];

/** Pixels of a plot's borders, and of one rem. */
export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
  rem: number;
}

/** In rem. */
export type Margins = Omit<Area, "rem">;

export interface Axes {
  x: Scale;
  y: Scale;
  xTicks: Tick[];
  yTicks: Tick[];
  xName: string;
  yName: string;
}

/** Listens for as long as a picture is shown. */
export type On = <K extends keyof GlobalEventHandlersEventMap>(
  target: HTMLElement | SVGElement, type: K, act: (event: GlobalEventHandlersEventMap[K]) => void,
) => void;

// ---------------------------------------------------------------- a number of a task

/** One number of a task: its ends, its steps, and the range that was trained on. */
export interface TaskAxis {
  name: string;
  unit: string;
  low: number;
  high: number;
  step: number;
  training: Range;
}

export interface PadOptions {
  label: string;
  x: TaskAxis;
  y: TaskAxis;
  onMove: (x: number, y: number, how: "drag" | "key") => void;
  onRelease: (x: number, y: number) => void;
}

export interface Pad {
  element: HTMLElement;
  layout: (theme: Theme) => void;
  show: (x: number, y: number) => void;
  mark: (place: Point | null) => void;
}

export interface Dials {
  show: (task: Record<string, number>) => void;
}

export interface DialOptions {
  onMove: (name: string, value: number) => void;
  onRelease: () => void;
}

// ---------------------------------------------------------------- weights

export interface Tensor {
  label: string;
  rows: number;
  cols: number;
}

export interface Cell {
  tensor: number;
  row: number;
  col: number;
}

/** A tensor's place in a map, in pixels, and what its colours are painted through. */
export interface Block extends Tensor {
  x: number;
  y: number;
  w: number;
  h: number;
  image?: OffscreenCanvas;
  bits?: ImageData;
}

export interface Packed {
  blocks: Block[];
  width: number;
  height: number;
}

export interface ColourMap {
  shades: Uint32Array;
  gradient: string;
}

export interface WeightMap {
  title: HTMLElement;
  cells: HTMLElement;
  canvas: HTMLCanvasElement;
  frame: SVGSVGElement;
  cover: HTMLElement;
  empty: HTMLElement;
  range: number;
  shades: Uint32Array;
}

/** A hidden unit; `reads`: the cell is one of its outgoing weights. */
export interface Unit {
  layer: number;
  unit: number;
  reads: boolean;
}

/** One weight along one number of the task. */
export interface Sweep {
  entry: TaskAxis;
  points: Point[];
  /** Class, place and value of each mark. */
  marks: [string, number, number][];
  weightRange: number;
}

/** What a pinned task is shown by and its buttons. */
export interface PinsPage {
  pin: HTMLElement;
  unpin: HTMLElement;
  modes: HTMLElement;
  plainButton: HTMLElement;
  differenceButton: HTMLElement;
}

export interface PinState {
  pinned: unknown;
  difference: boolean;
}

// ---------------------------------------------------------------- fields

export interface Field {
  size: number;
  ways: number;
  winner: Uint8Array;
  certainty: Uint8Array;
  votes: Float32Array;
  best: Uint8Array;
  image?: OffscreenCanvas;
  bits?: ImageData;
}
