// All screens, in the order of the rail. A new screen is one line here.
import type { Component } from "svelte";
import type { MessageKey } from "$lib/messages/messages.svelte";
import type { IconName } from "$lib/shared/icons";
import Cleanse from "./cleanse/Cleanse.svelte";
import History from "./history/History.svelte";
import Home from "./home/Home.svelte";
import Import from "./import/Import.svelte";
import Mapping from "./mapping/Mapping.svelte";
import Profile from "./profile/Profile.svelte";
import Matching from "./matching/Matching.svelte";
import Push from "./push/Push.svelte";
import Records from "./records/Records.svelte";
import Report from "./report/Report.svelte";
import Rollback from "./rollback/Rollback.svelte";
import Settings from "./settings/Settings.svelte";
import Users from "./users/Users.svelte";
import Validate from "./validate/Validate.svelte";
import Verify from "./verify/Verify.svelte";

export type Route = {
	stage: string;
	icon: IconName;
	/** Part of the rail; `hidden` screens are reached from others. */
	group: "journey" | "project" | "hidden";
	title: MessageKey;
	/** Gets what stands behind the stage in the address. */
	screen: Component<{ parts: string[] }>;
	/** Right that a person needs to see it. */
	may?: string;
};

export const ROUTES: readonly Route[] = [
	{ stage: "home", icon: "home", group: "journey", title: "app.nav_home", screen: Home },
	{ stage: "import", icon: "import", group: "journey", title: "app.nav_import", screen: Import },
	{ stage: "profile", icon: "profile", group: "journey", title: "app.nav_profile", screen: Profile },
	{ stage: "mapping", icon: "mapping", group: "journey", title: "app.nav_mapping", screen: Mapping },
	{ stage: "records", icon: "records", group: "journey", title: "app.nav_records", screen: Records },
	{ stage: "cleanse", icon: "cleanse", group: "journey", title: "app.nav_cleanse", screen: Cleanse },
	{ stage: "matching", icon: "matching", group: "journey", title: "app.nav_matching", screen: Matching },
	{ stage: "history", icon: "history", group: "journey", title: "app.nav_history", screen: History },
	{ stage: "validate", icon: "validate", group: "journey", title: "app.nav_validate", screen: Validate },
	{ stage: "push", icon: "push", group: "journey", title: "app.nav_push", screen: Push },
	{ stage: "verify", icon: "verify", group: "journey", title: "app.nav_verify", screen: Verify },
	{ stage: "rollback", icon: "rollback", group: "journey", title: "app.nav_rollback", screen: Rollback },
	{ stage: "report", icon: "report", group: "journey", title: "app.nav_report", screen: Report },
	{ stage: "users", icon: "users", group: "project", title: "app.nav_users", screen: Users, may: "manage-users" },
	{ stage: "settings", icon: "settings", group: "project", title: "app.nav_settings", screen: Settings },
];
