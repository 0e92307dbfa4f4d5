import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(process.cwd(), "src/styles/tokens.css"), "utf8");

/** The colours of a block of tokens.css, by name. */
function colours(selector: string): Record<string, string> {
	const block = css.slice(css.indexOf(selector)).match(/\{([^}]*)\}/)?.[1] ?? "";
	return Object.fromEntries(Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, value]) => [name ?? "", value ?? ""]));
}
const looks = { light: colours(":root {"), dark: colours(':root[data-theme="dark"] {') };

function light(colour: string): number {
	const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
	return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

const GROUNDS = ["canvas", "surface", "sunken", "hover"];
const TEXTS = [
	...["ink", "ink-soft", "accent", "accent-strong", "good", "warn", "bad", "info"].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
	...["accent", "good", "warn", "bad", "info"].map((text) => [text, `${text}-soft`]),
	...["accent-soft", "good-soft", "warn-soft", "bad-soft", "info-soft"].flatMap((ground) => [["ink", ground], ["ink-soft", ground]]),
	["on-accent", "accent"],
	["on-accent", "accent-strong"],
] as [string, string][];
/** The borders of fields and the focus ring. */
const LINES = ["line-strong", "accent"].flatMap((line) => GROUNDS.map((ground) => [line, ground])) as [string, string][];

describe.each(Object.entries(looks))("the %s look", (_, look) => {
	const weak = (pairs: [string, string][], least: number) =>
		pairs.flatMap(([over, under]) => {
			const [a, b] = [light(look[over] ?? ""), light(look[under] ?? "")];
			const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
			return contrast >= least ? [] : [`${over} on ${under}: ${contrast.toFixed(2)}`];
		});

	it("can be read: text has a contrast of 4.5", () => {
		expect(weak(TEXTS, 4.5)).toEqual([]);
	});

	it("shows where fields and the cursor are: their lines have a contrast of 3", () => {
		expect(weak(LINES, 3)).toEqual([]);
	});
});

it("is as dark by the system's wish as by the user's", () => {
	expect(colours(":root:not([data-theme")).toEqual(looks.dark);
	expect(Object.keys(looks.dark).sort()).toEqual(Object.keys(looks.light).sort());
});
