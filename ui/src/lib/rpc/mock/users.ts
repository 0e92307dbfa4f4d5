// Made-up people of the project, and their log.
import type { UserView } from "../generated/UserView";
import type { Handlers } from "./mock";

const person = (name: string, displayName: string, role: string, roleTitle: string, lastSeen: string, me = false, disabled = false): UserView => ({ name, displayName, role, roleTitle, disabled, createdAt: "2026-09-01T02:00:00Z", lastSeen, me });
let people = [
	person("aminah", "Nur Aminah binti Yusof", "administrator", "Pentadbir", "2026-11-22T07:55:00Z", true),
	person("meiling", "Tan Mei Ling 陈美玲", "registrar", "Pendaftar", "2026-11-21T08:20:00Z"),
	person("kavitha", "S. Kavitha a/p Subramaniam", "clerk", "Kerani", "2026-11-20T03:12:00Z"),
	person("hassan", "Ustaz Hassan Basri حسن بصري", "auditor", "Juruaudit", "", false, true),
];
const WHAT = ["Membuka projek", "Membawa masuk murid_2026.xlsx", "Melihat rekod murid", "Mengunci tetingkap", "Mencetak laporan kualiti data"];

export const usersMock: Handlers = {
	users_list: () => people,
	user_add: ({ name, displayName, role }) => (people = [...people, person(name, displayName, role, role, "")]),
	user_change: ({ name, role, disabled }) => (people = people.map((one) => (one.name === name ? { ...one, role: role ?? one.role, disabled: disabled ?? one.disabled } : one))),
	passphrase_change: () => ({}),
	recovery_renew: () => ({ recoveryKey: "9WEH-2PDN-K7QM-4TXA-3GLB-5ZUS-VR6C-8JYF" }),
	access_log: ({ offset, limit }) => ({ total: 240, whole: true, entries: Array.from({ length: Math.min(limit, 240 - offset) }, (_, at) => ({ at: new Date(Date.UTC(2026, 10, 22, 8, 41) - (offset + at) * 1_000_000).toISOString(), user: people[at % 3]?.displayName ?? "", what: WHAT[at % WHAT.length] ?? "" })) }),
};
