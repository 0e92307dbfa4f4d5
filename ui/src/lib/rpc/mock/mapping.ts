// Made-up matching of columns.
import type { FieldOption } from "../generated/FieldOption";
import type { MappingColumn } from "../generated/MappingColumn";
import type { MappingTable } from "../generated/MappingTable";
import type { MappingView } from "../generated/MappingView";
import { type Handlers, startMockJob } from "./mock";

const GENDER = [{ value: "male", title: "Lelaki" }, { value: "female", title: "Perempuan" }];
const field = (path: string, title: string, group: string, required = false, values: FieldOption["values"] = []): FieldOption => ({ path, title, group, required, values });
const FIELDS: FieldOption[] = [
	field("students.full_name", "Nama penuh", "Murid", true), field("students.national_id", "Nombor kad pengenalan", "Murid", true), field("students.date_of_birth", "Tarikh lahir", "Murid"),
	field("students.gender", "Jantina", "Murid", false, GENDER), field("students.student_number", "Nombor murid", "Murid"), field("students.nationality", "Warganegara", "Murid"), field("students.medical_notes", "Catatan perubatan", "Murid"),
	field("guardians#1.full_name", "Nama penuh", "Penjaga 1"), field("guardians#1.phone", "Nombor telefon", "Penjaga 1"), field("guardians#1.occupation", "Pekerjaan", "Penjaga 1"),
	field("guardians#2.full_name", "Nama penuh", "Penjaga 2"), field("guardians#2.phone", "Nombor telefon", "Penjaga 2"),
	field("classes.name", "Nama kelas", "Kelas"), field("enrollments.academic_year", "Tahun akademik", "Pendaftaran", true),
];
const column = (index: number, header: string, samples: string[], path: string | null, certainty: string, reason: string, sensitive = false): MappingColumn => {
	const to = FIELDS.find((one) => one.path === path);
	return { index, header, samples, field: path, fieldTitle: to ? `${to.group}: ${to.title}` : "", confidence: 90, certainty, reason, sensitive };
};

const table = (at: number, file: string, name: string, rows: number, mapped: boolean, missing: number): MappingTable => ({ table: at, file, name, rows, entity: "students", entityTitle: "Murid", confidence: 96, reason: "", mapped, columns: 9, columnsMapped: mapped ? 9 : 6, missing, sure: !mapped && missing === 0 });
const tables = [table(1, "murid_2026.xlsx", "Murid 2026", 612, true, 0), table(3, "yuran.xlsx", "YURAN 2026", 214, false, 1), table(4, "guru.xlsx", "Senarai Guru", 46, true, 0), table(5, "penjaga.csv", "penjaga.csv", 498, false, 0)];

let view: MappingView = {
	table: tables[1] ?? table(3, "yuran.xlsx", "YURAN 2026", 214, false, 1),
	columns: [
		column(0, "BIL", ["1", "2", "3"], null, "none", "Nombor turutan; tidak dibawa ke portal"),
		column(1, "NAMA MURID", ["Muhammad Aiman bin Abdul Rahman", "陈美玲 Tan Mei Ling", "காவ்யா Kavya a/p Suresh"], "students.full_name", "sure", "Tajuk biasa bagi nama murid; semua nilai berupa nama"),
		column(2, "NO KP", ["140312-10-5523", "140805-14-6112", ""], "students.national_id", "sure", "208 daripada 214 nilai ialah nombor kad pengenalan yang sah", true),
		column(3, "T/LAHIR", ["12/3/2014", "5/8/2014", "20.11.2013"], "students.date_of_birth", "sure", "Padan dengan enam angka pertama kad pengenalan"),
		column(4, "L/P", ["L", "P", "P"], "students.gender", "likely", "Dua nilai sahaja: L dan P"),
		column(5, "KELAS", ["6 Bestari", "6 Cemerlang", "6 Dedikasi"], "classes.name", "sure", "Tajuk biasa bagi kelas"),
		column(6, "NAMA BAPA", ["Abdul Rahman bin Salleh", "Tan Ah Kow", "Suresh a/l Maniam"], "guardians#1.full_name", "chosen", "Dipilih oleh Nur Aminah"),
		column(7, "TEL", ["012-3456789", "0137788990", "tiada"], "guardians#1.phone", "unsure", "Nombor telefon, tetapi tidak pasti milik siapa"),
		column(8, "", ["asma", "", "alah kacang"], null, "none", "Tiada tajuk"),
	],
	constants: [{ field: "enrollments.class", fieldTitle: "Sekolah", value: "SK Taman Melati", reason: "Daripada tajuk di atas jadual: “SEKOLAH KEBANGSAAN TAMAN MELATI”", certainty: "sure" }],
	missing: FIELDS.filter((one) => one.path === "enrollments.academic_year"),
	fields: FIELDS,
	known: [{ field: "classes.name", fieldTitle: "Kelas: nama kelas", code: "SK 1B", title: "1 Bestari" }],
	codes: [{ field: "students.gender", fieldTitle: "Jantina", code: "T", count: 3, options: GENDER }],
	becomes: "seorang murid, seorang penjaga, satu kelas dan satu pendaftaran",
	shape: null,
};

export const mappingMock: Handlers = {
	mapping_tables: () => (new URLSearchParams(location.search).has("fresh") ? [] : tables),
	mapping_view: ({ table: at }) => ({ ...view, table: tables.find((one) => one.table === at) ?? view.table }),
	mapping_set: ({ column: at, field: path }) => {
		const to = FIELDS.find((one) => one.path === path);
		view = { ...view, columns: view.columns.map((one) => (one.index === at ? { ...one, field: path, fieldTitle: to ? `${to.group}: ${to.title}` : "", certainty: path ? "chosen" : "none", reason: "" } : one.field === path ? { ...one, field: null, certainty: "none" } : one)) };
		return view;
	},
	mapping_set_constant: ({ field: path, value }) => {
		const to = FIELDS.find((one) => one.path === path);
		const rest = view.constants.filter((one) => one.field !== path);
		view = { ...view, missing: view.missing.filter((one) => one.path !== path), constants: value === null ? rest : [...rest, { field: path, fieldTitle: to?.title ?? path, value, reason: "", certainty: "chosen" }] };
		return view;
	},
	mapping_set_lookup: ({ code }) => (view = { ...view, codes: view.codes.filter((one) => one.code !== code) }),
	mapping_set_period: () => view,
	mapping_accept_sure: () => startMockJob({ kind: "mapping", title: "Jadikan rekod", total: 640, unit: "baris", sentence: "3 jadual diterima. Dibuat: 412 Murid, 398 Penjaga.", result: () => ({ sentence: "" }) }),
	mapping_accept: () => startMockJob({ kind: "mapping", title: "Jadikan rekod", total: 214, unit: "baris", sentence: "214 baris menjadi 214 murid dan 190 penjaga.", result: () => ({ sentence: "" }) }),
};
