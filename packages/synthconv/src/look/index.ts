export * from "./apply.js";
export * from "./bake.js";
export * from "./condition.js";
export * from "./look.js";
export * from "./schema.js";
export * from "./synthesize.js";
export * from "./weight-layout.js";
