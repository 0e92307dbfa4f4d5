// Words of the history.
import { texts } from "./format";

export const history = texts({
	question: { ms: "Apa yang sudah diubah?", en: "What has been changed?" },
	lead: { ms: "Setiap langkah disimpan dengan nama pembuatnya, yang terbaharu di atas. Mana-mana langkah boleh ditarik balik selagi tiada yang bergantung padanya.", en: "Every step is kept with the name of whoever made it, the newest on top. Any step can be taken back where nothing depends on it." },
	undo: { ms: "Buat asal: {title}", en: "Undo: {title}" },
	redo: { ms: "Buat semula: {title}", en: "Redo: {title}" },
	none: { ms: "Belum ada perubahan", en: "No changes yet" },
	none_text: { ms: "Setiap pembetulan dan setiap sel yang anda ubah akan tercatat di sini, lengkap dengan nilai sebelum dan selepas.", en: "Every correction and every cell you change will be written down here, with the value before and after." },
	none_go: { ms: "Cari pembetulan", en: "Look for corrections" },
	changes: { ms: "{n|nilai} diubah", en: "{n|value|values} changed" },
	more: { ms: "dan {n} lagi", en: "and {n} more" },
	state_done: { ms: "berkuat kuasa", en: "in effect" },
	state_undone: { ms: "dibuat asal", en: "undone" },
	take_back: { ms: "Tarik balik yang ini sahaja", en: "Take only this one back" },
	take_back_hint: { ms: "Langkah selepasnya kekal. Jika ada yang bergantung padanya, Daftar memberitahu yang mana.", en: "Later steps stay. Where one depends on it, Daftar says which." },
	go: { ms: "Kembali ke sini", en: "Go back to here" },
	go_hint: { ms: "Rekod kembali seperti selepas langkah ini.", en: "Records stand again as after this step." },
	go_start: { ms: "Kembali ke permulaan", en: "Go back to the beginning" },
	after: { ms: "dibuat selepas langkah {step}", en: "made after step {step}" },
	number: { ms: "Langkah {step}", en: "Step {step}" },
	here: { ms: "rekod berada di sini", en: "records stand here" },
	sealed: { ms: "tidak boleh dibuat asal lagi", en: "can no longer be undone" },
	branches: { ms: "Langkah pada cabang lama tidak hilang: “Kembali ke sini” membawa anda ke sana.", en: "Steps on an older branch are not lost: “Go back to here” takes you there." },
	state_branch: { ms: "cabang lama", en: "older branch" },
});
