// Made-up people twice, families, children without guardians and missing values. `?fresh` was never compared.
import type { CaseField } from "../generated/CaseField";
import type { CaseLine } from "../generated/CaseLine";
import type { CaseSide } from "../generated/CaseSide";
import type { CaseView } from "../generated/CaseView";
import type { GapView } from "../generated/GapView";
import type { OrphanView } from "../generated/OrphanView";
import type { PersonLine } from "../generated/PersonLine";
import { type Handlers, startMockJob } from "./mock";

const asked = new URLSearchParams(location.search);
let ran = !asked.has("fresh");
let besidePortal = asked.has("beside");

type Pair = { pair: number; entity: string; show: string; left: string; right: string; sure: string; percent: number; reasons: CaseView["reasons"]; fields: CaseField[] };
const seen = (text: string, speaks: string) => ({ text, speaks });
const field = (code: string, title: string, left: string, right: string): CaseField => ({ field: code, title, left, right, state: left === right ? "same" : left === "" ? "right" : right === "" ? "left" : "differ" });
const about = (names: [string, string], numbers: [string, string], births: [string, string], phones: [string, string]) => [
	field("full_name", "Nama penuh", ...names), field("national_id", "Nombor pengenalan", ...numbers), field("date_of_birth", "Tarikh lahir", ...births),
	field("gender", "Jantina", "Perempuan", "Perempuan"), field("address_line1", "Alamat", "No. 12, Jalan Melati 3/4", "12 Jln Melati 3/4"), field("phone", "Nombor telefon", ...phones),
].filter((one) => one.left !== "" || one.right !== "");

const SURE: Record<string, string> = { nearly: "Hampir pasti", probably: "Mungkin sama", perhaps: "Barangkali sama" };
const AISYAH: Omit<Pair, "pair" | "entity" | "show"> = {
	left: "NUR AISYAH BINTI KAMAL", right: "Nur Aisyah Kamal", sure: "nearly", percent: 99.7,
	reasons: [seen("Nama yang sama", "for"), seen("Tarikh lahir yang sama", "for"), seen("Telefon, alamat atau penjaga yang sama", "for"), seen("Jantina yang sama", "neither")],
	fields: about(["NUR AISYAH BINTI KAMAL", "Nur Aisyah Kamal"], ["", "150305-10-5014"], ["05/03/2015", "05/03/2015"], ["+60123456789", "+60123456789"]),
};
const TWINS: Omit<Pair, "pair" | "entity" | "show"> = {
	left: "NUR AINA BINTI ROSLAN", right: "NUR AINI BINTI ROSLAN", sure: "perhaps", percent: 61.2,
	reasons: [seen("Nama diberi yang berbeza pada huruf akhir, seperti nama adik-beradik", "against"), seen("Nama bapa yang sama", "for"), seen("Tarikh lahir yang sama", "for"), seen("Nombor pengenalan berbeza pada digit akhir sahaja, seperti nombor kembar", "against")],
	fields: about(["NUR AINA BINTI ROSLAN", "NUR AINI BINTI ROSLAN"], ["140512-10-5012", "140512-10-5020"], ["12/05/2014", "12/05/2014"], ["+60198765432", "+60198765432"]),
};
const KAVYA: Omit<Pair, "pair" | "entity" | "show"> = {
	left: "காவ்யா KAVYA A/P SURESH", right: "KAVYA A/P SURESH", sure: "probably", percent: 94.8,
	reasons: [seen("Satu nama diberi mempunyai perkataan yang tiada pada yang lain", "for"), seen("Tarikh lahir yang sama", "for"), seen("Nombor pengenalan yang berbeza", "against")],
	fields: about(["காவ்யா KAVYA A/P SURESH", "KAVYA A/P SURESH"], ["130303-14-1234", "130303-14-1243"], ["03/03/2013", "03/03/2013"], ["", "+60112223334"]),
};
let here: Pair[] = [
	{ pair: 1, entity: "students", show: "open", ...AISYAH }, { pair: 2, entity: "students", show: "open", ...KAVYA }, { pair: 3, entity: "students", show: "open", ...TWINS },
	{ pair: 4, entity: "guardians", show: "open", ...AISYAH, left: "KAMAL BIN OMAR", right: "Kamal Omar" },
];
let there: Pair[] = [
	{ pair: 11, entity: "students", show: "open", ...AISYAH }, { pair: 12, entity: "students", show: "open", ...TWINS },
	{ pair: 13, entity: "students", show: "certain", ...KAVYA, sure: "nearly", percent: 99.9, reasons: [seen("Nombor pengenalan yang sama", "for"), seen("Nama yang sama", "for"), seen("Tarikh lahir yang sama", "for")] },
];
let merged: CaseLine[] = [{ pair: 0, left: 301, right: 12, leftWho: "AHMAD DANIAL BIN YUSOF", rightWho: "AHMAD DANIAL BIN YUSOF", leftSource: "tahfiz.csv · 9", rightSource: "murid_2026.xlsx · 12", sure: "", sureTitle: "", percent: 0 }];
let orphans: OrphanView[] = [
	{ child: person(40, "SARA BINTI ROSLAN", "2018-05-12, No. 12, Jalan Melati 3/4"), likely: [{ guardian: person(7, "ROSLAN BIN ALI", "+60198765432"), why: "alamat yang sama; nama bapa dalam nama murid" }] },
	{ child: person(41, "TAN AH KOW 陈亚九", "2018-05-14"), likely: [] },
];
let gaps: GapView[] = [
	{ entity: "students", entityTitle: "Murid", field: "status", fieldTitle: "Status", kind: "code", values: [{ value: "active", title: "Aktif" }, { value: "graduated", title: "Tamat" }], table: 1, source: "murid_2026.xlsx · Murid 2026", count: 48 },
	{ entity: "students", entityTitle: "Murid", field: "full_name", fieldTitle: "Nama penuh", kind: "name", values: [], table: 1, source: "murid_2026.xlsx · Murid 2026", count: 1 },
];

function person(record: number, who: string, detail: string): PersonLine {
	return { record, who, source: `murid_2026.xlsx · ${record + 4}`, detail };
}
const of = (pairs: Pair[], entity: string, show: string) => pairs.filter((one) => one.entity === entity && one.show === show);
const line = (one: Pair, portal: boolean): CaseLine => ({ pair: one.pair, left: one.pair * 10, right: portal ? 0 : one.pair * 10 + 1, leftWho: one.left, rightWho: one.right, leftSource: `murid_2026.xlsx · ${one.pair + 4}`, rightSource: portal ? "Portal" : `tahfiz.csv · ${one.pair + 20}`, sure: one.sure, sureTitle: SURE[one.sure] ?? "", percent: one.percent });
const side = (record: number, who: string, source: string, inPortal: boolean): CaseSide => ({ record, who, source, inPortal, standsFor: 0, family: ["KAMAL BIN OMAR"] });
function caseOf(pairs: Pair[], pair: number, portal: boolean): CaseView {
	const one = pairs.find((known) => known.pair === pair) ?? (pairs[0] as Pair);
	const { left, right, leftWho, rightWho, leftSource, rightSource, sureTitle } = line(one, portal);
	return { pair, entity: one.entity, entityTitle: one.entity === "students" ? "Murid" : "Penjaga", sure: one.sure, sureTitle, percent: one.percent, certain: one.show === "certain", gone: false, left: side(left, leftWho, leftSource, false), right: side(right, rightWho, rightSource, portal), survivor: portal ? -1 : right, survivorWhy: portal ? "" : "Yang ini lebih lengkap.", reasons: one.reasons, fields: one.fields };
}
const TITLES: [string, string, number][] = [["students", "Murid", 612], ["guardians", "Penjaga", 498], ["teachers", "Guru", 46]];
const view = () => ({
	ran, stale: asked.has("stale"), families: 2, orphans: orphans.length, gaps: gaps.reduce((all, one) => all + one.count, 0), placeholders: 1,
	entities: TITLES.map(([entity, title, people]) => ({ entity, title, people, compared: people * 6, leftOut: 0, open: of(here, entity, "open").length, later: of(here, entity, "later").length, different: of(here, entity, "different").length, again: 0, certain: entity === "students" ? 3 : 0, merged: entity === "students" ? merged.length : 0 })),
});
const portalView = () => ({
	ran: besidePortal, stale: false, at: besidePortal ? "2026-11-22T08:41:00Z" : "", portal: "postgres://daftar@portal.contoh.my/akademi", configured: !asked.has("noportal"),
	entities: TITLES.map(([entity, title]) => ({ entity, title, people: besidePortal ? 21_400 : 0, known: besidePortal ? 14 : 0, compared: 96, leftOut: 0, open: of(there, entity, "open").length, certain: of(there, entity, "certain").length, same: of(there, entity, "same").length, later: of(there, entity, "later").length, different: of(there, entity, "different").length })),
});
const settled = (sentence: string) => ({ step: 66, changed: 1, sentence });
const decided = (pairs: Pair[], pair: number, verdict: string) => pairs.map((one) => (one.pair === pair ? { ...one, show: verdict } : one));

export const matchingMock: Handlers = {
	matching_view: view,
	matching_run: () => startMockJob({ kind: "matching", title: "Membandingkan orang", total: 6_936, unit: "pasangan", sentence: "4 pasangan perlu dilihat oleh seseorang.", result: () => ((ran = true), view()) }),
	matching_merge: () => startMockJob({ kind: "matching-merge", title: "Menggabungkan pendua yang pasti", total: 3, unit: "rekod", sentence: "3 rekod digabungkan dengan rekod lain.", ms: 500, result: view }),
	matching_cases: ({ entity, show, offset, limit }) => {
		if (show === "merged") return { total: entity === "students" ? merged.length : 0, cases: entity === "students" ? merged : [] };
		const found = of(here, entity, show);
		return { total: found.length, cases: found.slice(offset, offset + limit).map((one) => line(one, false)) };
	},
	matching_case: ({ pair }) => caseOf(here, pair, false),
	matching_decide: ({ pair, verdict }) => {
		const one = here.find((known) => known.pair === pair);
		if (verdict === "same" && one) [merged, here] = [[...merged, { ...line(one, false), pair: 0 }], here.filter((known) => known.pair !== pair)];
		else here = decided(here, pair, verdict);
		return settled(verdict === "same" ? "Digabungkan. Boleh dibuat asal dalam Sejarah, atau diasingkan semula kemudian." : "Dicatat.");
	},
	matching_part: ({ record }) => ((merged = merged.filter((one) => one.left !== record)), settled("Diasingkan semula; 3 nilai berubah.")),
	matching_portal_view: portalView,
	matching_portal_run: () => startMockJob({ kind: "matching-portal", title: "Membandingkan orang dengan orang di portal", total: 21_400, unit: "orang", sentence: "1 pasangan sudah pasti, 2 perlu dilihat oleh seseorang. Tiada apa-apa ditulis ke portal.", result: () => ((besidePortal = true), portalView()) }),
	matching_portal_cases: ({ entity, show, offset, limit }) => {
		const found = besidePortal ? of(there, entity, show) : [];
		return { total: found.length, cases: found.slice(offset, offset + limit).map((one) => line(one, true)) };
	},
	matching_portal_case: ({ pair }) => caseOf(there, pair, true),
	matching_portal_decide: ({ pair, verdict }) => ((there = decided(there, pair, verdict)), { step: 0, changed: 0, sentence: verdict === "same" ? "Dicatat: penghantaran seterusnya menulis pada baris portal ini." : "Dicatat." }),
	matching_families: () => ({ total: 2, families: [
		{ family: 1, children: [person(1, "ADAM BIN ROSLAN", "2014-05-12"), person(2, "HAWA BINTI ROSLAN", "2016-05-12"), person(40, "SARA BINTI ROSLAN", "2018-05-12")], ties: ["Penjaga: ROSLAN BIN ALI", "Alamat: No. 12, Jalan Melati 3/4"] },
		{ family: 9, children: [person(9, "TAN MEI LING 陈美玲", "2013-02-01"), person(10, "TAN WEI JIE 陈伟杰", "2015-09-30")], ties: ["Telefon: +60122223333"] },
	] }),
	matching_orphans: ({ offset, limit }) => ({ total: orphans.length, orphans: orphans.slice(offset, offset + limit), relationships: [{ value: "father", title: "Bapa" }, { value: "mother", title: "Ibu" }, { value: "guardian", title: "Penjaga" }] }),
	matching_settle: ({ students }) => ((orphans = orphans.filter((one) => !students.includes(one.child.record))), settled("1 murid kini mempunyai penjaga.")),
	matching_gaps: () => ({ gaps }),
	matching_gap_people: ({ offset, limit }) => ({ total: 48, people: Array.from({ length: Math.max(0, Math.min(limit, 48 - offset)) }, (_, at) => person(offset + at + 1, `MURID REKAAN ${offset + at + 1}`, "2015-01-01")) }),
	matching_gap_fill: ({ field: code }) => ((gaps = gaps.filter((one) => one.field !== code)), settled("48 nilai diisi. Ini boleh dibuat asal.")),
};
