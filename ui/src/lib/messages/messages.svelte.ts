// The words of the window. `t("import.title")` says a text in the language in use; changing the language is live.
import { app } from "./app";
import { cleanse } from "./cleanse";
import * as format from "./format";
import { LANGUAGES, type Language, type Params, type Texts } from "./format";
import { history } from "./history";
import { home } from "./home";
import { imports } from "./import";
import { mapping } from "./mapping";
import { profile } from "./profile";
import { matching } from "./matching";
import { push } from "./push";
import { records } from "./records";
import { report } from "./report";
import { rollback } from "./rollback";
import { settings } from "./settings";
import { shared } from "./shared";
import { users } from "./users";
import { validate } from "./validate";
import { verify } from "./verify";
import { welcome } from "./welcome";

/** All texts, one group a stage. A new stage adds its file and one line here. */
export const ALL = {
	app,
	shared,
	welcome,
	home,
	import: imports,
	profile,
	mapping,
	matching,
	records,
	cleanse,
	history,
	validate,
	push,
	verify,
	rollback,
	report,
	users,
	settings,
} as const satisfies Record<string, Texts>;

type Groups = typeof ALL;
export type MessageKey = { [G in keyof Groups]: `${G & string}.${keyof Groups[G] & string}` }[keyof Groups];

const inUse = $state({ language: "ms" as Language });

/** The language in use. */
export function language(): Language {
	return inUse.language;
}

/** Takes a language into use; anything but a language we have is Malay. */
export function useLanguage(wanted: string): void {
	inUse.language = LANGUAGES.find((known) => known === wanted) ?? "ms";
	document.documentElement.lang = inUse.language;
}

/** Says a text. */
export function t(key: MessageKey, params: Params = {}): string {
	const dot = key.indexOf(".");
	const group: Texts = ALL[key.slice(0, dot) as keyof Groups];
	const text = group[key.slice(dot + 1)];
	return text === undefined ? key : format.fill(text[inUse.language], params, inUse.language);
}

/** Says a text whose key is made of a fixed part and a code; an unknown code is said as it is. */
export function tCode(prefix: string, code: string): string {
	const key = `${prefix}${code}`;
	const said = t(key as MessageKey);
	return said === key ? code : said;
}

export const apart = format.apart;
export const n = (value: number): string => format.number(value, inUse.language);
export const size = (value: number): string => format.bytes(value, inUse.language);
export const when = (iso: string): string => format.moment(iso, inUse.language);
export const day = (iso: string): string => format.day(iso, inUse.language);
export const months = (): string[] => format.months(inUse.language);
