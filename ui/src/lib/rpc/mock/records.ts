// Made-up records, proposals and history. `?million` makes a million pupils, `?fresh` none.
import type { FixView } from "../generated/FixView";
import type { GridColumn } from "../generated/GridColumn";
import type { GridRow } from "../generated/GridRow";
import type { HistoryStep } from "../generated/HistoryStep";
import type { RuleView } from "../generated/RuleView";
import { type Handlers, startMockJob } from "./mock";

const asked = new URLSearchParams(location.search);
const FRESH = asked.has("fresh");
const MANY = asked.has("million") ? 1_000_000 : 612;

const NAMES = ["Muhammad Aiman bin Abdul Rahman", "陈美玲 Tan Mei Ling", "காவ்யா Kavya a/p Suresh", "عبد الرحمن بن يوسف الأنصاري", "Nur  Aisyah binti Nu'man ", "Sharifah Nur Qistina Batrisyia binti Tengku Ahmad Shahril Ridzuan Al-Haj", "Jessica anak Jugah", "siva a/l kumar"];
const GENDER = [{ value: "male", title: "Lelaki" }, { value: "female", title: "Perempuan" }];
const column = (field: string, title: string, kind: string, values: GridColumn["values"] = []): GridColumn => ({ field, title, kind, values, editable: kind !== "reference" });
const COLUMNS = [
	column("full_name", "Nama penuh", "name"), column("national_id", "Nombor pengenalan", "identity"), column("date_of_birth", "Tarikh lahir", "date"), column("gender", "Jantina", "code", GENDER), column("student_number", "Nombor murid", "text"),
	column("class_id", "Kelas", "reference"), column("email", "E-mel", "email"), column("phone", "Telefon", "phone"), column("address_line1", "Alamat", "address"), column("postcode", "Poskod", "postcode"),
	column("city", "Bandar", "text"), column("state", "Negeri", "state"), column("nationality", "Warganegara", "text"), column("religion", "Agama", "text"), column("race", "Kaum", "text"),
	column("admission_date", "Tarikh masuk", "date"), column("status", "Status", "text"), column("blood_type", "Kumpulan darah", "text"), column("medical_notes", "Catatan perubatan", "text"), column("previous_school", "Sekolah terdahulu", "text"),
];
const changed = new Map<string, string>();
const left = new Set<number>([40]);

function valueOf(at: number, field: string): string {
	const given = changed.get(`${at} ${field}`);
	if (given !== undefined) return given;
	const all: Record<string, string> = {
		full_name: NAMES[at % NAMES.length] ?? "", national_id: at % 11 === 3 ? "" : `14${String(1 + (at % 12)).padStart(2, "0")}12-10-${1000 + (at % 9000)}`, date_of_birth: at % 9 === 4 ? "31/2/2014" : `2014-${String(1 + (at % 12)).padStart(2, "0")}-12`,
		gender: at % 2 === 0 ? "male" : "female", student_number: `M${10_000 + at}`, class_id: `${1 + (at % 6)} Bestari`, email: at % 3 === 0 ? "" : `ibubapa${at}@contoh.my`, phone: `+6012${3_456_789 + at}`, address_line1: "No. 12, Jalan Melati 3/4, Taman Melati Utama", postcode: "53100",
		city: "Gombak", state: "Selangor", nationality: "MY", status: "active", admission_date: "2026-01-05", medical_notes: at % 17 === 0 ? "Asma; alah kacang" : "",
	};
	return all[field] ?? "";
}
function rowOf(at: number): GridRow {
	const finding = (field: string) => (field === "national_id" && at % 11 === 3 ? "critical" : field === "date_of_birth" && at % 9 === 4 ? "warning" : field === "medical_notes" && at % 17 === 0 ? "note" : "");
	return { record: at + 1, source: `murid_2026.xlsx · Murid 2026 · ${at + 5}`, state: left.has(at + 1) ? "excluded" : at % 97 === 9 ? "merged" : "active", cells: COLUMNS.map(({ field }) => ({ value: valueOf(at, field), state: changed.has(`${at} ${field}`) || (field === "phone" && at % 5 === 0) ? "changed" : "read", finding: finding(field) })) };
}
const part: Record<string, number> = { all: 1, findings: 5, critical: 11, changed: 5, merged: 97, excluded: 300 };

const rule = (code: string, title: string, safe: number, review: number, manual: number): RuleView => ({ rule: code, title, safe, review, manual, help: `# ${code}\n\nDigits alone; gets back the zeros that Excel took from its beginning.\n\n| field | cell | record | becomes | applies | because |\n|-------|------|--------|---------|---------|---------|\n| students.national_id | \`180305-10-1234\` | | \`180305101234\` | safe | the digits are the same |\n| students.national_id | \`80305101234\` | date_of_birth=2008-03-05 | \`080305101234\` | review | and the date of birth agrees |\n| students.national_id | \`8.03051E+10\` | | | | the digits are gone |\n` });
let rules = FRESH ? [] : [rule("spaces", "Jarak", 96, 0, 0), rule("identity-number", "Nombor pengenalan", 58, 14, 0), rule("date", "Tarikh", 31, 9, 4), rule("phone", "Nombor telefon", 1_214_003, 6, 2), rule("null-words", "Perkataan yang bermaksud \"tiada\"", 3, 0, 7)];
let stale = FRESH;
const PAIRS: [string, string, string][] = [["Nur  Aisyah binti Nu'man ", "Nur Aisyah binti Nu'man", "Jarak berganda atau jarak di hujung dibuang."], ["140312-10-5523", "140312105523", "Nombor yang sama tanpa sengkang, jarak atau hujung perpuluhan."], ["TIADA", "", "Ini bermaksud \"tiada\", jadi sel dikosongkan."], ["عبد  الرحمن", "عبد الرحمن", "Jarak berganda atau jarak di hujung dibuang."], ["012-3456789 / 03-41081234 (rumah, selepas pukul enam petang)", "+60123456789", "Sel ini mengandungi beberapa nombor. Hanya yang pertama dikekalkan; yang ini akan hilang: 03-41081234"]];
function fixOf(code: string, at: number, applicability: string): FixView {
	const [before, after, reason] = PAIRS[at % PAIRS.length] ?? ["", "", ""];
	return { fix: at + 1, entity: "students", entityTitle: "Murid", record: at + 1, field: "full_name", fieldTitle: code === "phone" ? "Nombor telefon" : "Nama penuh", before, after, applicability, reason, also: code === "phone" ? [{ fieldTitle: "Telefon kedua", after: "+60198765432" }] : [], who: NAMES[at % NAMES.length] ?? "", source: `murid_2026.xlsx · Murid 2026 · ${at + 5}` };
}
const sum = (of: (rule: RuleView) => number) => rules.reduce((all, one) => all + of(one), 0);

let steps: HistoryStep[] = FRESH ? [] : Array.from({ length: 64 }, (_, at) => ({ step: 64 - at, at: new Date(Date.UTC(2026, 10, 22, 8, 41) - at * 3_000_000).toISOString(), user: at % 3 === 1 ? "Tan Mei Ling 陈美玲" : "Nur Aminah binti Yusof", title: at % 3 === 0 ? "Semua pembetulan selamat" : at % 3 === 1 ? "3 sel diubah dengan tangan" : "1 rekod diketepikan: Berpindah ke sekolah lain", changes: at % 3 === 0 ? 1_214_188 : 3, state: at === 0 ? "undone" : at === 3 ? "branch" : "done", parent: 63 - at, sealed: false, samples: PAIRS.slice(0, 3).map(([before, after]) => ({ fieldTitle: "Nama penuh", before, after })) }));
const done = (sentence: string, kind: string, title: string, result: () => void) => startMockJob({ kind, title, total: 612, unit: "nilai", sentence, ms: 700, result: () => (result(), { step: 65, changed: 3, sentence }) });

const VALUES: [string, number][] = [["Kuala Lumpur", 312], ["KUALA LUMPUR", 41], ["Kuala  Lumpor", 2], ["Gombak", 120], ["Seremban", 77], ["Sermban", 1], ["Taman Melati Utama, Setapak", 49]];
const counted = ([value, records]: [string, number]) => ({ value, title: value, records });
let clustered = false;
const RECIPE = [
	{ at: 0, title: "Semua pembetulan selamat", samples: [{ before: "012-345 6789", after: "+60123456789", records: 0 }], state: "fits", why: "", changes: 214 },
	{ at: 1, title: "Murid: Bandar: ejaan lain bagi 2 nilai", samples: [{ before: "KUALA LUMPUR", after: "Kuala Lumpur", records: 0 }], state: "fits", why: "", changes: 16 },
	{ at: 2, title: "Murid: Agama: ganti “Isalm” dengan “Islam”", samples: [], state: "no-match", why: "Tiada nilai seperti itu di sini.", changes: 0 },
];

export const recordsMock: Handlers = {
	records_page: ({ offset, limit, show, text, check, entity }) => {
		const whole = entity === "students" ? MANY : entity === "guardians" ? 498 : 46;
		const total = text !== "" ? (text === "zzz" ? 0 : 12) : Math.ceil(whole / (check ? 11 : (part[show] ?? 1)));
		return { total, columns: entity === "students" ? COLUMNS : COLUMNS.slice(0, 9), rows: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => rowOf(check ? 3 + 11 * (offset + at) : offset + at)).map((row) => ({ ...row, cells: entity === "students" ? row.cells : row.cells.slice(0, 9) })) };
	},
	record_position: ({ record }) => ({ offset: record - 1 }),
	record_story: ({ record, field }) => {
		const value = valueOf(record - 1, field);
		return {
			title: `${NAMES[(record - 1) % NAMES.length]} · ${COLUMNS.find((one) => one.field === field)?.title}`, file: "murid_2026.xlsx", table: "Murid 2026", row: record + 4, column: "C", raw: field === "phone" ? "012-3456789" : value, mapping: "Tajuk biasa bagi nama murid; semua nilai berupa nama", value,
			changes: field === "phone" ? [{ step: 4, at: "2026-11-22T08:41:00Z", user: "Nur Aminah binti Yusof", what: "Semua pembetulan selamat: Nombor yang sama dengan kod negara.", before: "012-3456789", after: value, undone: false }, { step: 9, at: "2026-11-22T09:02:00Z", user: "Tan Mei Ling", what: "1 sel diubah dengan tangan", before: value, after: "", undone: true }] : [],
			findings: field === "national_id" && value === "" ? ["Nilai ini tiada, tetapi portal memerlukannya."] : [],
		};
	},
	record_edit: ({ edits }) => {
		for (const edit of edits) changed.set(`${edit.record - 1} ${edit.field}`, edit.value);
		return { step: 65, changed: edits.length, sentence: `${edits.length} nilai diubah. Ini boleh dibuat asal.` };
	},
	record_exclude: ({ records, exclude }) => {
		for (const one of records) exclude ? left.add(one) : left.delete(one);
		return { step: 66, changed: 1, sentence: "1 nilai diubah. Ini boleh dibuat asal." };
	},
	cleanse_view: () => ({ rules, safe: sum((one) => one.safe), review: sum((one) => one.review), manual: sum((one) => one.manual), stale: stale || asked.has("stale") }),
	cleanse_propose: () => startMockJob({ kind: "cleanse", title: "Mencari apa yang boleh dibetulkan", total: 612, unit: "rekod", sentence: "230 nilai boleh dibetulkan.", result: () => ((stale = false), (rules = FRESH ? [rule("spaces", "Jarak", 96, 0, 0)] : rules), {}) }),
	cleanse_fixes: ({ rule: code, applicability, offset, limit }) => {
		const one = rules.find((known) => known.rule === code);
		const sizes = { safe: one?.safe ?? 0, review: one?.review ?? 0, manual: one?.manual ?? 0 };
		const total = applicability === "" ? sizes.safe + sizes.review + sizes.manual : sizes[applicability as "safe"];
		const kindOf = (at: number) => applicability || (at < sizes.manual ? "manual" : at < sizes.manual + sizes.review ? "review" : "safe");
		return { total, fixes: Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => fixOf(code, offset + at, kindOf(offset + at))) };
	},
	cleanse_apply: ({ rule: code, fixes }) => done("188 nilai dibetulkan. Ini boleh dibuat asal.", "cleanse-apply", "Membetulkan nilai", () => {
		rules = rules.map((one) => (fixes.length > 0 ? { ...one, safe: Math.max(0, one.safe - 1) } : code === "" || one.rule === code ? { ...one, safe: 0 } : one)).filter((one) => one.safe + one.review + one.manual > 0);
	}),
	history_view: ({ offset, limit }) => ({ head: steps.find((one) => one.state === "done")?.step ?? 0, total: steps.length, steps: steps.slice(offset, offset + limit), canUndo: steps.some((one) => one.state === "done"), canRedo: steps[0]?.state === "undone", undoTitle: steps.find((one) => one.state === "done")?.title ?? "", redoTitle: steps.findLast((one) => one.state === "undone")?.title ?? "" }),
	history_take_back: () => done("Dibuat asal: 3 sel diubah dengan tangan (3 nilai).", "undo", "Membuat asal", () => undefined),
	history_go: () => done("1 langkah dibuat asal, 2 dibuat semula.", "redo", "Membuat semula", () => undefined),
	facets_page: ({ text, offset, limit }) => {
		const all = VALUES.filter(([value]) => value.toLowerCase().includes(text.toLowerCase()));
		return { filled: 602, blank: 10, distinct: VALUES.length, matching: all.length, spellings: true, values: all.slice(offset, offset + limit).map(counted) };
	},
	clusters_find: () => startMockJob({ kind: "clusters", title: "Mencari ejaan", total: 100, unit: "nilai", sentence: "2 kumpulan nilai yang mungkin sama.", ms: 400, result: () => ((clustered = true), {}) }),
	clusters_page: () => ({ ready: clustered, stale: false, total: 2, clusters: [VALUES.slice(0, 3), VALUES.slice(4, 6)].map((values) => ({ records: 90, values: values.map(counted) })) }),
	values_merge: () => done("3 nilai diubah. Ini boleh dibuat asal.", "values-merge", "Menyatukan nilai", () => undefined),
	learned_offers: () => ({ total: 1, offers: [{ entity: "students", field: "city", fieldTitle: "Murid: Bandar", before: "K. Lumpur", after: "Kuala Lumpur", records: 4 }] }),
	learned_take: () => done("4 nilai diubah. Ini boleh dibuat asal.", "values-merge", "Menyatukan nilai", () => undefined),
	replace_preview: () => startMockJob({ kind: "replace-preview", title: "Melihat apa yang akan diganti", total: 612, unit: "nilai", sentence: "44 nilai akan berubah.", ms: 400, result: () => ({ records: 44, distinct: 2, samples: [{ before: "No. 12, Jln Melati", after: "No. 12, Jalan Melati", records: 40 }, { before: "Jln Mawar", after: "Jalan Mawar", records: 4 }] }) }),
	replace_apply: () => done("44 nilai diubah. Ini boleh dibuat asal.", "replace", "Mengganti", () => undefined),
	recipe_view: () => ({ steps: RECIPE.map((step) => ({ ...step, state: "", why: "", changes: 0 })), leftOut: 2, leftOutTitles: ["3 nilai ditaip sendiri", "1 rekod ditinggalkan: Berpindah"] }),
	recipe_save: ({ path }) => ({ sentence: `3 langkah disimpan dalam ${path}.` }),
	recipe_check: () => startMockJob({ kind: "recipe-check", title: "Mencuba resipi", total: 612, unit: "rekod", sentence: "Resipi ini akan mengubah 230 nilai.", ms: 400, result: () => ({ name: "Kemasukan 2026", school: "SRA Contoh", madeAt: "2025-12-01 09:30", changes: 230, notes: ["Murid: lajur ini tiada di sini: BANDAR."], steps: RECIPE }) }),
	recipe_apply: () => done("230 nilai diubah. Ini boleh dibuat asal.", "recipe-apply", "Menggunakan resipi", () => undefined),
	history_undo: () => done("Dibuat asal: Semua pembetulan selamat (188 nilai).", "undo", "Membuat asal", () => {
		const at = steps.findIndex((one) => one.state === "done");
		steps = steps.map((one, index) => (index === at ? { ...one, state: "undone" } : one));
	}),
	history_redo: () => done("Dibuat semula: Semua pembetulan selamat (188 nilai).", "redo", "Membuat semula", () => {
		const at = steps.findLastIndex((one) => one.state === "undone");
		steps = steps.map((one, index) => (index === at ? { ...one, state: "done" } : one));
	}),
};
