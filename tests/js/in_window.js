/* What tests call in a real browser, put onto its window: composed, and loaded as one module. */

import { readFormula, lawOf } from "../../ui/live/model/formula.js";
import {
  descend, hiddenUnits, lossOf, predict, shapes, tensorNames, writeWeights,
} from "../../ui/live/model/network.js";
import { modelNamed, onModel } from "../../ui/live/model/published.js";
import { readModel } from "../../ui/live/model/read_model.js";
import { decodeFloats } from "../../ui/live/parts/bytes.js";

Object.assign(window, {
  decodeFloats, descend, hiddenUnits, lawOf, lossOf, modelNamed, onModel, predict, readFormula,
  readModel, shapes, tensorNames, writeWeights,
});
