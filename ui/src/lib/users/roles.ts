// The four roles, the strongest first, as `crates/app` knows them.
export const ROLES = ["administrator", "registrar", "clerk", "auditor"] as const;
