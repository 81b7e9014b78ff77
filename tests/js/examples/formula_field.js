/** @type {Record<string, import("../../../ui/live/formula_field/types.js").FormulaFieldData>} */
export const formula_field = {
"a formula": {"label": "Formula", "hint": "a curve in x", "text": "sin(x)", "most": 200, "revision": 3, "problem": null},
"a mistake": {"label": "Formula", "hint": "a curve in x", "text": "sin x", "most": 200, "revision": 3, "problem": {"sentence": "After 'sin' must come '('.", "at": 4, "length": 1}}
};
