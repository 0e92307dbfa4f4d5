//! Accounts. Those of pupils, teachers and reachable guardians are derived from their records when
//! pushing; a school's own list of accounts is mapped here. Passwords are never taken over.

use super::codes::{PORTAL_ROLE, USER_STATUS};
use super::parts::{field, local};
use crate::entity::{Entity, FieldKind, Key, Need, Person};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "users",
    portal_table: "auth.users",
    fields: &[
        field(
            "email",
            FieldKind::Email,
            Need::Optional,
            &["emel", "e-mel", "email", "e-mail", "alamat emel", "email address"],
        ),
        field(
            "username",
            FieldKind::Text,
            Need::Optional,
            &["nama pengguna", "username", "user name", "login", "id pengguna"],
        ),
        field(
            "first_name",
            FieldKind::PersonName,
            Need::Required,
            &["nama pertama", "first name", "firstname", "given name", "nama"],
        ),
        field(
            "last_name",
            FieldKind::PersonName,
            Need::Optional,
            &["nama akhir", "last name", "lastname", "surname", "nama keluarga"],
        ),
        field(
            "phone",
            FieldKind::Phone,
            Need::Optional,
            &["telefon", "phone", "no tel", "no telefon", "phone number", "mobile"],
        ),
        field("status", FieldKind::Code(&USER_STATUS), Need::Required, &["status", "status akaun", "account status"]),
        local(
            "role",
            FieldKind::Code(&PORTAL_ROLE),
            Need::Expected,
            &["peranan", "role", "jenis pengguna", "user type"],
        ),
    ],
    keys: &[
        Key { code: "email", fields: &["email"], may_be_blank: &[] },
        Key { code: "username", fields: &["username"], may_be_blank: &[] },
    ],
    person: Some(Person::Adult),
    synonyms: &["pengguna", "user", "users", "akaun", "account", "accounts"],
};
