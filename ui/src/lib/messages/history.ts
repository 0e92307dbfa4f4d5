// Words of the history.
import { texts } from "./format";

export const history = texts({
	question: { ms: "Apa yang sudah diubah?", en: "What has been changed?" },
	lead: { ms: "Setiap langkah disimpan dengan nama pembuatnya, yang terbaharu di atas. Langkah terakhir boleh dibuat asal.", en: "Every step is kept with the name of whoever made it, the newest on top. The last step can be undone." },
	undo: { ms: "Buat asal: {title}", en: "Undo: {title}" },
	redo: { ms: "Buat semula: {title}", en: "Redo: {title}" },
	none: { ms: "Belum ada perubahan", en: "No changes yet" },
	none_text: { ms: "Setiap pembetulan dan setiap sel yang anda ubah akan tercatat di sini, lengkap dengan nilai sebelum dan selepas.", en: "Every correction and every cell you change will be written down here, with the value before and after." },
	none_go: { ms: "Cari pembetulan", en: "Look for corrections" },
	changes: { ms: "{n|nilai} diubah", en: "{n|value|values} changed" },
	more: { ms: "dan {n} lagi", en: "and {n} more" },
	state_done: { ms: "berkuat kuasa", en: "in effect" },
	state_undone: { ms: "dibuat asal", en: "undone" },
	state_branch: { ms: "cabang lama", en: "older branch" },
});
