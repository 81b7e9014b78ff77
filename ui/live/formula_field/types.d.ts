/* What ui/live/formula_field/formula_field.py sends, and what the field remembers. */

import type { Component } from "../window.js";

/** What is wrong with a text, and which characters it is about. */
export interface Problem {
  sentence: string;
  at: number;
  length: number;
}

export interface FormulaFieldData {
  /** The field's name. */
  label: string;
  /** What to say while nothing is wrong. */
  hint: string;
  /** The formula as Python has it. */
  text: string;
  /** So many characters at most. */
  most: number;
  /** Number of the last edit that Python knows. */
  revision: number;
  problem: Problem | null;
}

export interface Memory {
  /** Number of the last edit that was sent; null before the first data. */
  sent: number | null;
  unsent: boolean;
  timer: number;
  listening: { input: HTMLInputElement } | null;
  component: FormulaComponent;
}

export type Root = ShadowRoot & { formulaField?: Memory };
export type FormulaComponent = Component<FormulaFieldData, Root>;

export interface Page {
  field: HTMLElement;
  name: HTMLElement;
  input: HTMLInputElement;
  mirror: HTMLElement;
  words: HTMLElement;
}
