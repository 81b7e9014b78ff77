import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: "error",
  "no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
  "prefer-const": "error",
};

export default [
  { files: ["ui/**/*.js", "tests/js/**/*.js"], rules, languageOptions: { globals: globals.browser } },
  { files: ["tests/js/*.test.js"], languageOptions: { globals: globals.nodeBuiltin } },
];
