/* A field for a formula that tells Python of it while it is typed.
 *
 * `data` is what ui/live/formula_field/formula_field.py sends:
 *   label, hint      the field's name; what to say while nothing is wrong
 *   text, revision   the formula as Python has it; number of the last edit that it knows
 *   most             so many characters at most
 *   problem | null   sentence, at, length: what is wrong with `text`, and where
 *
 * An edit is { revision, text }. Until Python has answered the last one, what is typed stays as it
 * is: an older text never overwrites a newer one.
 */

/** @import { FormulaComponent, FormulaFieldData, Memory, Page, Problem } from "./types.js" */

const PAUSE_MS = 150;

/** @type {(component: FormulaComponent) => () => void} */
export default function (component) {
  const { parentElement: root } = component;
  const memory = (root.formulaField ??=
    { sent: null, unsent: false, timer: 0, listening: null, component });
  memory.component = component;
  const page = findParts(root);
  receive(page, memory, component.data);
  if (memory.listening?.input !== page.input) listen(page, memory);
  return () => clearTimeout(memory.timer);
}

/** @type {(root: ShadowRoot) => Page} */
function findParts(root) {
  /** @type {(selector: string) => HTMLElement} */
  const find = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  return {
    field: find(".formula"), name: find(".name"), mirror: find(".mirror"), words: find(".words"),
    input: /** @type {HTMLInputElement} */ (root.querySelector("input")),
  };
}

/** Shows what Python has, unless the visitor is ahead of it.
 *
 * @type {(page: Page, memory: Memory, data: FormulaFieldData) => void}
 */
function receive(page, memory, { label, hint, text, revision, most, problem }) {
  const { field, name, input, words } = page;
  field.style.colorScheme = isDark(field) ? "dark" : "light";
  name.textContent = label;
  input.maxLength = most;
  const older = memory.sent !== null && revision < memory.sent;
  if (older || memory.unsent) return;
  memory.sent = revision;
  if (input.value !== text) input.value = text;
  field.classList.toggle("bad", Boolean(problem));
  input.setAttribute("aria-invalid", String(Boolean(problem)));
  words.textContent = problem ? problem.sentence : hint;
  markWrong(page, problem);
}

/** Whether the page's ground is dark, so that the warning's red is read on it.
 *
 * @type {(field: Element) => boolean}
 */
function isDark(field) {
  const paper = getComputedStyle(field).getPropertyValue("--st-background-color").trim();
  const parts = /^#(..)(..)(..)$/.exec(paper)?.slice(1).map((part) => parseInt(part, 16));
  return parts !== undefined && parts.reduce((sum, part) => sum + part) < 384;
}

/** Marks the wrong characters under the text; an end that comes too soon as a blank behind it.
 *
 * @type {(page: Page, problem: Problem | null) => void}
 */
function markWrong({ input, mirror }, problem) {
  mirror.replaceChildren();
  if (!problem) return;
  const { at, length } = problem;
  const text = input.value;
  const mark = document.createElement("mark");
  mark.textContent = text.slice(at, at + length) || "\u00a0";
  mirror.append(text.slice(0, at), mark, text.slice(at + length));
  mirror.scrollLeft = input.scrollLeft;
}

/** @type {(page: Page, memory: Memory) => void} */
function listen(page, memory) {
  const { input, mirror } = page;
  memory.listening = { input };
  const send = () => {
    clearTimeout(memory.timer);
    if (!memory.unsent) return;
    memory.unsent = false;
    memory.sent = (memory.sent ?? 0) + 1;
    memory.component.setTriggerValue("edit", { revision: memory.sent, text: input.value });
  };
  input.addEventListener("input", () => {
    memory.unsent = true;
    markWrong(page, null);
    clearTimeout(memory.timer);
    memory.timer = setTimeout(send, PAUSE_MS);
  });
  input.addEventListener("change", send);
  input.addEventListener("scroll", () => (mirror.scrollLeft = input.scrollLeft));
  /** @type {(event: KeyboardEvent) => void} */
  const keep = (event) => {
    event.stopPropagation(); // Streamlit has shortcuts of its own
    if (event.type === "keydown" && event.key === "Enter") send();
  };
  input.addEventListener("keydown", keep);
  input.addEventListener("keyup", keep);
  input.addEventListener("keypress", keep);
}
