// Numbers, dates and sentences in the user's language. Locales are fixed: the system's own may not be a real one.

export type Language = "ms" | "en";
export const LANGUAGES: readonly Language[] = ["ms", "en"];
export const LOCALE: Record<Language, string> = { ms: "ms-MY", en: "en-MY" };

export type Params = Record<string, string | number>;
export type Texts = Record<string, Record<Language, string>>;

/** Declares the texts of one stage; every text stands in every language. */
export function texts<T extends Texts>(all: T): T {
	return all;
}

/**
 * Fills a text: `{name}` becomes the value, `{n|row|rows}` the number with the fitting word
 * (Malay has one word: `{n|baris}`).
 */
export function fill(text: string, params: Params, language: Language): string {
	return text.replace(/\{(\w+)((?:\|[^{}|]*)*)\}/g, (whole, name: string, words: string) => {
		const value = params[name];
		if (value === undefined) return whole;
		const said = typeof value === "number" ? number(value, language) : apart(value);
		if (words === "") return said;
		const [one = "", many = one] = words.slice(1).split("|");
		return `${said} ${value === 1 ? one : many}`;
	});
}

/**
 * A value inside a sentence, set apart where it is written from right to left (Jawi), so that neither turns the other
 * around. A place such as `file · sheet · row` is set apart piece by piece; a file keeps its ending at the end.
 */
export function apart(text: string): string {
	if (!/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text) || /[\u2066-\u2069]/.test(text)) return text;
	return text.split(" · ").map((piece) => `${/\.\w{1,8}$/.test(piece) ? "\u2066" : "\u2068"}${piece}\u2069`).join(" · ");
}

/** A number with its thousands set apart. */
export function number(value: number, language: Language): string {
	return new Intl.NumberFormat(LOCALE[language], { maximumFractionDigits: 1 }).format(value);
}

/** A size in the unit that reads best. */
export function bytes(value: number, language: Language): string {
	const units = ["B", "KB", "MB", "GB"];
	let scaled = value;
	let unit = 0;
	while (scaled >= 1024 && unit < units.length - 1) {
		scaled /= 1024;
		unit += 1;
	}
	return `${number(scaled, language)} ${units[unit]}`;
}

/** A moment as day and time; text that is no date comes back as it is. */
export function moment(iso: string, language: Language): string {
	const at = new Date(iso);
	if (iso === "" || Number.isNaN(at.getTime())) return iso;
	return new Intl.DateTimeFormat(LOCALE[language], { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** A day `2026-03-05` or a month `2026-03` as people write it; anything else comes back as it is. */
export function day(iso: string, language: Language): string {
	const month = /^\d{4}-\d{2}$/.test(iso);
	const at = /^\d{4}-\d{2}(-\d{2})?$/.test(iso) ? new Date(month ? `${iso}-01` : iso) : null;
	if (at === null || Number.isNaN(at.getTime())) return iso;
	const wanted: Intl.DateTimeFormatOptions = month ? { month: "long", year: "numeric" } : { dateStyle: "medium" };
	return new Intl.DateTimeFormat(LOCALE[language], { ...wanted, timeZone: "UTC" }).format(at);
}

/** The names of the twelve months. */
export function months(language: Language): string[] {
	const named = new Intl.DateTimeFormat(LOCALE[language], { month: "long", timeZone: "UTC" });
	return Array.from({ length: 12 }, (_, at) => named.format(new Date(Date.UTC(2026, at, 1))));
}
