//! What a screen reader and an archive need: the tree of tags, the language, the title, dates and XMP metadata.
//!
//! Source: ISO 32000-1, 14.7 (logical structure), 14.8 (tagged PDF) and 14.3.2 (metadata streams).

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use super::canvas::Canvas;
use super::draw::{Kid, Node, Role};
use super::writer::utf16;
use crate::Error;
use crate::doc::Doc;

/// Adds tags and metadata to a written document.
///
/// # Errors
///
/// [`Error::Write`] where the document lacks its catalogue or a page.
pub(crate) fn add(file: &mut Document, doc: &Doc, canvas: &Canvas) -> Result<(), Error> {
    let pages: Vec<ObjectId> = file.get_pages().into_values().collect();
    let root = add_tree(file, canvas, &pages);
    for (index, page) in pages.iter().enumerate() {
        let page = file.get_dictionary_mut(*page).map_err(broken)?;
        page.set("StructParents", index as i64);
        page.set("Tabs", Object::Name(b"S".to_vec()));
    }
    let metadata = Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(doc).into_bytes());
    let metadata = file.add_object(metadata.with_compression(false));
    let catalogue = file.catalog_mut().map_err(broken)?;
    catalogue.set("StructTreeRoot", root);
    catalogue.set("MarkInfo", dictionary! { "Marked" => true });
    catalogue.set("Lang", Object::string_literal(doc.lang.code()));
    catalogue.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalogue.set("Metadata", metadata);
    file.version = "1.7".to_owned();
    set_info(file, doc)
}

fn broken(source: lopdf::Error) -> Error {
    Error::Write { source: Box::new(source) }
}

fn set_info(file: &mut Document, doc: &Doc) -> Result<(), Error> {
    let made = Object::string_literal(doc.made_at.format("D:%Y%m%d%H%M%S").to_string());
    let info = dictionary! {
        "Title" => text(&doc.title),
        "Author" => text(&doc.author),
        "Creator" => text(&doc.creator),
        "Producer" => text(&doc.creator),
        "CreationDate" => made.clone(),
        "ModDate" => made,
    };
    let place = file.trailer.get(b"Info").and_then(Object::as_reference).map_err(broken)?;
    file.set_object(place, info);
    // The same report gives the same file: the identifier comes from what it is, not from chance.
    let name = format!("{} {}", doc.title, doc.made_at);
    let id = Object::String(fingerprint(&name).to_vec(), StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![id.clone(), id]);
    Ok(())
}

/// 16 bytes that differ where the names differ (FNV-1a, 64 bits, twice).
fn fingerprint(name: &str) -> [u8; 16] {
    let hash =
        |start: u64| name.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&hash(0xcbf2_9ce4_8422_2325).to_be_bytes());
    bytes[8..].copy_from_slice(&hash(0x8422_2325_cbf2_9ce4).to_be_bytes());
    bytes
}

fn text(words: &str) -> Object {
    Object::String(utf16(words), StringFormat::Hexadecimal)
}

fn add_tree(file: &mut Document, canvas: &Canvas, pages: &[ObjectId]) -> ObjectId {
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = canvas.nodes.iter().map(|_| file.new_object_id()).collect();
    for (index, node) in canvas.nodes.iter().enumerate() {
        let parent = if index == 0 { root } else { ids[node.parent] };
        file.set_object(ids[index], element(node, parent, &ids, pages));
    }
    let mut numbers: Vec<Object> = Vec::new();
    for (index, page) in canvas.pages.iter().enumerate() {
        let marks: Vec<Object> = page.marks.iter().map(|node| ids[*node].into()).collect();
        numbers.extend([Object::Integer(index as i64), marks.into()]);
    }
    let parents = file.add_object(dictionary! { "Nums" => numbers });
    let tree = dictionary! {
        "Type" => "StructTreeRoot",
        "K" => ids[0],
        "ParentTree" => parents,
        "ParentTreeNextKey" => canvas.pages.len() as i64,
    };
    file.set_object(root, tree);
    root
}

fn element(node: &Node, parent: ObjectId, ids: &[ObjectId], pages: &[ObjectId]) -> Dictionary {
    let mut element = dictionary! { "S" => node.role.name(), "P" => parent };
    let home = node.kids.iter().find_map(|kid| match kid {
        Kid::Mark { page, .. } => Some(*page),
        Kid::Node(_) => None,
    });
    if let Some(home) = home {
        element.set("Pg", pages[home]);
    }
    let mut kids: Vec<Object> = node.kids.iter().map(|kid| part(*kid, home, ids, pages)).collect();
    match kids.len() {
        0 => {}
        1 => element.set("K", kids.remove(0)),
        _ => element.set("K", kids),
    }
    match (&node.alt, node.role) {
        (Some(alt), Role::Figure) => element.set("Alt", text(alt)),
        (Some(title), _) => element.set("T", text(title)),
        (None, Role::Th) => element.set("A", dictionary! { "O" => "Table", "Scope" => "Column" }),
        (None, _) => {}
    }
    element
}

fn part(kid: Kid, home: Option<usize>, ids: &[ObjectId], pages: &[ObjectId]) -> Object {
    match kid {
        Kid::Node(node) => ids[node].into(),
        Kid::Mark { page, mark } if Some(page) == home => Object::Integer(mark as i64),
        Kid::Mark { page, mark } => dictionary! { "Type" => "MCR", "Pg" => pages[page], "MCID" => mark as i64 }.into(),
    }
}

fn xmp(doc: &Doc) -> String {
    let made = doc.made_at.format("%Y-%m-%dT%H:%M:%S");
    let [title, author, creator] = [&doc.title, &doc.author, &doc.creator].map(|words| crate::html::escape(words));
    let lang = doc.lang.code();
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
         <dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreatorTool>{creator}</xmp:CreatorTool><xmp:CreateDate>{made}</xmp:CreateDate>\
         <xmp:ModifyDate>{made}</xmp:ModifyDate><pdf:Producer>{creator}</pdf:Producer>\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    )
}
