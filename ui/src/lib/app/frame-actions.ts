// What can be done from anywhere: go to a screen, change the look, lock, close.
import { language, t } from "$lib/messages/messages.svelte";
import { ROUTES } from "../../routes/routes";
import type { Action } from "./actions.svelte";
import { goTo } from "./router.svelte";
import { closeProject, lock, may, prefer } from "./session.svelte";
import { attempt } from "./toasts.svelte";

type Overlays = { palette: () => void; keys: () => void };

/** The actions of the frame, in the words of the language in use. */
export function frameActions({ palette, keys }: Overlays): Action[] {
	const screens = ROUTES.filter((route) => route.group !== "hidden" && (!route.may || may(route.may)));
	const other = language() === "ms" ? "en" : "ms";
	const choose = (wanted: Parameters<typeof prefer>[0]) => () => attempt(() => prefer(wanted));
	return [
		...screens.map((route, at) => ({
			id: `go-${route.stage}`,
			title: t("app.go_to", { screen: t(route.title) }),
			keys: at < 9 ? `Alt ${at + 1}` : undefined,
			run: () => goTo(route.stage),
		})),
		{ id: "palette", title: t("app.key_palette"), keys: "Ctrl K", run: palette },
		{ id: "keys", title: t("app.keys_title"), keys: "?", run: keys },
		{ id: "language", title: `${t("app.language")}: ${t(`app.language_${other}`)}`, run: choose({ language: other }) },
		{ id: "light", title: t("app.to_light"), run: choose({ theme: "light" }) },
		{ id: "dark", title: t("app.to_dark"), run: choose({ theme: "dark" }) },
		{ id: "lock", title: t("app.lock_now"), keys: "Ctrl L", run: () => attempt(lock) },
		{ id: "close", title: t("app.close_project"), run: () => attempt(closeProject) },
	];
}
