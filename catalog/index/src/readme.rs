//! The README of a pattern as HTML that is safe to show.

use std::collections::BTreeMap;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// What is put before the ids of headings, so that none of them is one of the page's own.
const PREFIX: &str = "readme-";

/// Markdown as HTML: no script, no style, no frame, no form, and no picture from elsewhere, which would tell its owner who reads. Pictures
/// become links. Headings begin at the third level, below those of the page. `file` gives the address of a file of the pattern.
pub fn html(markdown: &str, file: &dyn Fn(&str) -> Option<String>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut ids: BTreeMap<String, usize> = BTreeMap::new();
    let mut events: Vec<Event<'_>> = Vec::new();
    // The name of the pattern stands above the text already.
    let mut is_title = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if events.is_empty() => is_title = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) if is_title => is_title = false,
            _ if is_title => {}
            Event::Start(Tag::Heading { level, .. }) => {
                let heading = Tag::Heading { level: lower(level), id: None, classes: Vec::new(), attrs: Vec::new() };
                events.push(Event::Start(heading));
            }
            Event::End(TagEnd::Heading(level)) => {
                name_heading(&mut events, &mut ids);
                events.push(Event::End(TagEnd::Heading(lower(level))));
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            Event::End(TagEnd::Image) => events.push(Event::End(TagEnd::Link)),
            event => events.push(event),
        }
    }
    for event in &mut events {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && let Some(path) = local(dest_url)
            && let Some(address) = file(path)
        {
            *dest_url = address.into();
        }
    }
    let mut unsafe_html = String::new();
    html::push_html(&mut unsafe_html, events.into_iter());
    // What is wider than the page scrolls, and not only by a mouse.
    cleaner().clean(&unsafe_html).to_string().replace("<pre>", "<pre tabindex=\"0\">")
}

/// The first paragraph as plain text, for those who search.
pub fn plain(markdown: &str) -> String {
    let mut text = String::new();
    for event in Parser::new(markdown) {
        match event {
            Event::Text(part) | Event::Code(part) => text.push_str(&part),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    text
}

fn cleaner() -> Builder<'static> {
    let mut cleaner = Builder::default();
    cleaner
        .rm_tags([
            "img",
            "area",
            "map",
            "figure",
            "figcaption",
            "center",
            "header",
            "footer",
            "nav",
            "article",
            "aside",
        ])
        .add_tags(["input"])
        .add_tag_attributes("input", ["type", "checked", "disabled"])
        .add_tag_attribute_values("input", "type", ["checkbox"])
        .set_tag_attribute_value("input", "disabled", "")
        .add_tag_attributes("code", ["class"])
        .attribute_filter(|element, attribute, value| match (element, attribute) {
            // The name of a language, as Markdown writes it.
            ("code", "class") => value
                .strip_prefix("language-")
                .filter(|language| language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
                .map(|_| value.into()),
            (_, "style" | "align") => None,
            _ => Some(value.into()),
        })
        .id_prefix(Some(PREFIX))
        .add_generic_attributes(["id"])
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("nofollow noopener noreferrer"));
    cleaner
}

/// The path of a file beside the README; `None` for what leads elsewhere, to a heading or out of the pattern.
fn local(address: &str) -> Option<&str> {
    let address = address.split(['#', '?']).next().unwrap_or_default();
    let path = address.strip_prefix("./").unwrap_or(address);
    let is_local = !path.is_empty() && !path.contains(':') && !path.starts_with(['/', '\\']);
    (is_local && path.split('/').all(|part| part != "..")).then_some(path)
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

/// Gives the heading that ends here an id made of its text.
fn name_heading(events: &mut [Event<'_>], ids: &mut BTreeMap<String, usize>) {
    let Some(start) = events.iter().rposition(|event| matches!(event, Event::Start(Tag::Heading { .. }))) else {
        return;
    };
    let text: String = events
        .iter()
        .skip(start)
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    let mut name = crate::content::slug(&text);
    let count = ids.entry(name.clone()).or_insert(0);
    *count += 1;
    if *count > 1 {
        name = format!("{name}-{count}");
    }
    if let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(start) {
        *id = Some(name.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str) -> String {
        html(markdown, &|path| (path == "values.yaml").then(|| "/files/values.yaml".to_owned()))
    }

    #[test]
    fn what_markdown_says_is_shown_below_the_headings_of_the_page() {
        let text = "# Web\n\n## Use `it`\n\nA [file](values.yaml), [another](other.yaml).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```yaml\na: 1\n```\n";
        let page = shown(text);
        assert!(
            page.starts_with("\n<h3 id=\"readme-use-it\">Use <code>it</code></h3>")
                || page.starts_with("<h3 id=\"readme-use-it\">"),
            "{page}"
        );
        assert!(page.contains("href=\"/files/values.yaml\"") && page.contains("<td>2</td>"), "{page}");
        assert!(page.contains("<code class=\"language-yaml\">a: 1\n</code>"), "{page}");
        assert!(!page.contains("Web"), "{page}");
    }

    #[test]
    fn pictures_from_elsewhere_become_links() {
        let page = shown("![a picture](https://example.com/a.png)\n");
        assert!(!page.contains("<img") && page.contains("href=\"https://example.com/a.png\""), "{page}");
    }

    #[test]
    fn headings_of_one_name_have_ids_of_their_own() {
        let page = shown("text\n\n## One\n\n## One\n");
        assert!(page.contains("readme-one\"") && page.contains("readme-one-2\""), "{page}");
    }

    #[test]
    fn only_what_lies_beside_it_is_a_file() {
        assert_eq!(local("./values.yaml#top"), Some("values.yaml"));
        for address in ["../a", "/a", "https://example.com", "#top", "", "a/../../b"] {
            assert_eq!(local(address), None, "{address}");
        }
    }
}
