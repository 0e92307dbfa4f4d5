// A made-up profile. `?fresh` was never counted.
import type { ProfileColumn } from "../generated/ProfileColumn";
import type { ProfileTable } from "../generated/ProfileTable";
import type { ProfileView } from "../generated/ProfileView";
import { type Handlers, startMockJob } from "./mock";

let made = !new URLSearchParams(location.search).has("fresh");
const years = (first: number, counts: number[]) => counts.map((count, at) => ({ year: first + at, count, whole: first + at < 2026 }));
const tables: ProfileTable[] = [
	{ table: 1, file: "senarai_murid.csv", name: "senarai_murid", entityTitle: "Murid", rows: 612, columns: 5, counted: true },
	{ table: 2, file: "sistem_lama.mdb", name: "Kehadiran", entityTitle: "", rows: 241_300, columns: 4, counted: true },
];
const METHOD = "Garis lurus: (88 + 92 + 97 + 101 + 110) ÷ 5 = 97.6 setahun dalam 2021–2025; 612 + 5 × 97.6 = 1,100. Berganda: daripada 88 kepada 110 ialah +5.7 % setahun; 5 tahun lagi seperti itu menjadi 1,263.";
const field = (code: string, title: string, need: string, filled: number, notStandard: number, first = "", last = "") => ({ field: code, title, need, filled, blank: 612 - filled, notStandard, distinct: Math.round(filled * 0.98), exact: true, first, last });

const view = (): ProfileView => ({
	made, stale: false, at: "2026-11-22 09:40", rows: 241_912, records: 1_870,
	inventory: [
		{ entity: "students", table: null, title: "Murid", file: "", records: 612, first: "2020-01-02", last: "2026-06-15", datedBy: "Tarikh masuk sekolah", keys: ["Nombor pengenalan: dalam 588 daripada 612; 3 lebih daripada sekali", "Nombor murid: dalam setiap rekod, tiada dua yang sama"], issues: [{ code: "required", text: "4 nilai wajib kosong", count: 4, tone: "bad" }, { code: "form", text: "312 nilai belum dalam bentuk baku", count: 312, tone: "warn" }] },
		{ entity: "guardians", table: null, title: "Penjaga", file: "", records: 1_204, first: "", last: "", datedBy: "", keys: ["Nama penuh + Telefon: dalam 1,120 daripada 1,204, tiada dua yang sama"], issues: [] },
		{ entity: "teachers", table: null, title: "Guru", file: "", records: 0, first: "", last: "", datedBy: "", keys: [], issues: [] },
		{ entity: "", table: 2, title: "Kehadiran", file: "sistem_lama.mdb", records: 241_300, first: "2025-01-06", last: "2026-06-19", datedBy: "Tarikh", keys: ["ID"], issues: [{ code: "repeated-rows", text: "18 baris berulang", count: 18, tone: "warn" }] },
	],
	quality: [{
		entity: "students", title: "Murid", records: 612,
		fields: [field("full_name", "Nama penuh", "required", 608, 0), field("national_id", "Nombor pengenalan", "expected", 588, 14), field("date_of_birth", "Tarikh lahir", "expected", 600, 210, "2009-01-14", "2019-12-30"), field("gender", "Jantina", "required", 612, 40), field("blood_type", "Jenis darah", "optional", 0, 0), field("email", "E-mel", "optional", 0, 0)],
		keys: [{ key: "ic", title: "Nombor pengenalan", filled: 588, distinct: 585, exact: true, shared: 3 }, { key: "no", title: "Nombor murid", filled: 612, distinct: 612, exact: true, shared: 0 }],
		references: [{ field: "class", title: "Kelas", to: "Kelas", linked: 600, orphans: 9, blank: 3 }],
	}],
	volume: [
		{ entity: "students", table: null, title: "Murid", records: 612, datedBy: "Tarikh masuk sekolah", years: years(2020, [70, 88, 92, 97, 101, 110, 42]), undated: 12, aYear: 97.6, aDay: null, linear: 1_100, rate: 5.7, compound: 1_263, method: METHOD },
		{ entity: "guardians", table: null, title: "Penjaga", records: 1_204, datedBy: "", years: [], undated: 1_204, aYear: null, aDay: null, linear: null, rate: null, compound: null, method: "" },
		{ entity: "", table: 2, title: "Kehadiran", records: 241_300, datedBy: "Tarikh", years: years(2025, [160_200, 81_100]), undated: 0, aYear: null, aDay: 1_206.5, linear: null, rate: null, compound: null, method: "Tahun penuh yang ada rekod: 1. Unjuran memerlukan 3, jadi tiada unjuran dibuat." },
	],
	tables,
});

const column = (index: number, name: string, fieldTitle: string, kind: string, kindTitle: string, more: Partial<ProfileColumn>): ProfileColumn => ({
	index, name, fieldTitle, filled: 608, blank: 3, nullWords: 1, distinct: 570, exact: true, unique: 540, uniqueness: "repeats", countsRows: false, oneValue: false, kind, kindTitle, kindFits: 608, kinds: [], cells: [], shortest: 4, longest: 44,
	least: "", greatest: "", first: "", last: "", oddDates: 0, unprovedDates: 0, years: [], patterns: [], patternsTold: 3, patternsBeyond: 0, scripts: [], onlyLatin: true, mixedScripts: 0, values: [], hidden: "", ...more,
});
const columns = [
	column(0, "BIL", "", "number", "Nombor", { countsRows: true, uniqueness: "key", filled: 612, blank: 0, nullWords: 0, kindFits: 612, distinct: 612, unique: 612, least: "1", greatest: "612", patterns: [{ name: "999", count: 513 }, { name: "99", count: 90 }, { name: "9", count: 9 }], shortest: 1, longest: 3 }),
	column(1, "NAMA MURID", "Murid: nama penuh", "name", "Nama", { patterns: [{ name: "A A A", count: 401 }, { name: "A A A A", count: 160 }, { name: "文", count: 21 }], scripts: [{ name: "Rumi", count: 580 }, { name: "Cina", count: 21 }, { name: "Arab atau Jawi", count: 7 }], onlyLatin: false }),
	column(2, "NO KP", "Murid: nombor pengenalan", "identity", "Nombor pengenalan", { filled: 588, blank: 14, nullWords: 10, kindFits: 574, uniqueness: "whereFilled", distinct: 588, unique: 588, patterns: [{ name: "999999-99-9999", count: 540 }, { name: "999999999999", count: 34 }, { name: "99999999999", count: 14 }], hidden: "Nombor pengenalan: hanya bentuk dan kiraan ditunjukkan." }),
	column(3, "JANTINA", "Murid: jantina", "gender", "Jantina", { distinct: 4, unique: 0, values: [{ name: "L", count: 300 }, { name: "P", count: 290 }, { name: "LELAKI", count: 10 }, { name: "X", count: 8 }], shortest: 1, longest: 6 }),
	column(4, "TARIKH LAHIR", "Murid: tarikh lahir", "date", "Tarikh", { kindFits: 600, first: "2009-01-14", last: "2019-12-30", oddDates: 5, unprovedDates: 14, patterns: [{ name: "99/99/9999", count: 560 }, { name: "9999-99-99", count: 48 }] }),
	column(5, "TELEFON", "Murid: nombor telefon", "phone", "Nombor telefon", { filled: 612, blank: 0, nullWords: 0, kindFits: 612, distinct: 1, unique: 0, oneValue: true, values: [{ name: "03-1234 5678", count: 612 }], shortest: 12, longest: 12 }),
];

export const profileMock: Handlers = {
	profile_view: view,
	profile_run: () => startMockJob({ kind: "profile", title: "Mengira setiap baris", total: 243_782, unit: "baris", sentence: "Dikira: 241,912 baris, 1,870 rekod.", result: () => ((made = true), view()) }),
	profile_columns: ({ table }) => ({ table: tables.find((one) => one.table === table) ?? (tables[0] as ProfileTable), distinctRows: 611, exact: true, columns }),
};
