//! HTML: one file that needs nothing else, with every value escaped and every cell finding its own direction.

use std::fmt::Write as _;

use crate::doc::{Block, Cell, Chart, Cover, Doc, Row, Shade, Shape, Signatures, Table, Tone};
use crate::say::grouped;

const STYLE: &str = include_str!("html.css");

/// The document as a page of HTML.
pub(crate) fn write(doc: &Doc) -> String {
    let lang = doc.lang.code();
    let title = escape(&doc.title);
    let body: String = doc.blocks.iter().map(block).collect();
    let foot = escape(&doc.foot);
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n<footer dir=\"auto\">{foot}</footer>\n\
         </body>\n</html>\n"
    )
}

/// `text` fit for HTML and XML, in text and in quoted attributes; characters that neither allows are left out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(letter),
            '\u{202A}'..='\u{202E}' | '\u{FFFE}' | '\u{FFFF}' => {}
            _ if letter.is_control() => {}
            _ => escaped.push(letter),
        }
    }
    escaped
}

fn block(block: &Block) -> String {
    match block {
        Block::Cover(cover) => self::cover(cover),
        Block::Heading { level, text } => {
            let level = level + 1;
            format!("<h{level} dir=\"auto\">{}</h{level}>\n", escape(text))
        }
        Block::Para { text, tone } => format!("<p dir=\"auto\" class=\"{}\">{}</p>\n", class(*tone), escape(text)),
        Block::List(items) => {
            let items: String = items.iter().map(|item| format!("<li dir=\"auto\">{}</li>\n", escape(item))).collect();
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Table(table) => self::table(table),
        Block::Chart(chart) => self::chart(chart),
        // Codes are printed on paper alone.
        Block::Letter(_) => String::new(),
        Block::Signatures(block) => signatures(block),
    }
}

fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "plain",
        Tone::Quiet => "quiet",
        Tone::Good => "good",
        Tone::Warn => "warn",
        Tone::Bad => "bad",
    }
}

fn cover(cover: &Cover) -> String {
    let (icon, class) = match cover.tone {
        Tone::Bad => ("M5 5 L15 15 M15 5 L5 15", "bad"),
        Tone::Warn => ("M10 4 V11 M10 15.4 V15.5", "warn"),
        _ => ("M4 10.5 L8.5 15 L16 6", "good"),
    };
    let figure = |(label, value, tone): &(String, String, Tone)| {
        let tone = self::class(*tone);
        format!("<div class=\"figure\"><b class=\"{tone}\">{}</b><span>{}</span></div>\n", escape(value), escape(label))
    };
    let fact = |(label, value): &(String, String)| {
        format!("<dt>{}</dt><dd dir=\"auto\">{}</dd>\n", escape(label), escape(value))
    };
    let figures: String = cover.figures.iter().map(figure).collect();
    let facts: String = cover.facts.iter().map(fact).collect();
    let [kicker, title, school] = [&cover.kicker, &cover.title, &cover.school].map(|words| escape(words));
    let [verdict, because] = [&cover.verdict, &cover.because].map(|words| escape(words));
    format!(
        "<header>\n<p class=\"kicker\">{kicker}</p>\n<h1>{title}</h1>\n<p class=\"school\" dir=\"auto\">{school}</p>\n\
         <div class=\"verdict {class}\"><svg viewBox=\"0 0 20 20\" aria-hidden=\"true\"><path d=\"{icon}\"/></svg>\
         <div><b>{verdict}</b><p dir=\"auto\">{because}</p></div></div>\n<div class=\"figures\">\n{figures}</div>\n\
         <dl>\n{facts}</dl>\n</header>\n"
    )
}

fn table(table: &Table) -> String {
    let mut html = String::from("<div class=\"scroll\"><table>\n<thead><tr>");
    for (title, shape) in &table.columns {
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", shape_class(*shape), escape(title));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        push_row(&mut html, table, row);
    }
    html.push_str("</tbody>\n</table></div>\n");
    html
}

fn push_row(html: &mut String, table: &Table, row: &Row) {
    let class = match (row.alarm, row.total) {
        (true, true) => " class=\"alarm total\"",
        (true, false) => " class=\"alarm\"",
        (false, true) => " class=\"total\"",
        (false, false) => "",
    };
    let _ = write!(html, "<tr{class}>");
    for (cell, (_, shape)) in row.cells.iter().zip(&table.columns) {
        let _ = write!(html, "<td dir=\"auto\"{}>{}</td>", shape_class(*shape), cell_text(cell));
    }
    html.push_str("</tr>\n");
}

fn shape_class(shape: Shape) -> &'static str {
    match shape {
        Shape::Number => " class=\"number\"",
        Shape::Label => " class=\"label\"",
        Shape::Text(_) => "",
    }
}

fn cell_text(cell: &Cell) -> String {
    let text = escape(&cell.text);
    match (cell.tone, cell.bold) {
        (Tone::Plain, false) => text,
        (tone, true) => format!("<b class=\"{}\">{text}</b>", class(tone)),
        (tone, false) => format!("<span class=\"{}\">{text}</span>", class(tone)),
    }
}

fn shade(shade: Shade) -> &'static str {
    match shade {
        Shade::Strong => "strong",
        Shade::Middle => "middle",
        Shade::Light => "light",
        Shade::Grey => "grey",
        Shade::Amber => "amber",
        Shade::Red => "red",
    }
}

fn chart(chart: &Chart) -> String {
    let most = chart.bars.iter().map(|(_, parts)| parts.iter().sum::<u64>()).max().unwrap_or(0).max(1);
    let mut html =
        format!("<h3>{}</h3>\n<figure role=\"img\" aria-label=\"{}\">\n", escape(&chart.title), escape(&chart.alt));
    for (label, parts) in &chart.bars {
        let _ = write!(html, "<div class=\"bar\"><span dir=\"auto\">{}</span><div>", escape(label));
        for ((_, colour), count) in chart.parts.iter().zip(parts).filter(|(_, count)| **count > 0) {
            let share = *count as f64 * 100.0 / most as f64;
            let _ = write!(html, "<i class=\"{}\" style=\"width:{share:.2}%\"></i>", shade(*colour));
        }
        let _ = writeln!(html, "</div><b>{}</b></div>", grouped(parts.iter().sum()));
    }
    html.push_str("<p class=\"legend\">");
    for (name, colour) in &chart.parts {
        let _ = write!(html, "<span><i class=\"{}\"></i>{}</span>", shade(*colour), escape(name));
    }
    html.push_str("</p>\n</figure>\n");
    html
}

fn signatures(block: &Signatures) -> String {
    let mut html = format!(
        "<section class=\"sign\">\n<h2>{}</h2>\n<p>{}</p>\n<div class=\"people\">\n",
        escape(&block.title),
        escape(&block.intro)
    );
    for (capacity, name) in &block.people {
        let _ = write!(html, "<div><b>{}</b>", escape(capacity));
        for (index, label) in block.lines.iter().enumerate() {
            let name = if index == 0 { escape(name) } else { String::new() };
            let _ = write!(html, "<p><span>{}</span><em dir=\"auto\">{name}</em></p>", escape(label));
        }
        html.push_str("</div>\n");
    }
    let _ = writeln!(html, "</div>\n<div class=\"stamp\">{}</div>\n</section>", escape(&block.stamp));
    html
}
