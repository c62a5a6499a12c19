//! The catalog for programs: sparse files, feeds, the site map, and the index of charts.

use design_index::{Known, Pattern, Snapshot, Version};
use serde::Serialize;
use serde_json::json;

use crate::chart::Charts;
use crate::document::{Draft, Lifetime, MediaType};
use crate::page::{Card, Site, latest_address};
use crate::words::instant;
use crate::{Settings, chart, version_path};

/// What programs are answered.
const OPENAPI: &str = include_str!("../../../schemas/catalog.openapi.json");

/// How many versions a feed holds, the newest.
const FEED: usize = 100;

/// A version in a sparse file: what has to be known to use it and to tell whether it is what was published.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    schema_version: &'static str,
    publisher: &'a str,
    name: &'a str,
    version: String,
    title: &'a str,
    description: &'a str,
    license: &'a str,
    class: &'static str,
    digest: &'a str,
    commit: &'a str,
    published: String,
    #[serde(flatten)]
    state: &'a design_index::State,
    checks: &'static str,
    files: Vec<&'a str>,
    path: String,
}

impl<'a> Line<'a> {
    fn of(pattern: &'a Pattern, version: &'a Version, known: &'a Known) -> Self {
        let metadata = &version.metadata;
        Self {
            schema_version: "catalog.design/v1",
            publisher: &pattern.publisher,
            name: &pattern.name,
            version: metadata.version.to_string(),
            title: &metadata.title,
            description: &metadata.description,
            license: &metadata.license,
            class: metadata.class.as_str(),
            digest: &version.digest,
            commit: &version.folder.commit,
            published: instant(version.folder.time),
            state: &version.state,
            checks: if known.is_sound { "pass" } else { "fail" },
            files: known.files.iter().map(String::as_str).collect(),
            path: version_path(version),
        }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).map(|line| line + "\n").unwrap_or_default()
    }
}

/// Everything for programs that belongs to no version.
pub(crate) fn documents(site: &Site, snapshot: &Snapshot, cards: &[Option<Card>], charts: &Charts) -> Vec<Draft> {
    let settings = site.settings();
    let mut documents = Vec::new();
    let mut add = |path: String, media_type, body: &[u8]| {
        documents.push(Draft::new(path, media_type, Lifetime::Snapshot, body));
    };
    for (position, pattern) in snapshot.catalog.gathered.patterns.iter().enumerate() {
        let lines: String = lines_of(snapshot, position, pattern).collect();
        add(format!("/index/{}/{}.ndjson", pattern.publisher, pattern.name), MediaType::JsonLines, lines.as_bytes());
    }
    add("/index/all.ndjson".to_owned(), MediaType::JsonLines, lines(snapshot).as_bytes());
    for (publisher, entries) in &charts.0 {
        add(format!("/helm/{publisher}/index.yaml"), MediaType::Yaml, &chart::index(entries, snapshot.catalog.time));
    }
    let listed: Vec<&Card> = cards.iter().flatten().collect();
    add("/search.json".to_owned(), MediaType::Json, &search_file(&listed));
    let news = news(snapshot);
    add("/feed.atom".to_owned(), MediaType::Atom, atom(settings, snapshot, &news).as_bytes());
    add("/feed.json".to_owned(), MediaType::JsonFeed, &json_feed(settings, &news));
    add("/sitemap.xml".to_owned(), MediaType::Xml, site_map(settings, snapshot, &listed).as_bytes());
    add("/openapi.json".to_owned(), MediaType::Json, OPENAPI.as_bytes());
    let robots =
        format!("User-agent: *\nDisallow: {}/search/\nSitemap: {}/sitemap.xml\n", settings.root(), settings.url);
    add("/robots.txt".to_owned(), MediaType::Text, robots.as_bytes());
    documents
}

/// A line a version of all patterns, the oldest version of each first.
pub fn lines(snapshot: &Snapshot) -> String {
    let mut lines = String::new();
    for (position, pattern) in snapshot.catalog.gathered.patterns.iter().enumerate() {
        lines.extend(lines_of(snapshot, position, pattern));
    }
    lines
}

/// The lines of a pattern. One more version is one more line at the end.
fn lines_of(snapshot: &Snapshot, position: usize, pattern: &Pattern) -> impl Iterator<Item = String> {
    let versions = pattern.versions.iter().enumerate().rev();
    let served = versions.filter(|(_, version)| version.state.as_str() != "blocked");
    served.filter_map(move |(number, version)| {
        Some(Line::of(pattern, version, snapshot.known_of(position, number)?).text())
    })
}

/// What a page without a server searches in.
fn search_file(cards: &[&Card]) -> Vec<u8> {
    let patterns: Vec<_> = cards
        .iter()
        .map(|card| {
            let text = format!("{} {} {} {}", card.name, card.title, card.keywords.join(" "), card.description);
            json!({ "publisher": card.publisher, "name": card.name, "title": card.title, "text": text.to_lowercase() })
        })
        .collect();
    serde_json::to_vec(&json!({ "patterns": patterns })).unwrap_or_default()
}

/// The newest versions, the newest first.
fn news(snapshot: &Snapshot) -> Vec<&Version> {
    let patterns = snapshot.catalog.gathered.patterns.iter();
    let mut news: Vec<&Version> =
        patterns.flat_map(|pattern| &pattern.versions).filter(|version| version.state.is_listed()).collect();
    news.sort_by(|one, other| {
        other.folder.time.cmp(&one.folder.time).then_with(|| version_path(one).cmp(&version_path(other)))
    });
    news.truncate(FEED);
    news
}

/// RFC 4287.
fn atom(settings: &Settings, snapshot: &Snapshot, news: &[&Version]) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>{}</title>\n\
         <id>{url}/</id>\n<link href=\"{url}/\"/>\n<link rel=\"self\" href=\"{url}/feed.atom\"/>\n<updated>{}</updated>\n",
        escaped(&settings.name),
        instant(snapshot.catalog.time),
        url = escaped(&settings.url),
    );
    for version in news {
        let metadata = &version.metadata;
        let address = escaped(&format!("{}{}", settings.url, version_path(version)));
        let mut summary = metadata.description.clone();
        if !metadata.changes.is_empty() {
            summary.push_str(&format!(" New: {}", metadata.changes.join("; ")));
        }
        feed.push_str(&format!(
            "<entry>\n<title>{} {}</title>\n<id>{address}</id>\n<link href=\"{address}\"/>\n<updated>{}</updated>\n\
             <author><name>{}</name></author>\n<summary>{}</summary>\n</entry>\n",
            escaped(&metadata.title),
            metadata.version,
            instant(version.folder.time),
            escaped(&metadata.publisher),
            escaped(&summary),
        ));
    }
    feed + "</feed>\n"
}

/// jsonfeed.org, version 1.1.
fn json_feed(settings: &Settings, news: &[&Version]) -> Vec<u8> {
    let items: Vec<_> = news
        .iter()
        .map(|version| {
            let metadata = &version.metadata;
            let address = format!("{}{}", settings.url, version_path(version));
            json!({
                "id": address, "url": address, "title": format!("{} {}", metadata.title, metadata.version),
                "content_text": metadata.description, "date_published": instant(version.folder.time),
                "authors": [{ "name": metadata.publisher }], "tags": metadata.keywords,
            })
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": settings.name, "home_page_url": format!("{}/", settings.url),
        "feed_url": format!("{}/feed.json", settings.url), "description": settings.description, "items": items,
    });
    serde_json::to_vec(&feed).unwrap_or_default()
}

/// sitemaps.org.
fn site_map(settings: &Settings, snapshot: &Snapshot, cards: &[&Card]) -> String {
    let mut map = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut add = |address: String, time: i64| {
        map.push_str(&format!("<url><loc>{}</loc><lastmod>{}</lastmod></url>\n", escaped(&address), instant(time)));
    };
    add(format!("{}/", settings.url), snapshot.catalog.time);
    add(format!("{}/publish/", settings.url), snapshot.catalog.time);
    for card in cards {
        add(latest_address(settings, card), card.time);
    }
    map + "</urlset>\n"
}

/// A text in XML.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no other control characters, not even escaped.
            letter if letter.is_control() && !matches!(letter, '\n' | '\r' | '\t') => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
