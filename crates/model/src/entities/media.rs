//! Records of files; the files themselves are moved by the school's own storage.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "media",
    portal_table: "content.media",
    fields: &[
        field("file_name", FieldKind::Text, Need::Required, &["nama fail", "file name", "filename"]),
        field("mime_type", FieldKind::Text, Need::Required, &["jenis fail", "mime type", "mime"]),
        field("size_bytes", FieldKind::LargeInteger, Need::Required, &["saiz", "saiz fail", "size", "size bytes"]),
        field("storage_key", FieldKind::Text, Need::Required, &["kunci storan", "storage key", "laluan", "path"]),
        field("checksum", FieldKind::Text, Need::Required, &["checksum", "hash", "sha 256"]),
        field("alt_text", FieldKind::Text, Need::Optional, &["teks alternatif", "alt text", "alt"]),
    ],
    keys: &[Key { code: "file", fields: &["storage_key"], may_be_blank: &[] }],
    person: None,
    synonyms: &["media", "fail media", "media files", "gambar"],
};
