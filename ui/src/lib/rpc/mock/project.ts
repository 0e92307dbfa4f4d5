// Made-up project, session, home, settings and portal.
import type { HomeView } from "../generated/HomeView";
import type { PortalView } from "../generated/PortalView";
import type { SessionView } from "../generated/SessionView";
import type { SettingsView } from "../generated/SettingsView";
import { type Handlers, startMockJob } from "./mock";

const ALL_RIGHTS = ["import", "map", "cleanse", "edit-records", "validate", "waive", "rehearse", "view-history", "push", "verify", "rollback", "report", "manage-users", "manage-settings", "view-access-log", "backup"];
const asked = new URLSearchParams(location.search);
const PATH = "/home/kerani/Dokumen/sk-taman-melati-2026.daftar";

let session: SessionView = {
	open: asked.has("open"), locked: asked.has("locked"), path: PATH, school: "SK Taman Melati", code: "WBA0061", year: 2026,
	user: "aminah", displayName: "Nur Aminah binti Yusof", role: "administrator", may: ALL_RIGHTS,
	language: asked.get("lang") ?? "ms", theme: asked.get("theme") ?? "light", density: asked.get("density") ?? "comfortable",
	idleMinutes: 10, version: "0.1.0",
};
let settings: SettingsView = {
	language: session.language, theme: session.theme, density: session.density, idleMinutes: 10, school: session.school, code: session.code,
	country: "MY", schoolPhone: "", year: 2026, portalUrl: "postgres://daftar@portal.jpn.example/madrasah", portalPasswordKept: true, redisUrl: "", projectPath: PATH, projectBytes: 48_300_000, backupsKept: 10, backups: 23, backupsBytes: 412_000_000,
};
const ms = () => session.language !== "en";

function home(): HomeView {
	return {
		school: session.school,
		steps: [
			{ stage: "import", title: ms() ? "Dibawa masuk" : "Brought in", count: 1_284, total: 1_284, state: "done", detail: ms() ? "5 fail, 9 jadual" : "5 files, 9 tables" },
			{ stage: "mapping", title: ms() ? "Dipadankan" : "Matched", count: 8, total: 9, state: "attention", detail: ms() ? "1 jadual menunggu: yuran.xlsx" : "1 table waits: yuran.xlsx" },
			{ stage: "cleanse", title: ms() ? "Dibersihkan" : "Cleansed", count: 312, total: 371, state: "doing", detail: ms() ? "59 cadangan belum dilihat" : "59 proposals not looked at" },
			{ stage: "validate", title: ms() ? "Disemak" : "Checked", count: 0, total: 1_197, state: "empty", detail: ms() ? "Belum disemak" : "Not checked yet" },
			{ stage: "push", title: ms() ? "Dalam portal" : "In the portal", count: 0, total: 1_197, state: "empty", detail: ms() ? "Belum dihantar" : "Not pushed yet" },
		],
		nextStage: "mapping",
		nextTitle: ms() ? "Padankan lajur yuran.xlsx" : "Match the columns of yuran.xlsx",
		nextWhy: ms() ? "Tiga lajur belum dipadankan. Selepas itu 214 baris menjadi rekod." : "Three columns are not matched. After that 214 rows become records.",
		activity: [
			{ at: "2026-11-22T08:41:00Z", who: "Nur Aminah binti Yusof", what: ms() ? "Membawa masuk murid_2026.xlsx (612 baris)" : "Brought in murid_2026.xlsx (612 rows)" },
			{ at: "2026-11-22T08:20:00Z", who: "Tan Mei Ling", what: ms() ? "Menerima 188 pembetulan tarikh lahir" : "Accepted 188 corrections of birth dates" },
			{ at: "2026-11-21T15:02:00Z", who: "S. Kavitha a/p Subramaniam", what: ms() ? "Memadankan lajur penjaga.csv" : "Matched the columns of penjaga.csv" },
		],
		portal: settings.portalUrl,
		entities: [
			{ entity: "students", title: ms() ? "Murid" : "Pupils", records: 612, ready: 571, heldBack: 34, merged: 5, excluded: 2, inPortal: 0 },
			{ entity: "guardians", title: ms() ? "Penjaga" : "Guardians", records: 498, ready: 490, heldBack: 8, merged: 0, excluded: 0, inPortal: 0 },
			{ entity: "teachers", title: ms() ? "Guru" : "Teachers", records: 46, ready: 46, heldBack: 0, merged: 0, excluded: 0, inPortal: 0 },
			{ entity: "classes", title: ms() ? "Kelas" : "Classes", records: 24, ready: 24, heldBack: 0, merged: 0, excluded: 0, inPortal: 0 },
		],
	};
}

function portal(url: string): PortalView {
	const away = asked.has("away");
	const reachable = url !== "" && !away;
	const step = (code: string, at: number) => ({ code, state: !away || at < 3 ? "good" : at === 3 ? "bad" : "unknown", detail: code === "tls" ? "TLSv1.3" : away && at === 3 ? "Portal tidak menerima log masuk daftar. Tiada apa-apa ditulis." : "" });
	return { steps: ["address", "host", "tls", "login", "database", "rights", "schema"].map(step), url, reachable, prepared: reachable && !asked.has("unprepared"), server: reachable ? "PostgreSQL 15.8" : "", schemaVersion: 3, differences: [], sentence: ms() ? "Portal menjawab dan sudah sedia menerima rekod." : "The portal answers and is ready for records." };
}

function enter(): SessionView {
	session = { ...session, open: true, locked: false };
	return session;
}

function check(passphrase: string): void {
	if (passphrase === "salah") throw { code: "WrongPassphrase", message: ms() ? "Nama pengguna atau frasa laluan tidak tepat." : "User and passphrase do not fit.", hint: ms() ? "Semak huruf besar dan kecil, kemudian cuba sekali lagi." : "Check capital letters and try once more.", detail: "", written: false };
}

export const projectMock: Handlers = {
	project_recent: () => [
		{ path: PATH, file: "sk-taman-melati-2026.daftar", school: "SK Taman Melati", user: "aminah", openedAt: "2026-11-21T07:55:00Z", present: true },
		{ path: "/media/usb/sjkc-chung-hua.daftar", file: "sjkc-chung-hua.daftar", school: "SJK(C) Chung Hua 中华华小", user: "meiling", openedAt: "2026-11-12T02:10:00Z", present: false },
		{ path: "/home/kerani/Dokumen/maahad-tahfiz.daftar", file: "maahad-tahfiz.daftar", school: "Maahad Tahfiz Darul Furqan معهد تحفيظ", user: "aminah", openedAt: "2026-10-30T02:10:00Z", present: true },
	],
	project_forget: () => ({}),
	project_create: () => ({ recoveryKey: "K7QM-4TXA-9WEH-2PDN-VR6C-8JYF-3GLB-5ZUS", session: enter() }),
	project_open: ({ passphrase }) => (check(passphrase), enter()),
	project_recover: () => enter(),
	project_close: () => ((session = { ...session, open: false }), {}),
	session_view: () => session,
	session_lock: () => (session = { ...session, locked: true }),
	session_unlock: ({ passphrase }) => (check(passphrase), enter()),
	session_touch: () => session,
	dialog_open: ({ kind }) => ({ paths: kind === "open-sources" ? ["/home/kerani/Muat turun/murid_2026.xlsx", "/home/kerani/Muat turun/penjaga.csv"] : [PATH] }),
	dialog_save: ({ suggested }) => ({ paths: [`/home/kerani/Dokumen/${suggested}`] }),
	demo_open: () => startMockJob({ kind: "demo", title: ms() ? "Sekolah contoh" : "Made-up school", total: 900, unit: ms() ? "baris" : "rows", sentence: ms() ? "Sekolah contoh sudah siap." : "The made-up school is ready.", result: enter }),
	home_view: home,
	portal_view: () => portal(settings.portalUrl),
	portal_try: ({ url }) => portal(url),
	portal_prepare: () => startMockJob({ kind: "push", title: "Portal", total: 40, unit: ms() ? "jadual" : "tables", sentence: ms() ? "Portal sudah disediakan." : "The portal is prepared.", result: () => portal(settings.portalUrl) }),
	settings_view: () => settings,
	settings_set: (wanted) => {
		const given = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => value !== null && name !== "portalPassword" && name !== "redisPassword"));
		settings = { ...settings, ...given };
		session = { ...session, language: settings.language, theme: settings.theme, density: settings.density, idleMinutes: settings.idleMinutes, school: settings.school };
		return settings;
	},
};
