// Everything that can be done by name: the palette lists it, the keys beside it do it.

import { untrack } from "svelte";

export type Action = {
	id: string;
	title: string;
	/** Keys as shown, such as `Ctrl K` or `Alt 3`. */
	keys?: string;
	group?: string;
	run: () => unknown;
};

type Source = () => Action[];
let sources: Source[] = $state.raw([]);

/** All actions that can be done here and now. */
export function actions(): Action[] {
	return sources.flatMap((source) => source());
}

/** Offers actions while the component that calls this is on the screen. */
export function offerActions(source: Source): void {
	$effect(() => {
		sources = [...untrack(() => sources), source];
		return () => (sources = untrack(() => sources).filter((one) => one !== source));
	});
}

/** Whether a key press is the one that `keys` names. On a Mac the command key counts as Ctrl. */
export function pressed(event: KeyboardEvent, keys: string): boolean {
	const parts = keys.split(" ");
	const key = (parts.at(-1) ?? "").toLowerCase();
	const ctrl = event.ctrlKey || event.metaKey;
	if (parts.includes("Ctrl") !== ctrl || parts.includes("Alt") !== event.altKey) return false;
	if (key.length > 1 && parts.includes("Shift") !== event.shiftKey) return false;
	return event.key.toLowerCase() === key || (event.altKey && event.code === `Digit${key}`);
}
