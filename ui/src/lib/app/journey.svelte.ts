// Where the work stands and whether the portal answers: read once for rail, top bar and home.
import { Resource } from "$lib/shared/resource.svelte";
import type { HomeView } from "$lib/rpc/generated/HomeView";
import type { PortalView } from "$lib/rpc/generated/PortalView";
import { rpc } from "$lib/rpc/rpc";

export const journey = new Resource<HomeView>(() => rpc("home_view", {}));
export const portal = new Resource<PortalView>(() => rpc("portal_view", {}));

/** Whether it is known that the project has no records yet. */
export const noRecords = (): boolean => journey.value !== null && journey.value.entities.every((one) => one.records === 0);
