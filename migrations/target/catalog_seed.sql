-- The roles of the portal's people, in the form of `catalog.sql`.
SELECT 'role' AS kind, 'auth.roles' AS owner, code AS name, 'role' AS definition FROM auth.roles
UNION ALL
SELECT 'permission', 'auth.permissions', code, 'permission' FROM auth.permissions
UNION ALL
SELECT 'role-permissions', 'auth.role_permissions', r.code, string_agg(p.code, ', ' ORDER BY p.code COLLATE "C")
FROM auth.role_permissions g JOIN auth.roles r ON r.id = g.role_id JOIN auth.permissions p ON p.id = g.permission_id
GROUP BY r.code
