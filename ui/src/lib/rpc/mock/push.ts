// Made-up pushes, comparisons, rollbacks and reports. `?pushed` begins after a push, `?rehearsed` after a rehearsal, `?queue` with a push that waits (`=stopped`, `=changed`), `?many` with many refused, `?million` with a big one.
import type { PushEntity } from "../generated/PushEntity";
import type { PlanLine } from "../generated/PlanLine";
import type { PlanValue } from "../generated/PlanValue";
import type { PushView } from "../generated/PushView";
import type { QueueView } from "../generated/QueueView";
import type { RollbackView } from "../generated/RollbackView";
import type { VerifyView } from "../generated/VerifyView";
import { validation } from "./check";
import { type Handlers, startMockJob } from "./mock";

const asked = new URLSearchParams(location.search);
const TIMES = asked.has("million") ? 1_000 : 1;
const entity = (code: string, title: string, [landed = 0, derived = 0, inserted = 0, updated = 0, unchanged = 0, rejected = 0, heldBack = 0, merged = 0, excluded = 0]: number[]): PushEntity => {
	const many = (value: number) => value * TIMES;
	return { entity: code, title, landed: many(landed), derived: many(derived), staged: many(inserted + updated + unchanged + rejected), inserted: many(inserted), updated: many(updated), unchanged: many(unchanged), rejected: many(rejected), heldBack: many(heldBack), merged: many(merged), excluded: many(excluded) };
};
const ENTITIES = [
	entity("users", "Akaun", [0, 1_061, 1_040, 12, 9]), entity("students", "Murid", [612, 0, 548, 12, 9, 2, 34, 5, 2]), entity("guardians", "Penjaga", [498, 0, 480, 6, 4, 0, 8]), entity("teachers", "Guru", [46, 0, 46]),
	entity("classes", "Kelas", [24, 0, 24]), entity("enrollments", "Pendaftaran", [612, 0, 571, 0, 0, 0, 34, 5, 2]), entity("student_guardians", "Hubungan penjaga", [690, 0, 640, 0, 0, 0, 50]),
];
let number = 0;
function push(state: string, at: string): PushView {
	number += 1;
	const empty = state === "failed";
	return {
		batch: `0193a4f2-7c1e-7b3a-9d21-0000000000${10 + number}`, state, at, user: "Nur Aminah binti Yusof", portal: "postgres://daftar@portal.jpn.example/madrasah", entities: empty ? [] : ENTITIES, durationMs: 4_200,
		phases: empty ? [] : ENTITIES.map((one) => ({ name: one.title, processed: one.staged, migrated: one.staged - one.rejected, errors: one.rejected, durationMs: 600 })),
		rejects: empty ? [] : [{ entity: "students", entityTitle: "Murid", record: 17, who: "عبد الرحمن بن يوسف الأنصاري", file: "murid_2026.xlsx", table: "Murid 2026", row: 21, reason: "Nombor pengenalan ini sudah dimiliki murid lain dalam portal." }, { entity: "students", entityTitle: "Murid", record: 171, who: "Sharifah Nur Qistina Batrisyia binti Tengku Ahmad Shahril Ridzuan Al-Haj", file: "murid_2026.xlsx", table: "Murid 2026", row: 175, reason: "Kelas 6 Zamrud tiada dalam portal." }], rejectsTotal: empty ? 0 : 2 * TIMES,
		sentence: state === "rehearsed" ? "Dicuba dan ditarik balik: 2,709 akan baharu, 30 diubah, 22 sama, 2 ditolak, 126 ditahan." : state === "applied" ? "Dalam portal: 2,709 baharu, 30 diubah, 22 sama, 2 ditolak, 126 ditahan." : "Hantaran terputus; tiada apa-apa ditulis ke portal.", backup: state === "applied" ? "Disalin dan disemak sebelum itu: projek (sk-taman-melati-20261122-093100.daftar) dan portal (sk-taman-melati-portal-20261122-093100.portal)." : "", verified: null, canRollBack: state === "applied", offerRollback: state === "applied" && asked.has("many") ? ["students"] : [], takenOut: [], undecided: state === "rehearsed" ? 2 : 0, differing: state === "rehearsed" ? 2 : 0,
	};
}
let pushes: PushView[] = asked.has("pushed") ? [push("applied", "2026-11-22 09:20"), push("rehearsed", "2026-11-22 09:12"), push("failed", "2026-11-21 16:02"), push("applied", "2026-11-20 11:00")] : asked.has("rehearsed") ? [push("rehearsed", "2026-11-22 09:12")] : [];
const fail = (code: string, message: string, hint: string): never => {
	throw { code, message, hint, detail: "", written: false };
};

const verified = (batch: string): VerifyView => ({
	batch, at: "2026-11-22 09:31", passed: asked.has("good"), sentence: asked.has("good") ? "Semuanya ada: 21,430 nilai dibandingkan, tiada yang berbeza." : "3 daripada 21,430 nilai berbeza atau tiada.",
	entities: ENTITIES.map((one) => ({ entity: one.entity, title: one.title, staged: one.staged - one.rejected, found: one.staged - one.rejected - (one.entity === "students" && !asked.has("good") ? 1 : 0), missing: one.entity === "students" && !asked.has("good") ? 1 : 0, different: one.entity === "guardians" && !asked.has("good") ? 2 : 0, kept: one.entity === "students" && asked.has("kept") ? 1 : 0, extra: 0 })),
	differences: asked.has("good") ? [] : [{ entityTitle: "Murid", who: "Nur Aina binti Ali", source: "murid.csv · 14", fieldTitle: "", staged: "", portal: "" }, { entityTitle: "Penjaga", who: "Hafiz bin Osman", source: "penjaga.csv · 9", fieldTitle: "Nombor telefon", staged: "+60123456789", portal: "+60198877665" }, { entityTitle: "Penjaga", who: "عبد الرحمن بن يوسف", source: "سناراي.csv · 3", fieldTitle: "Nama penuh", staged: "عبد الرحمن بن يوسف", portal: "" }], differencesTotal: asked.has("good") ? 0 : 1_203,
	kept: asked.has("kept") ? [{ entityTitle: "Murid", who: "Nur Aina binti Ali", source: "murid.csv · 14", fieldTitle: "Nama penuh", staged: "Aina binti Ali", portal: "Nur Aina binti Ali" }] : [], keptTotal: asked.has("kept") ? 1 : 0,
});
const back = (batch: string, state: string, only: string[] = []): RollbackView => ({ batch, state, only, sentence: state === "plan" ? "2,758 baris boleh ditarik balik, 3 akan kekal." : "2,758 baris ditarik balik, 3 kekal.", entities: ENTITIES.filter((one) => only.length === 0 || only.includes(one.entity)).map((one) => ({ entity: one.entity, title: one.title, reversed: one.inserted + one.updated - (one.entity === "students" ? 3 : 0), kept: one.entity === "students" ? 3 : 0, errored: 0 })), kept: [{ entityTitle: "Murid", who: "Nur Aina binti Ali", source: "murid.csv · 14", why: "Diubah dalam portal oleh orang lain selepas hantaran." }, { entityTitle: "Murid", who: "Tan Wei Ling", source: "murid.csv · 31", why: "Sudah digunakan oleh rekod kehadiran dalam portal." }], keptTotal: 3 });

const line = (who: string, place: string, value: PlanValue | null = null, why = ""): PlanLine => ({ entity: "students", entityTitle: "Murid", record: 1, who, place, why, value });
const decisions = new Set<number>();
const different = (id: number, effect: string): PlanLine => line(id % 2 === 0 ? "عبد الرحمن بن يوسف الأنصاري" : "Sharifah Nur Qistina Batrisyia binti Tengku Ahmad Shahril Ridzuan Al-Haj", "murid_2026.xlsx · 21", { id, fieldTitle: id % 2 === 0 ? "Nama penuh" : "Nombor telefon", old: id % 2 === 0 ? "Abdul Rahman bin Yusof" : "", new: id % 2 === 0 ? "عبد الرحمن بن يوسف" : "+60123456789", effect, decided: decisions.has(id) });
let policies = ENTITIES.map((one) => ({ entity: one.entity, title: one.title, policy: one.entity === "students" ? "ask" : "update" }));
const nothing: QueueView = { state: "", at: "", user: "", portal: "", tries: 0, nextSeconds: null, sentence: "", code: "", message: "", hint: "" };
let queue: QueueView = asked.has("queue") ? { ...nothing, state: asked.get("queue") || "waiting", at: "2026-11-22 09:40", user: "Nur Aminah binti Yusof", portal: "postgres://daftar@portal.jpn.example/madrasah", tries: 3, nextSeconds: 24, sentence: "Hantaran ini menunggu portal dan akan dihantar dengan sendiri sebaik sahaja portal menjawab.", message: asked.get("queue") === "stopped" ? "Portal tidak menerima log masuk daftar. Tiada apa-apa ditulis." : "", hint: asked.get("queue") === "stopped" ? "Semak nama pengguna dan kata laluan." : "" } : nothing;

export const pushMock: Handlers = {
	plan_page: ({ outcome, offset, limit }) => {
		const kept = { asks: 2, kept: 2, updated: 18, inserted: 548, unchanged: 9, rejected: 2 }[outcome] ?? 0;
		const ids = Array.from({ length: Math.max(0, Math.min(limit, kept - offset)) }, (_, at) => offset + at);
		const values = ["asks", "kept", "updated"].includes(outcome);
		return { batch: "", kept, total: outcome === "inserted" ? 2_709 : kept, undecided: 2 - decisions.size, lines: ids.map((id) => (values ? different(id, outcome) : line(`Murid Rekaan ${id + 1} bin Contoh`, `murid_2026.xlsx · ${id + 5}`, null, outcome === "rejected" ? "Nombor pengenalan ini sudah dimiliki murid lain dalam portal." : ""))) };
	},
	plan_decide: ({ ids, take }) => {
		for (const id of ids.length > 0 ? ids : [0, 1]) take ? decisions.add(id) : decisions.delete(id);
		return {};
	},
	policies_view: () => ({ entities: policies }),
	policy_set: ({ entity, policy }) => ({ entities: (policies = policies.map((one) => (one.entity === entity ? { ...one, policy } : one))) }),
	queue_view: () => queue,
	queue_put: () => (queue = { ...nothing, state: "waiting", at: "2026-11-22 09:40", user: "Nur Aminah binti Yusof", sentence: "Hantaran ini menunggu portal dan akan dihantar dengan sendiri sebaik sahaja portal menjawab.", nextSeconds: 4 }),
	queue_renew: () => (queue = { ...queue, state: "waiting", message: "", hint: "" }),
	queue_drop: () => (queue = nothing),

	push_list: () => pushes,
	push_view: ({ batch }) => pushes.find((one) => one.batch === batch) ?? fail("Usage", "Tiada hantaran sedemikian.", ""),
	push_run: ({ rehearse, leaveOutReason }) => {
		if (validation().criticalFindings > 0 && leaveOutReason === "") fail("BlockingFindings", "Ada 42 penemuan kritikal.", "Betulkannya, atau tinggalkan rekodnya dengan sebab.");
		const made = push(rehearse ? "rehearsed" : "applied", "2026-11-22 09:40");
		return startMockJob({ kind: rehearse ? "rehearse" : "push", title: rehearse ? "Mencuba hantaran" : "Menghantar ke portal", total: 2_889, unit: "baris", sentence: made.sentence, result: () => ((pushes = [made, ...pushes]), made) });
	},
	verify_run: ({ batch }) => startMockJob({ kind: "verify", title: "Membandingkan dengan portal", total: 21_430, unit: "nilai", sentence: verified(batch).sentence, result: () => ((pushes = pushes.map((one) => (one.batch === batch ? { ...one, verified: verified(batch) } : one))), verified(batch)) }),
	mailbox_view: () => ({ waiting: 12, sent: 96, expired: 0, reachable: true, sentence: "Redis portal menjawab. Mesej yang menunggu: 12. Sudah diserahkan: 96." }),
	mailbox_send: () => startMockJob({ kind: "mail", title: "Menyerahkan mesej kepada portal", total: 12, unit: "mesej", sentence: "Diserahkan kepada pengirim mel portal: 12 mesej.", result: () => ({ waiting: 0, sent: 108, expired: 0, reachable: true, sentence: "Redis portal menjawab. Mesej yang menunggu: 0. Sudah diserahkan: 108." }) }),
	letters_print: ({ path }) => startMockJob({ kind: "letters", title: "Mencetak surat", total: 389, unit: "surat", sentence: `389 surat dengan kod sekali guna ditulis ke ${path}.`, result: () => ({ path, letters: 389, until: "2026-12-22" }) }),
	rollback_plan: ({ batch, entities }) => startMockJob({ kind: "rollback-plan", title: "Melihat apa yang boleh ditarik balik", total: 2_761, unit: "baris", sentence: back(batch, "plan").sentence, ms: 700, result: () => back(batch, "plan", entities) }),
	rollback_run: ({ batch }) => startMockJob({ kind: "rollback", title: "Menarik balik hantaran", total: 2_761, unit: "baris", sentence: back(batch, "rolled_back").sentence, result: () => ((pushes = pushes.map((one) => (one.batch === batch ? { ...one, state: "rolled_back", canRollBack: false, sentence: "Sudah ditarik balik daripada portal." } : one))), back(batch, "rolled_back")) }),
	report_list: () => [
		{ kind: "validation", title: "Laporan semakan", about: "Setiap semakan dengan angkanya, setiap penemuan dengan tempatnya. Untuk ditandatangani sebelum hantaran.", ready: !asked.has("fresh"), whyNot: asked.has("fresh") ? "Jalankan semakan dahulu." : "", formats: ["pdf", "html", "json"] },
		{ kind: "reconciliation", title: "Laporan penyesuaian", about: "Apa jadi pada setiap rekod, daripada fail hingga ke portal. Untuk ditandatangani selepas hantaran.", ready: pushes.length > 0, whyNot: pushes.length > 0 ? "" : "Hantar dahulu; laporan boleh dibuat selepas itu.", formats: ["pdf", "html", "json"] },
	],
	report_preview: ({ kind }) => ({ html: `<!doctype html><html lang="ms"><head><meta charset="utf-8"><style>body{font-family:sans-serif;margin:40px;color:#111}table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:6px;text-align:left}</style></head><body><h1>${kind === "validation" ? "Laporan semakan" : "Laporan penyesuaian"}</h1><p>SK Taman Melati · WBA0061 · 2026</p><table><tr><th>Jenis</th><th>Rekod</th><th>Sedia</th></tr><tr><td>Murid</td><td>612</td><td>571</td></tr><tr><td>Penjaga</td><td>498</td><td>490</td></tr></table><p style="margin-top:1200px">Tandatangan: ______________</p></body></html>` }),
	report_export: ({ path, format }) => startMockJob({ kind: "report", title: "Menulis laporan", total: 3, unit: "halaman", sentence: `Ditulis: ${path}`, ms: 600, result: () => ({ path, bytes: format === "pdf" ? 184_000 : 92_000, sentence: `Ditulis: ${path}` }) }),
};
