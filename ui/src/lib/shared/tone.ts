// The four meanings a colour may have, and none; each goes with an icon and a word.
export type Tone = "good" | "warn" | "bad" | "info" | "plain";
