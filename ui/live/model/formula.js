/* Formulas: a tree of numbers, names and [operation, value, …] as a function of its names.
 *
 *   readFormula(["*", "a", ["sin", "x"]])({ a: 2, x: 1 })   as hypernet/formula says it in torch
 *
 * A tree is put together once from the functions listed here; nothing of it is ever run as text.
 * Every value is rounded to float32, as torch computes, so that both find the same side of a jump.
 */

/** @import { Formula, FormulaTree } from "./types.js" */

/** @type {Map<string, (...values: number[]) => number>} */
const OPERATIONS = new Map(Object.entries({
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "**": (a, b) => (a === 1 ? 1 : a ** b),
  "%": remainder,
  neg: (a) => -a,
  pos: (a) => a,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, exp: Math.exp, log: Math.log, sqrt: Math.sqrt,
  abs: Math.abs, sign: Math.sign, tanh: Math.tanh, floor: Math.floor,
  step: (a) => Number(a >= 0),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  where: (c, a, b) => (c > 0 ? a : b),
}));

/** What is left of a division, with the sign of the divisor.
 *
 * @type {(a: number, b: number) => number}
 */
function remainder(a, b) {
  const left = a % b;
  return left !== 0 && left < 0 !== b < 0 ? left + b : left;
}

/** The function of { name: value } that a tree stands for; throws for an unknown operation.
 *
 * @type {(tree: FormulaTree) => Formula}
 */
export function readFormula(tree) {
  if (typeof tree === "string") return (values) => values[tree];
  if (typeof tree === "number") {
    const value = Math.fround(tree);
    return () => value;
  }
  const [name, ...parts] = tree;
  const apply = OPERATIONS.get(name);
  if (!apply || apply.length !== parts.length) {
    throw new Error(`law must have known operations, got ${name} of ${parts.length} values`);
  }
  const [first, second, third] = parts.map(readFormula);
  if (!second) return (values) => Math.fround(apply(first(values)));
  if (!third) return (values) => Math.fround(apply(first(values), second(values)));
  return (values) => Math.fround(apply(first(values), second(values), third(values)));
}

/** y at x under a task: the names of the formula and their values.
 *
 * @type {(formula: Formula, task: Record<string, number>) => (x: number) => number}
 */
export function lawOf(formula, task) {
  const values = Object.fromEntries(
    Object.entries(task).map(([name, value]) => [name, Math.fround(value)]));
  return (x) => {
    values.x = Math.fround(x);
    return formula(values);
  };
}
