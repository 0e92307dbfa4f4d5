// A guess's confidence in a word: people weigh words better than percentages.
import type { Tone } from "$lib/shared/tone";

export type Sureness = "sure" | "likely" | "unsure";

/** `confidence` is 0 to 100. From 85 it has held in the schools' files tried; below 60 it is a coin's toss. */
export function sureness(confidence: number): Sureness {
	if (confidence >= 85) return "sure";
	return confidence >= 60 ? "likely" : "unsure";
}

export function toneOf(sure: Sureness): Tone {
	return ({ sure: "good", likely: "info", unsure: "warn" } as const)[sure];
}
