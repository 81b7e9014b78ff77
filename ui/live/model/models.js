/* Publishes one model to all live pictures of the page; shows nothing.
 *
 * `data` is what ui/live/model/models.py sends, as bytes of JSON: name, exported. Streamlit calls
 * the default function again at a theme change, with the same data: they are not read again.
 */

import { readModel } from "./read_model.js";

export default function ({ data, parentElement: root }) {
  if (root.published === data) return;
  root.published = data;
  const { name, exported } = JSON.parse(new TextDecoder().decode(data));
  (window.hypernetModels ??= new Map()).set(name, modelOrError(exported));
  window.dispatchEvent(new CustomEvent("hypernet-model", { detail: name }));
}

/** The model, or the Error that says why it cannot be read. */
function modelOrError(exported) {
  try {
    return readModel(exported);
  } catch (error) {
    return error;
  }
}
