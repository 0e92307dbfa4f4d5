// The address of a database, put together from what a person knows about it.

/** The kinds of server that are read, with the port that they listen on unless told otherwise. */
export const SERVERS = { mysql: 3306, postgres: 5432 } as const;
export type ServerKind = keyof typeof SERVERS;

/** How safe the connection must be: the words of an address. */
export type Safety = "prefer" | "require" | "verify";

export type DatabaseWish = { kind: ServerKind; host: string; port: number | null; database: string; user: string; safety: Safety };

const MODES = {
	mysql: { prefer: "preferred", require: "required", verify: "verify_identity" },
	postgres: { prefer: "prefer", require: "require", verify: "verify-full" },
} as const;

/** Whether enough is known to try. */
export const complete = (wish: DatabaseWish): boolean => wish.host.trim() !== "" && wish.database.trim() !== "" && wish.user.trim() !== "";

/** The address without a password: that travels beside it and is kept nowhere. */
export function addressOf(wish: DatabaseWish): string {
	const key = wish.kind === "mysql" ? "ssl-mode" : "sslmode";
	const port = wish.port ? `:${wish.port}` : "";
	const host = wish.host.trim();
	// The colons of an IPv6 address would be read as a port.
	const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
	return `${wish.kind}://${encodeURIComponent(wish.user.trim())}@${name}${port}/${encodeURIComponent(wish.database.trim())}?${key}=${MODES[wish.kind][wish.safety]}`;
}
