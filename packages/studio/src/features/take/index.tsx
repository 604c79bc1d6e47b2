import { signal } from "@preact/signals";
import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { comesLook, late } from "../late.js";
import { linkIn } from "./address.js";

const link = signal(linkIn(location.hash));
addEventListener("hashchange", () => {
  link.value = linkIn(location.hash);
});

const isWanted = (): boolean => comesLook() || link.value !== undefined;
const View = late(isWanted, texts.take.nothing, () => import("./view.js"));

export const take: Feature = { id: "take", title: texts.take.title, View };
