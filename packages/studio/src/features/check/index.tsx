import { session } from "../../services/index.js";
import { checkTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { late } from "../late.js";

const isWanted = (): boolean => session.state.value.sources.some(({ kind }) => kind !== "lut");
const View = late(isWanted, texts.nothing, () => import("./view.js"));

export const check: Feature = { id: "check", title: texts.title, View };
