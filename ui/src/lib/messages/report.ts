// Words of the reports.
import { texts } from "./format";

export const report = texts({
	question: { ms: "Laporan apa yang hendak diserahkan?", en: "What do I hand over?" },
	lead: { ms: "Pilih laporan, lihat dahulu, kemudian simpan. Laporan PDF mempunyai tempat tandatangan.", en: "Choose a report, look at it first, then save it. The PDF has room for signatures." },
	kinds: { ms: "Laporan", en: "Reports" },
	not_ready: { ms: "Belum boleh", en: "Not yet" },
	ready: { ms: "Sedia", en: "Ready" },
	export_pdf: { ms: "Simpan PDF …", en: "Save as PDF …" },
	export_html: { ms: "HTML …", en: "HTML …" },
	export_xlsx: { ms: "Buku kerja …", en: "Workbook …" },
	export_json: { ms: "JSON …", en: "JSON …" },
	preview: { ms: "Pratonton: {title}", en: "Preview: {title}" },
	preview_loading: { ms: "Laporan sedang disediakan …", en: "Preparing the report …" },
	done: { ms: "{sentence} ({size})", en: "{sentence} ({size})" },
	file: { ms: "laporan", en: "report" },
});
