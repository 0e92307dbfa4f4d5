// Who works in which project, and how the window looks for them.
import { toErrorView } from "$lib/errors/errors";
import { language, useLanguage } from "$lib/messages/messages.svelte";
import type { SessionView } from "$lib/rpc/generated/SessionView";
import type { SettingsSet } from "$lib/rpc/generated/SettingsSet";
import { rpc } from "$lib/rpc/rpc";

const CLOSED: SessionView = {
	open: false, locked: false, path: "", school: "", code: "", year: 0, user: "", displayName: "", role: "",
	may: [], language: "", theme: "", density: "", idleMinutes: 0, version: "",
};
/** Between two signs of life to the application, in milliseconds. */
const TOUCH_EVERY = 20_000;

const held = $state({ session: CLOSED, ready: false, theme: "system", density: "comfortable" });
let touchedAt = 0;

export const session = (): SessionView => held.session;
export const ready = (): boolean => held.ready;
export const theme = (): string => held.theme;
export const density = (): string => held.density;

/** Whether the person's role lets them do `what`. */
export function may(what: string): boolean {
	return held.session.may.includes(what);
}

/** Takes over a session that the application answered with. Language and look follow when a project opens. */
export function takeSession(session: SessionView): void {
	const opens = session.open && (!held.session.open || held.session.path !== session.path);
	held.session = session;
	held.ready = true;
	if (!opens) return;
	if (session.language !== "") useLanguage(session.language);
	look({ theme: session.theme, density: session.density });
}

/** Asks who is in; to be called once at the start. */
export async function startSession(): Promise<void> {
	useLanguage(localStorage.getItem("daftar.language") ?? "ms");
	look({ theme: localStorage.getItem("daftar.theme") ?? "system", density: localStorage.getItem("daftar.density") ?? "comfortable" });
	takeSession(await rpc("session_view", {}));
}

function look(wanted: { theme?: string; density?: string }): void {
	held.theme = wanted.theme || held.theme;
	held.density = wanted.density || held.density;
	document.documentElement.dataset.theme = held.theme;
	document.documentElement.dataset.density = held.density;
}

/** Changes language or look: at once in the window, kept on this computer, and in the project where one is open. */
export async function prefer(wanted: { language?: string; theme?: string; density?: string }): Promise<void> {
	look(wanted);
	localStorage.setItem("daftar.language", wanted.language ?? language());
	localStorage.setItem("daftar.theme", held.theme);
	localStorage.setItem("daftar.density", held.density);
	try {
		if (held.session.open && !held.session.locked) await rpc("settings_set", { ...NO_SETTINGS, ...wanted });
	} catch (thrown) {
		// While a job writes, the choice holds for this window only; that is no reason to stop anyone.
		if (toErrorView(thrown).code !== "ProjectBusy") throw thrown;
	} finally {
		// Only now: what is read again because the language changed must be answered in the new one.
		if (wanted.language) useLanguage(wanted.language);
	}
}

/** Settings that change nothing; spread the changed ones over it. */
export const NO_SETTINGS: SettingsSet = {
    backupsKept: null, code: null, density: null, idleMinutes: null, language: null, portalPassword: null, portalUrl: null, redisPassword: null, redisUrl: null, school: null, schoolPhone: null, theme: null, year: null,
};

/** Locks the window. */
export async function lock(): Promise<void> {
	takeSession(await rpc("session_lock", {}));
}

/** Tells the application that the person is at work, at most every 20 seconds. */
export async function touch(now: number): Promise<void> {
	if (!held.session.open || held.session.locked || now - touchedAt < TOUCH_EVERY) return;
	touchedAt = now;
	takeSession(await rpc("session_touch", {}));
}

/** Looks whether the application has locked itself meanwhile. */
export async function lookAgain(): Promise<void> {
	if (held.session.open && !held.session.locked) takeSession(await rpc("session_view", {}));
}

/** Closes the project. */
export async function closeProject(): Promise<void> {
	await rpc("project_close", {});
	takeSession(await rpc("session_view", {}));
	location.hash = "";
}
