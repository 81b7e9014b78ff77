/* What live pictures keep on the window and on their shadow roots. */

import type { Model } from "./model/types.js";

/** What Streamlit calls a component with. */
export interface Component<Data, Root extends ShadowRoot = ShadowRoot> {
  data: Data;
  parentElement: Root;
  setTriggerValue: (name: string, value: unknown) => void;
}

declare global {
  interface Window {
    /** By name the models of this page, or why one cannot be read. */
    hypernetModels?: Map<string, Model | Error>;
    /** While true, pictures note how long their frames take. */
    hypernetBench?: boolean;
    /** Whether definitions of terms already open under the mouse and on focus. */
    hypernetTerms?: boolean;
  }

  interface WindowEventMap {
    /** A model of this name has arrived. */
    "hypernet-model": CustomEvent<string>;
  }
}
