// The shell, as seen from the window: the only file that may import @tauri-apps.
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";

export type Stop = () => void;

/** What a drag over the window tells: hovering, left, or these files were dropped. */
export type FileDrag = { kind: "over" } | { kind: "leave" } | { kind: "drop"; paths: string[] };

/** Whether the page runs inside the shell. */
export function inShell(): boolean {
	return "__TAURI_INTERNALS__" in globalThis;
}

/** Calls one command of the application. Rejects with whatever the shell rejects with. */
export function invokeRpc(cmd: string, payload: unknown): Promise<unknown> {
	return invoke("rpc", { cmd, payload });
}

/** Hears of the progress of jobs. */
export function listenJobs(heard: (job: unknown) => void): Promise<Stop> {
	return listen("job", (event) => heard(event.payload));
}

/** Hears of files dragged onto the window; outside the shell nothing is heard. */
export async function listenFileDrag(heard: (drag: FileDrag) => void): Promise<Stop> {
	if (!inShell()) return () => {};
	return getCurrentWebview().onDragDropEvent(({ payload }) => {
		if (payload.type === "drop") heard({ kind: "drop", paths: payload.paths });
		else if (payload.type === "leave") heard({ kind: "leave" });
		else heard({ kind: "over" });
	});
}
