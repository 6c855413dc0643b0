// Faults that a reader of the browser modules would miss; undefined names are the type checker's.
import js from "@eslint/js";

export default [
  { files: ["ui/**/*.js"], ...js.configs.recommended },
  {
    files: ["ui/**/*.js"],
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "no-useless-escape": "off", // "<\/script>": a module is saved inside pages, whose script that would end
      "no-shadow-restricted-names": "error",
    },
  },
];
