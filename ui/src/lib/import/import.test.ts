import { describe, expect, it } from "vitest";
import type { FieldOption } from "$lib/rpc/generated/FieldOption";
import type { InspectTable } from "$lib/rpc/generated/InspectTable";
import { findFields } from "../mapping/fields";
import { suggestedFile, wrongWith } from "../welcome/new-project";
import { addressOf, complete } from "./address";
import { FIND_OUT, rowsOf, unasked, type Waiting, wanted } from "./import.svelte";

const table = (index: number, rows: number | null): InspectTable => ({ index, name: "", hidden: false, kind: "table", links: [], headerRow: 1, rows, entity: null, entityTitle: "", confidence: 0, reason: "", headers: [], preamble: [], sample: [] });
const file = (more: Partial<Waiting>, duplicateOf = ""): Waiting => ({
	key: "a.csv", name: "a.csv", path: "a.csv", member: null, options: FIND_OUT, error: null, left: [], again: false,
	view: { path: "a.csv", member: null, file: "a.csv", format: "", encoding: null, delimiter: null, sha256: "", bytes: 1, tables: [table(0, 10), table(1, null)], notes: [], duplicateOf },
	...more,
});

describe("the address of a database", () => {
	const wish = { kind: "mysql", host: "localhost", port: null, database: "sekolah", user: "baca", safety: "prefer" } as const;
	it("holds no password and escapes what would end a part of it", () => {
		expect(addressOf(wish)).toBe("mysql://baca@localhost/sekolah?ssl-mode=preferred");
		expect(addressOf({ ...wish, kind: "postgres", port: 5433, user: "a@b", database: "x/y?", safety: "verify" })).toBe("postgres://a%40b@localhost:5433/x%2Fy%3F?sslmode=verify-full");
		expect(addressOf({ ...wish, host: "fe80::1" })).toContain("@[fe80::1]/");
	});
	it("is complete with server, database and user", () => {
		expect([complete(wish), complete({ ...wish, user: " " }), complete({ ...wish, host: "" })]).toEqual([true, false, false]);
	});
});

describe("tables that nobody takes without asking", () => {
	it("are links, empty ones, and views beside stored tables", () => {
		const kinds = ["table", "view", "linked", "table"].map((kind, at) => ({ ...table(at, at === 3 ? 0 : 5), kind }));
		expect(unasked(kinds)).toEqual([1, 2, 3]);
		expect(unasked([{ ...table(0, null), kind: "view" }])).toEqual([]);
	});
});

describe("files waiting", () => {
	it("are brought in unless unread, empty of wanted tables, or a duplicate nobody asked for", () => {
		expect(wanted([file({}), file({ view: null }), file({ left: [0, 1] }), file({}, "semalam"), file({ again: true }, "semalam")])).toHaveLength(2);
	});
	it("count the rows that are known", () => {
		expect(rowsOf([file({}), file({ left: [0] })])).toBe(10);
	});
});

describe("finding a field", () => {
	const fields = [["guardians#1.phone", "Nombor telefon", "Penjaga 1"], ["students.full_name", "Nama penuh", "Murid"], ["guardians#2.phone", "Nombor telefon", "Penjaga 2"]].map(([path = "", title = "", group = ""]): FieldOption => ({ path, title, group, required: false, values: [] }));

	it("takes every word typed, in any order, from title, group and path", () => {
		expect(findFields(fields, "2 telefon").map((one) => one.path)).toEqual(["guardians#2.phone"]);
		expect(findFields(fields, "phone")).toHaveLength(2);
		expect(findFields(fields, "")).toHaveLength(3);
		expect(findFields(fields, "xyz")).toEqual([]);
	});
});

describe("a new project", () => {
	const draft = { school: "SK Taman Melati", code: "WBA0061", country: "MY", year: 2026, language: "ms", user: "aminah", displayName: "Nur Aminah", passphrase: "kucing hitam", again: "kucing hitam" };

	it("says which fields are not right", () => {
		expect(wrongWith(draft)).toEqual({});
		expect(Object.keys(wrongWith({ ...draft, user: "Nur Aminah", year: 26, again: "kucing" })).sort()).toEqual(["again", "user", "year"]);
		expect(Object.keys(wrongWith({ ...draft, school: " ", passphrase: "abc", again: "abc" })).sort()).toEqual(["passphrase", "school"]);
	});
	it("gets a file name that every system takes", () => {
		expect(suggestedFile(draft)).toBe("wba0061-2026.daftar");
		expect(suggestedFile({ ...draft, code: "", school: "SJK(C) 中华/A:1" })).toBe("sjk-c-中华-a-1-2026.daftar");
	});
});
