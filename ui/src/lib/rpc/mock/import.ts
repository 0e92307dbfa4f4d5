// Made-up files and imports.
import type { BatchView } from "../generated/BatchView";
import type { InspectView } from "../generated/InspectView";
import type { SourceChoice } from "../generated/SourceChoice";
import { type Handlers, startMockJob } from "./mock";

const HEADERS = ["BIL", "NAMA MURID", "NO KP", "TARIKH LAHIR", "JANTINA", "KELAS", "NAMA BAPA", "TEL"];
const PEOPLE = [
	["Muhammad Aiman bin Abdul Rahman", "140312-10-5523", "12/3/2014", "L", "6 Bestari", "Abdul Rahman bin Salleh", "012-3456789"],
	["陈美玲 Tan Mei Ling", "140805-14-6112", "5/8/2014", "P", "6 Bestari", "Tan Ah Kow", "0137788990"],
	["காவ்யா Kavya a/p Suresh", "131120-08-7744", "20.11.2013", "P", "6 Cemerlang", "Suresh a/l Maniam", "16-2233445"],
	["نور عائشة Nur Aisyah binti Zulkifli", "140229-01-5566", "29/2/2014", "P", "6 Cemerlang", "Zulkifli bin Hassan", "019 887 6655"],
	["Siti Nurhaliza binti Osman", "", "41980", "perempuan", "6 Dedikasi", "Osman bin Daud", "tiada"],
] as const;

const rowAt = (row: number) => [`${row}`, ...(PEOPLE[row % PEOPLE.length] ?? PEOPLE[0])];

function inspect(path: string, member: string | null): InspectView {
	const file = member ?? path.split("/").at(-1) ?? path;
	const text = file.endsWith(".csv");
	return {
		path, member, file, format: text ? "csv" : "xlsx", encoding: text ? "windows-1252" : null, delimiter: text ? ";" : null, sha256: "", bytes: text ? 48_211 : 182_340,
		tables: [
			{ index: 0, name: text ? file : "Murid 2026", hidden: false, kind: "table", links: [], headerRow: 4, rows: text ? 498 : 612, entity: text ? "guardians" : "students", entityTitle: text ? "Penjaga" : "Murid", confidence: text ? 72 : 96, reason: text ? "3 daripada 7 tajuk lajur biasa bagi penjaga" : "7 daripada 8 tajuk lajur biasa bagi murid", headers: HEADERS, preamble: [["SEKOLAH KEBANGSAAN TAMAN MELATI"], ["SENARAI NAMA MURID TAHUN 2026"]], sample: Array.from({ length: 20 }, (_, at) => ({ row: at + 5, cells: rowAt(at + 1) })) },
			...(text ? [] : [{ index: 1, name: "Helaian2", hidden: true, kind: "table", links: [], headerRow: null, rows: 3, entity: null, entityTitle: "", confidence: 0, reason: "Tiada tajuk lajur yang dikenali", headers: ["", ""], preamble: [], sample: [{ row: 1, cells: ["nota", "jangan padam"] }] }]),
		],
		notes: text ? ["Fail ini bukan UTF-8; huruf dibaca sebagai windows-1252."] : ["Helaian “Helaian2” tersembunyi."],
		duplicateOf: text ? "20 Nov 2026, 3:10 PTG" : "",
	};
}

const asked = new URLSearchParams(location.search);
let batches: BatchView[] = asked.has("fresh") ? [] : [
	{ batch: 2, at: "2026-11-22T08:41:00Z", user: "Nur Aminah binti Yusof", state: "landed", files: [
		{ file: "guru.xlsx", format: "xlsx", encoding: null, bytes: 22_000, tables: [{ table: 4, name: "Senarai Guru", landed: 46, skipped: 2, skippedWhy: ["2 × baris kosong"], entity: "teachers", entityTitle: "Guru", mapped: true, notes: [] }] },
		{ file: "yuran.xlsx", format: "xlsx", encoding: null, bytes: 64_000, tables: [{ table: 3, name: "YURAN 2026", landed: 214, skipped: 0, skippedWhy: [], entity: "students", entityTitle: "Murid", mapped: false, notes: ["Baris 215 ialah jumlah dan tidak dibawa masuk."] }] },
	] },
	{ batch: 1, at: "2026-11-21T02:20:00Z", user: "Tan Mei Ling", state: "landed", files: [
		{ file: "murid_2026.xlsx", format: "xlsx", encoding: null, bytes: 182_340, tables: [{ table: 1, name: "Murid 2026", landed: 612, skipped: 4, skippedWhy: ["3 × baris kosong", "1 × jumlah"], entity: "students", entityTitle: "Murid", mapped: true, notes: [] }] },
	] },
];

export const importMock: Handlers = {
	import_expand: ({ paths }) => ({
		sources: paths.flatMap((path): SourceChoice[] => (path.endsWith(".zip") ? ["murid.csv", "kelas.xlsx"].map((member) => ({ path, member, name: `${path.split("/").at(-1)}/${member}` })) : [{ path, member: null, name: path.split("/").at(-1) ?? path }])),
		leftOut: paths.filter((path) => path.endsWith(".zip")).map((path) => ({ name: `${path.split("/").at(-1)}/surat.pdf`, reason: "bukan jenis fail yang dibaca oleh Daftar" })),
	}),
	import_inspect: ({ file: { path, member, options } }) => {
		if (path.includes("kunci") && options.password !== "rahsia") throw { code: "SourcePassword", message: options.password ? "kunci.accdb tidak dapat dibuka dengan kata laluan ini." : "kunci.accdb dilindungi kata laluan.", hint: "Minta kata laluan daripada orang yang membuat fail ini, dan taipkannya di sini. Ia digunakan sekali sahaja dan tidak disimpan.", detail: "", written: false };
		if (path.includes("rosak")) throw { code: "SourceUnreadable", message: "rosak.xlsx tidak dapat dibaca.", hint: "Buka fail itu dalam Excel dan simpan semula, kemudian cuba lagi.", detail: "zip: invalid central directory", written: false };
		return startMockJob({ kind: "import-inspect", title: "Melihat isi fail", total: 182_340, unit: "bait", sentence: "", ms: path.includes("besar") ? 8000 : 200, result: () => inspect(path, member) });
	},
	import_start: ({ files }) => startMockJob({ kind: "import", title: "Bawa masuk", total: 1110, unit: "baris", sentence: "1,110 baris daripada 2 fail sudah dibawa masuk.", ms: 4000, result: () => {
		const batch: BatchView = { batch: batches.length + 1, at: new Date().toISOString(), user: "Nur Aminah binti Yusof", state: "landed", files: files.map((file, at) => ({ file: file.path.split("/").at(-1) ?? "", format: "xlsx", encoding: null, bytes: 1, tables: [{ table: 10 + at, name: "Murid 2026", landed: 612, skipped: 0, skippedWhy: [], entity: "students", entityTitle: "Murid", mapped: true, notes: [] }] })) };
		batches = [batch, ...batches];
		return batch;
	} }),
	import_list: () => batches,
	import_remove: ({ batch }) => startMockJob({ kind: "import", title: "Buang bawaan", total: 100, unit: "baris", sentence: "Bawaan sudah dibuang.", result: () => ((batches = batches.filter((one) => one.batch !== batch)), { sentence: "" }) }),
	raw_page: ({ offset, limit }) => ({ total: 1_250_000, headers: [...HEADERS, ...Array.from({ length: 24 }, (_, at) => `MARKAH ${at + 1}`)], rows: Array.from({ length: Math.min(limit, 1_250_000 - offset) }, (_, at) => ({ row: offset + at + 5, cells: [...rowAt(offset + at + 1), ...Array.from({ length: 24 }, (_, m) => `${(offset + at * 7 + m * 13) % 101}`)] })) }),
};
