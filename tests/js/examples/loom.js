/** @type {Record<string, import("../../../ui/live/loom/types.js").LoomData>} */
export const loom = {
"a wave": {"model": "sinusoid-description", "revision": 7, "entries": [{"key": "amplitude", "name": "Amplitude A", "unit": "", "low": 0.0, "high": 8.0, "step": 0.1, "training": [0.1, 5.0], "trained": "0.1 to 5"}, {"key": "phase", "name": "Phase \u03c6", "unit": "rad", "low": 0.0, "high": 6.2, "step": 0.1, "training": [0.0, 3.141592653589793], "trained": "0 to 3.14"}], "values": [1.5, 3.0], "weightMap": ["#B35806", "#F1A340", "#F7F7F7", "#998EC3", "#542788"], "weightRange": 1.3, "colour": "#0A84D6", "xRange": [-5.0, 5.0], "yRange": [-8.5, 8.5]}
};
