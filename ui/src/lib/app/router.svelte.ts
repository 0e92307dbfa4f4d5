// Which screen is shown: `#/mapping/3` is the screen `mapping` with the part `3`.

export type Place = { stage: string; parts: string[] };

/** Reads a place from the part of the address behind `#`. */
export function parsePlace(hash: string): Place {
	const [stage = "", ...parts] = hash.replace(/^#?\/?/, "").split("/").filter((part) => part !== "");
	return { stage: decodeURIComponent(stage) || "home", parts: parts.map(decodeURIComponent) };
}

/** The address of a place. */
export function hrefOf(stage: string, ...parts: (string | number)[]): string {
	return `#/${[stage, ...parts].map((part) => encodeURIComponent(part)).join("/")}`;
}

const here = $state({ place: parsePlace(globalThis.location?.hash ?? "") });

/** The place shown now. */
export function place(): Place {
	return here.place;
}

/** Goes to a screen. */
export function goTo(stage: string, ...parts: (string | number)[]): void {
	location.hash = hrefOf(stage, ...parts);
}

/** Follows the address; to be called once. */
export function startRouter(): () => void {
	const follow = () => {
		here.place = parsePlace(location.hash);
	};
	addEventListener("hashchange", follow);
	return () => removeEventListener("hashchange", follow);
}
