/* What ui/live/loom/loom.py sends, and the loom that is built of it. */

import type { Model, Weights } from "../model/types.js";
import type { Cell, PinsPage, Range, TaskAxis, Theme } from "../parts/types.js";
import type { Component } from "../window.js";

/** One number of the wave; `trained` is its training range in words. */
export interface Entry extends TaskAxis {
  key: "amplitude" | "phase";
  trained: string;
}

export interface LoomData {
  /** Name of the hypernetwork, as models.py publishes it. */
  model: string;
  /** Number of the last edit that the server has taken in. */
  revision: number;
  entries: Entry[];
  /** The server's value of each entry. */
  values: number[];
  weightMap: string[];
  weightRange: number;
  colour: string;
  xRange: Range;
  yRange: Range;
}

export type Root = ShadowRoot & { weightLoom?: Loom; loomFrames?: number[] };
export type LoomComponent = Component<LoomData, Root>;

/** A part of the loom that is laid out for a width and drawn in each frame. */
export interface Picture {
  layout: () => void;
  draw: () => void;
}

/** The same of what waits for the model. */
export interface WovenPicture {
  layout: () => void;
  draw: (model: Model, now: Drawn) => void;
}

/** A wave as it is drawn: what was written for it, and how far off that is. */
export interface Drawn {
  values: number[];
  weights: Weights;
  prediction: Float32Array;
  truth: Float32Array;
  error: number;
}

export interface Page extends PinsPage {
  loom: HTMLElement;
  problem: HTMLElement;
  stations: HTMLElement;
  pictures: HTMLElement[];
  task: HTMLElement;
  sliders: HTMLElement;
  written: HTMLElement;
  maps: HTMLElement;
  cell: HTMLElement;
  sweep: SVGSVGElement;
  chart: SVGSVGElement;
  legend: HTMLElement;
  error: HTMLElement;
  outside: HTMLElement;
  spoken: HTMLElement;
}

export interface Loom {
  root: Root;
  page: Page;
  data: LoomData;
  theme: Theme;
  send: LoomComponent["setTriggerValue"];
  values: number[];
  /** Where the wave was when it was last let go. */
  before: number[];
  received: number;
  sent: number;
  moving: boolean;
  /** Index of the entry that was moved last. */
  varied: number;
  cell: Cell | null;
  now: Drawn | null;
  pinned: Drawn | null;
  difference: boolean;
  grid: Float32Array;
  model: Model | null;
  maps: WovenPicture | null;
  controls: Picture | null;
  curve: WovenPicture | null;
  frame: number;
  redraw: () => void;
  rest: () => void;
}
