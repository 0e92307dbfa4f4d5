// Made-up results of the check. `?fresh` was never checked, `?good` passes.
import type { CheckView } from "../generated/CheckView";
import type { FindingView } from "../generated/FindingView";
import type { ValidateView } from "../generated/ValidateView";
import { type Handlers, startMockJob } from "./mock";

const asked = new URLSearchParams(location.search);
const GOOD = asked.has("good");
const check = (code: string, title: string, help: string, severity: string, found: number, looked: number): CheckView => {
	const count = GOOD ? 0 : found;
	return { check: code, title, help, severity, passed: count === 0, count, measured: looked === 0 ? "tiada untuk dilihat" : count === 0 ? `kesemua ${looked} betul` : `${looked - count} daripada ${looked} betul, ${count} tidak`, waivedCount: 0, waived: null };
};
let sections = [
	{ section: "completeness", title: "Kelengkapan", checks: [check("required-value", "Nilai wajib sudah ada", "Portal tidak dapat menerima rekod tanpanya.", "critical", 34, 4_284), check("expected-value", "Nilai yang dijangka sudah ada", "Sekolah biasanya mengetahuinya. Rekod masih boleh dihantar tanpanya.", "warning", 1_204, 9_180)] },
	{ section: "validity", title: "Kesahan", checks: [check("standard-form", "Tarikh, kod dan nombor dalam bentuk yang betul", "Portal menolak bentuk yang lain.", "critical", 8, 6_120), check("usual-form", "Telefon, e-mel dan negeri boleh digunakan", "Nombor yang boleh didail, alamat e-mel yang boleh dihantar, dan negeri yang wujud.", "warning", 0, 2_210), check("name-suspicious", "Nama kelihatan seperti nama", "Tiada angka, dan sekurang-kurangnya dua huruf.", "note", 3, 1_156)] },
	{ section: "consistency", title: "Keselarasan", checks: [check("identity-triangle", "Nombor, tarikh lahir, jantina dan nama selaras", "Nombor pengenalan mengandungi tarikh lahir dan jantina.", "warning", 2, 571), check("postcode-state", "Poskod selaras dengan negeri", "Setiap poskod terletak dalam satu negeri.", "warning", 2, 490)] },
	{ section: "uniqueness", title: "Keunikan", checks: [check("duplicate-identity", "Setiap nombor pengenalan sekali sahaja", "Satu nombor pengenalan milik seorang sahaja.", "critical", 0, 1_110), check("shared-phone", "Nombor telefon tidak dikongsi ramai", "Nombor pada empat penjaga atau lebih mungkin nombor sekolah sendiri.", "warning", 0, 0)] },
];
let ran = !asked.has("fresh");

const NAMES = ["Muhammad Aiman bin Abdul Rahman", "عبد الرحمن بن يوسف الأنصاري", "Sharifah Nur Qistina Batrisyia binti Tengku Ahmad Shahril Ridzuan Al-Haj", "陈美玲 Tan Mei Ling"];
function findingOf(one: CheckView, at: number): FindingView {
	const coded = one.check === "standard-form" && at % 2 === 1;
	const [field, fieldTitle, value, message] = one.check === "required-value" ? ["national_id", "Nombor pengenalan", "", "Nilai ini tiada, tetapi portal memerlukannya."] : coded ? ["gender", "Jantina", "T", "Nilai ini tiada dalam senarai."] : ["date_of_birth", "Tarikh lahir", "31/2/2014", "Hari seperti ini tidak wujud."];
	return { finding: at + 1, waived: one.severity === "warning" && at % 5 === 2 ? { waiver: at + 1, user: "aminah", at: "2026-11-22 09:10", reason: "Disahkan dengan ibu bapa" } : null, check: one.check, title: one.title, severity: one.severity, entity: "students", entityTitle: "Murid", record: 4 + 11 * at, field, fieldTitle, value, message, who: NAMES[at % NAMES.length] ?? "", file: "murid_2026.xlsx", table: "Murid 2026 (semua tahun)", row: 8 + 11 * at, column: coded ? "L/P" : "C", identity: one.check === "identity-triangle" };
}

export function validation(): ValidateView {
	const all = sections.flatMap((one) => one.checks);
	const found = (severity: string) => all.filter((one) => one.severity === severity).reduce((sum, one) => sum + one.count, 0);
	const failed = all.filter((one) => !one.passed && one.severity === "critical").length;
	return {
		ran, stale: asked.has("stale"), at: "2026-11-22 08:55", passed: ran && failed === 0, totalChecks: all.length, passedChecks: all.filter((one) => one.passed).length, failedChecks: failed, warningChecks: all.filter((one) => !one.passed).length - failed,
		criticalFindings: found("critical"), warningFindings: found("warning"), noteFindings: found("note"), sections,
		entities: [
			{ entity: "students", title: "Murid", records: 612, ready: GOOD ? 605 : 571, heldBack: GOOD ? 0 : 34, merged: 5, excluded: 2, inPortal: 0 },
			{ entity: "guardians", title: "Penjaga", records: 498, ready: GOOD ? 498 : 490, heldBack: GOOD ? 0 : 8, merged: 0, excluded: 0, inPortal: 0 },
			{ entity: "teachers", title: "Guru", records: 46, ready: 46, heldBack: 0, merged: 0, excluded: 0, inPortal: 0 },
		],
	};
}

export const checkMock: Handlers = {
	validate_view: validation,
	validate_run: () => startMockJob({ kind: "validate", title: "Menyemak", total: 1_156, unit: "rekod", sentence: GOOD ? "Tiada apa-apa yang menghalang ke portal." : "42 penemuan menghalang ke portal, 1,206 amaran untuk dilihat.", result: () => ((ran = true), validation()) }),
	findings_page: ({ check: code, offset, limit }) => {
		const one = sections.flatMap((section) => section.checks).find((known) => known.check === code);
		const total = one?.count ?? 0;
		return { total, findings: one ? Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => findingOf(one, offset + at)) : [] };
	},
	findings_causes: ({ offset, limit }) => {
		const found = sections.flatMap((section) => section.checks).filter((one) => one.count > 0);
		const causes = found.map((one) => ({ ...findingOf(one, 0), key: `found.${one.check}`, source: 1, count: one.count, waived: one.severity === "warning" ? 2 : 0 }));
		return { total: causes.length, causes: causes.slice(offset, offset + limit) };
	},
	finding_waive: () => validation(),
	finding_unwaive: () => validation(),
	waivers_list: () => ({ total: 1, waivers: [{ waiver: 1, check: "expected-value", title: "Nilai yang dijangka sudah ada", about: `${NAMES[0]} · Nombor telefon · murid_2026.xlsx · 30`, value: "", reason: "Keluarga tiada telefon; surat dihantar dengan murid", user: "aminah", at: "2026-11-22 09:10" }] }),
	errors_hand_out: ({ path }) => startMockJob({ kind: "report", title: "Menulis buku kerja", total: 42, unit: "baris", sentence: "42 baris ditulis.", result: () => ({ path, rows: 42, findings: 61, sentence: `42 baris dengan 61 penemuan ditulis ke ${path}.` }) }),
	errors_bring_back: () => startMockJob({ kind: "corrections", title: "Mengambil pembetulan", total: 42, unit: "baris", sentence: "38 nilai dibetulkan.", result: () => ({ file: "pembetulan.xlsx", changed: 38, same: 2, rows: 42, conflicts: [{ sheet: "Murid 2026", row: 9, column: "NO TEL", kept: "+60123456789", returned: "+60198765432" }], conflictsTotal: 1, remarks: ["Murid 2026, baris 44: baris ini tidak pernah diedarkan; baris baharu dibawa masuk melalui import sendiri."], remarksTotal: 1, sentence: "38 nilai dibetulkan. 1 pembetulan terlewat dan kini menjadi penemuan. 1 catatan." }) }),
	identity_view: () => ({
		witnesses: [
			{ witness: "number", title: "Nombor pengenalan", birth: "05/03/2014", gender: "lelaki", place: "Selangor" },
			{ witness: "birth", title: "Tarikh lahir", birth: "03/05/2014", gender: "", place: "" },
			{ witness: "gender", title: "Jantina", birth: "", gender: "lelaki", place: "" },
			{ witness: "name", title: "Nama", birth: "", gender: "lelaki", place: "" },
			{ witness: "level", title: "Tahun atau tingkatan", birth: "2014", gender: "", place: "" },
		],
		candidates: [
			{ field: "date_of_birth", fieldTitle: "tarikh lahir", before: "2014-05-03", value: "2014-03-05", after: "2014-03-05", reason: "1 lagi akan selaras; aksara yang berubah: 2" },
			{ field: "national_id", fieldTitle: "nombor kad pengenalan", before: "140305101235", value: "140503101235", after: "140503101235", reason: "1 lagi akan selaras; aksara yang berubah: 2" },
		],
	}),
	identity_take: () => ({ step: 12, changed: 1, sentence: "1 nilai diubah." }),
	validate_waive: ({ check: code, reason, waive }) => {
		sections = sections.map((section) => ({ ...section, checks: section.checks.map((one) => (one.check === code ? { ...one, waived: waive ? { waiver: 1, user: "aminah", at: "2026-11-22 09:10", reason } : null } : one)) }));
		return validation();
	},
};
