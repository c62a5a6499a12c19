//! The graph as a page by itself: the picture, and the same facts as tables. With script the picture can be searched,
//! focused and filtered; without, nothing is missing but that.
//!
//! Whatever comes from the input is escaped, and the page's own content policy lets nothing run but the one script that
//! is written here, by its hash, and nothing be fetched.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::label::escaped;
use crate::picture::{Mark, Picture, Place};
use crate::{View, svg};

const PAGE_STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// The page.
pub fn render(view: &View, picture: &Picture) -> String {
    let style = format!("\n{PAGE_STYLE}{}", svg::STYLE);
    let script = format!("\n{SCRIPT}");
    let sorts: BTreeSet<&str> = view.edges.iter().map(|edge| edge.sub_type.as_str()).collect();
    let sorts: Vec<&str> = sorts.into_iter().collect();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{}'; script-src '{}'; \
         base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n",
        hash(&style),
        hash(&script),
        escaped(&picture.description),
        title = escaped(&picture.title),
    );
    tools(view, &sorts, &mut page);
    page.push_str("<div class=\"view\" id=\"view\" role=\"region\" aria-label=\"Graph\" tabindex=\"0\">\n");
    page.push_str(&svg::element(picture, &|sort, mark| filter(&sorts, sort, mark)));
    page.push_str(
        "</div>\n<p class=\"status\" id=\"status\" role=\"status\"></p>\n\
         <p class=\"keys\" hidden><kbd>/</kbd> searches, <kbd>Enter</kbd> on a box shows it with its neighbours, the arrow \
         keys go from box to box, <kbd>Esc</kbd> shows all again, <kbd>+</kbd> <kbd>-</kbd> <kbd>0</kbd> zoom.</p>\n",
    );
    tables(view, picture, &sorts, &mut page);
    page.push_str(&format!("</main>\n<script>{script}</script>\n</body>\n</html>\n"));
    page
}

/// What the content policy calls a text by.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

/// The number of the tick box that shows and hides relationships of a sort; the last are for what is not there and for
/// what comes from outside.
fn filter(sorts: &[&str], sort: &str, mark: Mark) -> usize {
    match mark {
        Mark::Missing => sorts.len(),
        Mark::External => sorts.len() + 1,
        Mark::Plain | Mark::Added | Mark::Removed | Mark::Changed => sorts.binary_search(&sort).unwrap_or_default(),
    }
}

/// The tools that need the script; it shows them.
fn tools(view: &View, sorts: &[&str], page: &mut String) {
    page.push_str(
        "<div class=\"tools\" hidden>\n<div class=\"search\"><label for=\"search\">Search components</label>\
         <input id=\"search\" type=\"search\" role=\"combobox\" aria-expanded=\"false\" aria-controls=\"results\" \
         aria-autocomplete=\"list\" autocomplete=\"off\" spellcheck=\"false\">\
         <ul id=\"results\" class=\"results\" role=\"listbox\" aria-label=\"Components found\" hidden></ul></div>\n",
    );
    let name = |(number, sort): (usize, &&str)| {
        (number, if sort.is_empty() { "without a sort".to_owned() } else { (*sort).to_owned() })
    };
    let mut names: Vec<(usize, String)> = sorts.iter().enumerate().map(name).collect();
    for (list, mark, name) in
        [(&view.missing, Mark::Missing, "not here"), (&view.external, Mark::External, "from outside")]
    {
        if !list.is_empty() {
            names.push((filter(sorts, "", mark), name.to_owned()));
        }
    }
    if !names.is_empty() {
        page.push_str("<fieldset><legend>Relationships</legend>\n");
        for (number, name) in &names {
            page.push_str(&format!(
                "<label><input type=\"checkbox\" value=\"{number}\" checked> {}</label>\n",
                escaped(name)
            ));
        }
        page.push_str("</fieldset>\n");
    }
    page.push_str(
        "<div><button type=\"button\" id=\"farther\" aria-label=\"Smaller\">−</button> \
         <button type=\"button\" id=\"closer\" aria-label=\"Larger\">+</button> \
         <button type=\"button\" id=\"fit\">Fit</button> \
         <button type=\"button\" id=\"all\" hidden>Show all</button></div>\n</div>\n",
    );
}

/// The facts: components, relationships, and what is not there, each with its place.
fn tables(view: &View, picture: &Picture, sorts: &[&str], page: &mut String) {
    let anchors = view.nodes.iter().zip(&picture.places).filter_map(|(node, place)| match place {
        Place::Tile(number) => Some((node.id.as_str(), format!("n{number}"))),
        Place::Frame(number) => Some((node.id.as_str(), format!("f{number}"))),
        Place::Nowhere => None,
    });
    let tile_of: HashMap<&str, String> = anchors.collect();
    let tile = |id: &str| tile_of.get(id).map(String::as_str).unwrap_or_default();
    let linked = |id: &str| match tile(id) {
        "" => format!("<code>{}</code>", escaped(id)),
        tile => format!("<a href=\"#{tile}\"><code>{}</code></a>", escaped(id)),
    };
    begin(page, "Components", &["Component", "Kind", "Namespace", "Name", "Declared at"]);
    for node in &view.nodes {
        page.push_str(&format!(
            "<tr data-tile=\"{}\" data-id=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td>\
             <td><code>{}:{}</code></td></tr>\n",
            tile(&node.id),
            escaped(&node.id),
            linked(&node.id),
            escaped(&node.kind),
            escaped(&node.namespace),
            escaped(&node.name),
            escaped(&node.file),
            node.line
        ));
    }
    end(page);
    if !view.edges.is_empty() {
        begin(page, "Relationships", &["From", "Relationship", "To", "Field", "Declared at"]);
        for edge in &view.edges {
            let field = if edge.field_path.is_empty() { edge.origin } else { edge.field_path.as_str() };
            page.push_str(&format!(
                "<tr data-from=\"{}\" data-to=\"{}\" data-filter=\"{}\"><td>{}</td><td>{}</td><td>{}</td>\
                 <td><code>{}</code></td><td><code>{}:{}:{}</code></td></tr>\n",
                tile(&edge.from),
                tile(&edge.to),
                filter(sorts, &edge.sub_type, Mark::Plain),
                linked(&edge.from),
                escaped(&format!("{}/{}/{}", edge.kind, edge.type_name, edge.sub_type)),
                linked(&edge.to),
                escaped(field),
                escaped(&edge.file),
                edge.line,
                edge.column
            ));
        }
        end(page);
    }
    for (list, mark, title) in
        [(&view.missing, Mark::Missing, "Not here"), (&view.external, Mark::External, "From outside")]
    {
        if list.is_empty() {
            continue;
        }
        begin(page, title, &["From", "What is named", "Field", "Named at"]);
        for missing in list {
            page.push_str(&format!(
                "<tr data-from=\"{}\" data-to=\"\" data-filter=\"{}\"><td>{}</td><td><code>{}</code>{}</td>\
                 <td><code>{}</code></td><td><code>{}:{}:{}</code></td></tr>\n",
                tile(&missing.from),
                filter(sorts, "", mark),
                linked(&missing.from),
                escaped(&missing.shown()),
                if missing.optional { " (optional)" } else { "" },
                escaped(&missing.field_path),
                escaped(&missing.file),
                missing.line,
                missing.column
            ));
        }
        end(page);
    }
}

fn begin(page: &mut String, title: &str, columns: &[&str]) {
    let columns: String = columns.iter().map(|column| format!("<th scope=\"col\">{column}</th>")).collect();
    page.push_str(&format!(
        "<h2>{title}</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"{title}\" tabindex=\"0\">\n<table>\n<thead>\
         <tr>{columns}</tr></thead>\n<tbody>\n"
    ));
}

fn end(page: &mut String) {
    page.push_str("</tbody>\n</table>\n</div>\n");
}
