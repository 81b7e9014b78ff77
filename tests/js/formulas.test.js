/* The browser's formulas are PyTorch's (tests/golden.py); more of them are tried in Chromium. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { lawOf, readFormula } from "../../ui/live/model/formula.js";
import { assertClose, golden } from "./golden.js";

const SPECIAL = { nan: NaN, inf: Infinity, "-inf": -Infinity };
const { task, x, cases } = golden("formulas");

for (const { text, tree, y } of cases) {
  test(text, () => {
    const said = x.map(lawOf(readFormula(tree), task));
    assertClose(said, y.map((value) => (typeof value === "string" ? SPECIAL[value] : value)));
  });
}

test("an operation that is not listed is refused", () => {
  for (const tree of [["eval", "x"], ["constructor", "x"], ["sin"], ["+", "x"]]) {
    assert.throws(() => readFormula(tree), /law must have known operations/);
  }
});
