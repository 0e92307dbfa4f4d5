import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apart, bytes, day, fill, LANGUAGES, moment, months, type Texts } from "./format";
import { ALL, language, t, useLanguage } from "./messages.svelte";

const src = join(process.cwd(), "src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => /\.(svelte|ts)$/.test(name) && !name.includes("lib/messages/"));
const written = files.map((name) => readFileSync(join(src, name), "utf8")).join("\n");
const entries = Object.entries(ALL).flatMap(([group, all]) => Object.entries(all as Texts).map(([key, text]) => ({ key: `${group}.${key}`, text })));

describe("texts", () => {
	it("stand in every language, and name the same values", () => {
		for (const { key, text } of entries) {
			const names = LANGUAGES.map((one) => {
				expect(text[one]?.trim(), `${key} is empty in ${one}`).toBeTruthy();
				return [...new Set(Array.from(text[one].matchAll(/\{(\w+)/g), (found) => found[1]))].sort().join();
			});
			expect(new Set(names).size, `${key} names different values: ${names.join(" / ")}`).toBe(1);
		}
	});

	it("are all used", () => {
		const unused = entries.filter(({ key }) => !written.includes(`"${key}"`) && !usedByPrefix(key)).map(({ key }) => key);
		expect(unused, "texts that no screen says").toEqual([]);
	});

	it("exist wherever they are asked for", () => {
		const known = new Set(entries.map(({ key }) => key));
		const asked = Array.from(written.matchAll(/\bt\(\s*"([\w.]+)"/g), (found) => found[1] ?? "");
		expect(asked.filter((key) => !known.has(key))).toEqual([]);
	});
});

/** Whether a key is put together from a prefix: t(`app.theme_${…}`) or tCode("app.theme_", …). */
function usedByPrefix(key: string): boolean {
	return Array.from(key.matchAll(/[_.]/g)).some(({ index }) => {
		const prefix = key.slice(0, index + 1);
		return written.includes(`\`${prefix}\${`) || written.includes(`tCode("${prefix}"`);
	});
}

describe("filling", () => {
	it("puts values and the fitting word in", () => {
		expect(fill("{n|row|rows} of {file}", { n: 1, file: "a.csv" }, "en")).toBe("1 row of a.csv");
		expect(fill("{n|row|rows}", { n: 1284 }, "en")).toBe("1,284 rows");
		expect(fill("{n|baris}", { n: 2 }, "ms")).toBe("2 baris");
		expect(fill("{nobody}", {}, "ms"), "an unknown value stays to be seen").toBe("{nobody}");
	});

	it("sets apart what is written from right to left, piece by piece, and nothing else", () => {
		expect(fill("{who} dan {file}", { who: "زکي (١)", file: "موريد.csv" }, "ms")).toBe("\u2068زکي (١)\u2069 dan \u2066موريد.csv\u2069");
		expect(apart("موريد.csv · Murid · 6")).toBe("\u2066موريد.csv\u2069 · \u2068Murid\u2069 · \u20686\u2069");
		expect(apart(apart("زکي")), "once is enough").toBe(apart("زکي"));
		expect(apart("murid.csv · 6")).toBe("murid.csv · 6");
	});

	it("changes with the language, and takes Malay for one we do not have", () => {
		useLanguage("en");
		expect(t("shared.close")).toBe("Close");
		useLanguage("C");
		expect(language()).toBe("ms");
		expect(document.documentElement.lang).toBe("ms");
	});

	it("writes sizes and moments, and leaves text that is no moment", () => {
		expect(bytes(48_300_000, "en")).toBe("46.1 MB");
		expect(moment("", "ms")).toBe("");
		expect(moment("semalam", "ms")).toBe("semalam");
		expect(moment("2026-11-22T08:41:00Z", "en")).toContain("2026");
		expect(day("2026-03-05", "ms")).toBe("5 Mac 2026");
		expect(day("2026-03", "en")).toBe("March 2026");
		expect(day("15/8/1440", "ms"), "what is no day of ours stays").toBe("15/8/1440");
		expect(day("2026-13-01", "en")).toBe("2026-13-01");
		expect([months("ms")[2], months("en")[2], months("ms").length]).toEqual(["Mac", "March", 12]);
	});
});
