/* The models of this page: models.js publishes them, live pictures find them by name. */

/** The model that models.py sent as `name`, or undefined until it arrives. */
export function modelNamed(name) {
  const model = window.hypernetModels?.get(name);
  if (model instanceof Error) throw model;
  return model;
}

/** Calls back with a model's name when one arrives; returns the function that ends this. */
export function onModel(callback) {
  const listener = ({ detail }) => callback(detail);
  window.addEventListener("hypernet-model", listener);
  return () => window.removeEventListener("hypernet-model", listener);
}
