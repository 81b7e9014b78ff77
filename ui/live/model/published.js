/* The models of this page: models.js publishes them, live pictures find them by name. */

/** @import { Model } from "./types.js" */

/** The model that models.py sent as `name`, or undefined until it arrives.
 *
 * @type {(name: string) => Model | undefined}
 */
export function modelNamed(name) {
  const model = window.hypernetModels?.get(name);
  if (model instanceof Error) throw model;
  return model;
}

/** Calls back with a model's name when one arrives; returns the function that ends this.
 *
 * @type {(callback: (name: string) => void) => () => void}
 */
export function onModel(callback) {
  /** @type {(event: CustomEvent<string>) => void} */
  const listener = ({ detail }) => callback(detail);
  window.addEventListener("hypernet-model", listener);
  return () => window.removeEventListener("hypernet-model", listener);
}
