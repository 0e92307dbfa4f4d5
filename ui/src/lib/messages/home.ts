// Words of the home screen.
import { texts } from "./format";

export const home = texts({
	question: { ms: "Sampai di mana kerja kita?", en: "Where are we?" },
	lead: { ms: "Tiada apa-apa sampai ke portal sebelum anda menekan Hantar.", en: "Nothing reaches the portal before you press Push." },
	next: { ms: "Seterusnya", en: "Next" },
	next_go: { ms: "Teruskan", en: "Go on" },
	steps: { ms: "Perjalanan dalam lima langkah", en: "The journey in five steps" },
	step: { ms: "Langkah {at}", en: "Step {at}" },
	records: { ms: "Rekod", en: "Records" },
	entity: { ms: "Jenis", en: "Kind" },
	count: { ms: "Rekod", en: "Records" },
	ready: { ms: "Sedia", en: "Ready" },
	held_back: { ms: "Ditahan", en: "Held back" },
	merged: { ms: "Digabung", en: "Merged" },
	excluded: { ms: "Diketepikan", en: "Left out" },
	in_portal: { ms: "Dalam portal", en: "In the portal" },
	portal: { ms: "Portal", en: "Portal" },
	portal_none: { ms: "Alamat portal belum ditetapkan. Ia hanya diperlukan semasa menghantar.", en: "No portal address is set. It is only needed for pushing." },
	portal_set: { ms: "Tetapkan portal", en: "Set the portal" },
	portal_asking: { ms: "Menghubungi portal …", en: "Asking the portal …" },
	activity: { ms: "Aktiviti terkini", en: "Latest activity" },
	activity_none: { ms: "Belum ada aktiviti dalam projek ini.", en: "Nothing has been done in this project yet." },
	records_none: { ms: "Belum ada rekod. Bawa masuk fail sekolah untuk bermula.", en: "No records yet. Bring in the school's files to begin." },
});
