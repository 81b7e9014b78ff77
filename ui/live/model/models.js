/* Publishes one model to all live pictures of the page; shows nothing.
 *
 * `data` is what ui/live/model/models.py sends, as bytes of JSON: name, exported. Streamlit calls
 * the default function again at a theme change, with the same data: they are not read again.
 */

import { readModel } from "./read_model.js";

/** @import { Model, ModelExport, PublishedModel } from "./types.js" */
/** @import { Component } from "../window.js" */
/** @typedef {ShadowRoot & { published?: Uint8Array }} Root */

/** @type {(component: Component<Uint8Array, Root>) => void} */
export default function ({ data, parentElement: root }) {
  if (root.published === data) return;
  root.published = data;
  /** @type {PublishedModel} */
  const { name, exported } = JSON.parse(new TextDecoder().decode(data));
  (window.hypernetModels ??= new Map()).set(name, modelOrError(exported));
  window.dispatchEvent(new CustomEvent("hypernet-model", { detail: name }));
}

/** The model, or the Error that says why it cannot be read.
 *
 * @type {(exported: ModelExport) => Model | Error}
 */
function modelOrError(exported) {
  try {
    return readModel(exported);
  } catch (error) {
    return /** @type {Error} */ (error);
  }
}
