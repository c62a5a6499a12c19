//! Pages: templates, and what they are given.

use design_draw::svg;
use design_index::{Class, Compared, Facts, FindingFact, Found, Pattern, Snapshot, State, Version};
use design_registry::definitions::Definitions;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};
use tera::{Context, Tera};

use crate::document::{Draft, Lifetime, MediaType, hexadecimal};
use crate::words::{bytes, counted, day, instant, processors};
use crate::{Settings, chart, pattern_path, version_path};

/// The templates, by name.
const TEMPLATES: [(&str, &str); 12] = [
    ("base.html", include_str!("../templates/base.html")),
    ("cards.html", include_str!("../templates/cards.html")),
    ("compare.html", include_str!("../templates/compare.html")),
    ("home.html", include_str!("../templates/home.html")),
    ("list.html", include_str!("../templates/list.html")),
    ("missing.html", include_str!("../templates/missing.html")),
    ("moved.html", include_str!("../templates/moved.html")),
    ("pattern.html", include_str!("../templates/pattern.html")),
    ("publish.html", include_str!("../templates/publish.html")),
    ("search.html", include_str!("../templates/search.html")),
    ("status.html", include_str!("../templates/status.html")),
    ("try.html", include_str!("../templates/try.html")),
];

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/script.js");
const THEME: &str = include_str!("../assets/theme.js");
const ICON: &str = include_str!("../assets/icon.svg");

/// How many patterns a page of a search shows.
pub const PAGE: usize = 24;

/// What lists show of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Card {
    /// Who publishes it.
    pub publisher: String,
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Its latest version.
    pub version: String,
    /// The address of that version below that of the catalog.
    pub path: String,
    /// Its class, and the words for that.
    pub class: String,
    class_words: &'static str,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// Whether its version is deprecated.
    pub state: String,
    /// How many components it has.
    pub components: usize,
    /// Whether its checks pass.
    pub is_sound: bool,
    /// When its version was committed, in seconds since 1970.
    pub time: i64,
}

impl Card {
    /// That of a pattern by its position; `None` of one that is not listed.
    pub fn of(snapshot: &Snapshot, position: usize) -> Option<Self> {
        let (latest, known) = snapshot.latest(position)?;
        let metadata = &latest.metadata;
        Some(Self {
            publisher: metadata.publisher.clone(),
            name: metadata.name.clone(),
            title: metadata.title.clone(),
            description: metadata.description.clone(),
            version: metadata.version.to_string(),
            path: version_path(latest),
            class: metadata.class.as_str().to_owned(),
            class_words: class_words(metadata.class),
            keywords: metadata.keywords.clone(),
            state: latest.state.as_str().to_owned(),
            components: known.components,
            is_sound: known.is_sound,
            time: latest.folder.time,
        })
    }
}

/// The words for a class.
pub(crate) fn class_words(class: Class) -> &'static str {
    match class {
        Class::Community => "community",
        Class::Verified => "verified",
        Class::Official => "official",
        Class::ReferenceArchitecture => "reference architecture",
    }
}

/// What a class means.
pub(crate) fn class_meaning(class: Class) -> &'static str {
    match class {
        Class::Community => "Whoever published them answers for them.",
        Class::Verified => "Somebody who did not write them has tried them.",
        Class::Official => "Published by the project that they are about.",
        Class::ReferenceArchitecture => {
            "Measured: they pass their checks, have a performance result, and say what to beware of."
        }
    }
}

/// A picture as a file of its own, with the style sheet that it has in the page.
pub(crate) fn picture_file(picture: &str) -> String {
    let end = picture.find('>').map_or(0, |end| end + 1);
    let (head, rest) = picture.split_at(end);
    format!("{head}<style>{}</style>{rest}", svg::STYLE)
}

/// A badge: the version, and whether its checks pass.
pub(crate) fn badge(version: &str, is_sound: bool) -> String {
    let (words, colour) = if is_sound { ("checks pass", "#14692c") } else { ("checks fail", "#a3231b") };
    let text = format!("{version} · {words}");
    // A letter of this face takes some 6.6 pixels at 11 pixels.
    let width = 58 + text.chars().count() * 7 + 12;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"20\" role=\"img\" aria-label=\"pattern {text}\">\
         <title>pattern {text}</title><rect width=\"{width}\" height=\"20\" rx=\"4\" fill=\"#3d444d\"/>\
         <path d=\"M58 0h{}a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4h-{}z\" fill=\"{colour}\"/>\
         <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\"><text x=\"8\" y=\"14\">pattern</text>\
         <text x=\"64\" y=\"14\">{text}</text></g></svg>\n",
        width - 62,
        width - 62
    )
}

/// The style sheet of a picture for a page whose theme can be chosen: what holds on a dark ground holds by the system's theme or by choice.
fn picture_style() -> String {
    let (light, dark) = svg::STYLE.split_once("@media (prefers-color-scheme: dark) {\n").unwrap_or((svg::STYLE, ""));
    let rules: Vec<&str> = dark.lines().filter(|line| line.starts_with(".graph")).collect();
    let under = |selector: &str| rules.iter().map(|rule| under(selector, rule)).collect::<String>();
    format!(
        "{light}@media screen and (prefers-color-scheme: dark) {{\n{}}}\n@media screen {{\n{}}}\n",
        under(":root:not([data-theme=light])"),
        under(":root[data-theme=dark]")
    )
}

/// A rule, each selector of it below another.
fn under(selector: &str, rule: &str) -> String {
    let (selectors, body) = rule.split_once('{').unwrap_or((rule, "}"));
    let selectors: Vec<String> = selectors.split(',').map(|one| format!("{selector} {}", one.trim())).collect();
    format!("{} {{{body}\n", selectors.join(", "))
}

/// What writes the pages of a catalog.
pub struct Site {
    tera: Tera,
    settings: Settings,
    frame: Value,
    assets: Vec<Draft>,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Site").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Site {
    /// That of a catalog. The error is one line: a template is wrong.
    ///
    /// Nothing that every page has changes with a commit, so a page changes only with what it is about.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let mut tera = Tera::default();
        tera.add_raw_templates(TEMPLATES.to_vec()).map_err(|error| format!("a template is wrong: {error}"))?;
        let style = format!("{STYLE}{}", picture_style());
        let digested = |name: &str, ending: &str, text: &str| {
            format!("{name}-{}.{ending}", hexadecimal(text.as_bytes()).chars().take(12).collect::<String>())
        };
        let names =
            [digested("style", "css", &style), digested("theme", "js", THEME), digested("script", "js", SCRIPT)];
        let frame = json!({
            "name": settings.name,
            "description": settings.description,
            "headline": "Designs that run, checked before you take them",
            "url": settings.origin(),
            "style": names[0],
            "theme": names[1],
            "script": names[2],
            "is_served": settings.is_served,
        });
        let [style_name, theme_name, script_name] = names;
        let asset = |name: &str, media_type, text: &str| {
            Draft::new(format!("/assets/{name}"), media_type, Lifetime::Forever, text)
        };
        let assets = vec![
            asset(&style_name, MediaType::Css, &style),
            asset(&theme_name, MediaType::JavaScript, THEME),
            asset(&script_name, MediaType::JavaScript, SCRIPT),
            Draft::new("/assets/icon.svg", MediaType::Svg, Lifetime::Snapshot, ICON),
        ];
        Ok(Self { tera, settings, frame, assets })
    }

    /// What all pages are made of beside what they are about: the same text means the same.
    pub(crate) fn identity(&self) -> String {
        format!("{} {} {:?}", env!("CARGO_PKG_VERSION"), self.frame, self.settings)
    }

    /// What the catalog says of itself.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Style, script and icon.
    pub(crate) fn assets(&self) -> Vec<Draft> {
        self.assets.clone()
    }

    fn render(&self, template: &str, path: &str, values: Value) -> Result<String, String> {
        let root = self.settings.root();
        let mut context = Context::new();
        context.insert("site", &self.frame);
        context.insert("root", root);
        context.insert("path", &format!("{root}{path}"));
        if let Value::Object(values) = values {
            for (name, value) in values {
                context.insert(name, &value);
            }
        }
        self.tera.render(template, &context).map_err(|error| format!("the page {path} cannot be written: {error}"))
    }

    pub(crate) fn home_page(&self, cards: &[&Card]) -> Result<String, String> {
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for keyword in cards.iter().flat_map(|card| &card.keywords) {
            *counts.entry(keyword).or_insert(0) += 1;
        }
        let mut keywords: Vec<(&str, usize)> = counts.into_iter().collect();
        keywords.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        let keywords: Vec<&str> = keywords.into_iter().take(16).map(|(keyword, _)| keyword).collect();
        let cards: Vec<&&Card> = cards.iter().take(60).collect();
        self.render("home.html", "/", json!({ "cards": cards, "keywords": keywords }))
    }

    pub(crate) fn list_page(
        &self,
        path: &str,
        heading: &str,
        introduction: &str,
        cards: &[&Card],
    ) -> Result<String, String> {
        self.render("list.html", path, json!({ "heading": heading, "introduction": introduction, "cards": cards }))
    }

    /// The page on which a design is tried: the text that was pasted, and what is known of it once there is one.
    pub fn try_page(&self, text: &str, facts: Option<&Facts>) -> Result<String, String> {
        let findings: Vec<&FindingFact> = facts.map(findings_of).unwrap_or_default();
        self.render("try.html", "/try/", json!({ "text": text, "facts": facts, "findings": findings }))
    }

    pub(crate) fn publish_page(&self) -> Result<String, String> {
        let releases = Definitions::builtin().releases().iter().rev().take(3).rev();
        let releases: Vec<String> = releases.map(|release| release.version.to_string()).collect();
        self.render("publish.html", "/publish/", json!({ "releases": releases.join(",") }))
    }

    pub(crate) fn status_page(&self, snapshot: &Snapshot) -> Result<String, String> {
        let gathered = &snapshot.catalog.gathered;
        let findings: Vec<Value> = gathered
            .findings
            .iter()
            .map(|finding| {
                let place = gathered.sources.place(finding.primary);
                let place = place.map(|(path, place)| format!("{path}:{}:{}", place.line, place.column));
                json!({
                    "code": finding.code.to_string(), "severity": finding.severity.as_str(), "message": finding.message,
                    "place": place.unwrap_or_default(),
                })
            })
            .collect();
        let versions: usize = gathered.patterns.iter().map(|pattern| pattern.versions.len()).sum();
        self.render(
            "status.html",
            "/status/",
            json!({ "commit": snapshot.catalog.commit, "date": day(snapshot.catalog.time), "count": snapshot.catalog.listed(), "versions": versions, "findings": findings }),
        )
    }

    /// The page of all patterns, as it is without a server that searches.
    pub(crate) fn all_page(&self, cards: &[&Card]) -> Result<String, String> {
        let values = json!({ "query": "", "facets": [], "total": cards.len(), "pages": 1, "page": 1, "cards": cards, "before": null, "after": null });
        self.render("search.html", "/search/", values)
    }

    /// The page of a search. `chosen` are the facets that were chosen; `page` counts from 1.
    pub fn search_page(
        &self,
        cards: &[Option<Card>],
        found: &Found,
        query: &str,
        chosen: &[(String, String)],
        page: usize,
    ) -> Result<String, String> {
        const TITLES: [(&str, &str); 6] = [
            ("checks", "Checks"),
            ("class", "Class"),
            ("publisher", "Publisher"),
            ("keyword", "Keyword"),
            ("kind", "Contains"),
            ("state", "State"),
        ];
        let facets: Vec<Value> = TITLES
            .iter()
            .filter_map(|(name, title)| {
                let counts = found.facets.get(*name)?;
                let is_chosen = |value: &str| chosen.iter().any(|(facet, one)| facet == name && one == value);
                let mut values: Vec<(&String, &usize)> = counts.iter().collect();
                values.sort_by(|one, other| other.1.cmp(one.1).then(one.0.cmp(other.0)));
                let values: Vec<Value> = values
                    .into_iter()
                    .enumerate()
                    .filter(|(position, (value, _))| *position < 12 || is_chosen(value))
                    .map(|(_, (value, count))| {
                        json!({ "name": value, "title": value.replace("reference-", "reference "), "count": count, "is_chosen": is_chosen(value) })
                    })
                    .collect();
                (values.len() > 1 || values.iter().any(|value| value["is_chosen"] == true))
                    .then(|| json!({ "name": name, "title": title, "values": values }))
            })
            .collect();
        let pages = found.entries.len().div_ceil(PAGE).max(1);
        let page = page.clamp(1, pages);
        let shown = found.entries.iter().skip((page - 1) * PAGE).take(PAGE);
        let shown: Vec<&Card> = shown.filter_map(|position| cards.get(*position)?.as_ref()).collect();
        let link = |page: usize| {
            let mut address = format!("{}/search/?q={}", self.settings.root(), encoded(query));
            for (name, value) in chosen {
                address.push_str(&format!("&{}={}", encoded(name), encoded(value)));
            }
            format!("{address}&page={page}")
        };
        let values = json!({
            "query": query, "facets": facets, "total": found.entries.len(), "pages": pages, "page": page, "cards": shown,
            "before": (page > 1).then(|| link(page - 1)), "after": (page < pages).then(|| link(page + 1)),
        });
        self.render("search.html", "/search/", values)
    }

    /// A page that says that there is nothing.
    pub fn missing_page(&self, heading: &str, introduction: &str) -> Result<String, String> {
        self.render("missing.html", "/", json!({ "heading": heading, "introduction": introduction }))
    }

    /// A page that leads to another one, for hosts that only have files.
    pub fn moved_page(&self, to: &str) -> Result<String, String> {
        let to = format!("{}{to}", self.settings.root());
        self.render("moved.html", &to, json!({ "title": "The latest version", "to": to }))
    }

    /// The page that compares two versions of a pattern.
    pub fn compare_page(
        &self,
        pattern: &Pattern,
        old: &Version,
        new: &Version,
        compared: &Compared,
    ) -> Result<String, String> {
        let name = format!("{}/{}", pattern.publisher, pattern.name);
        let (one, other) = (old.metadata.version.to_string(), new.metadata.version.to_string());
        let summary = match compared.manifests.len() {
            0 => "Nothing that a cluster would see.".to_owned(),
            count => format!("{count} manifests differ."),
        };
        let manifests: Vec<Value> = compared
            .manifests
            .iter()
            .map(|one| json!({ "path": one.path, "word": one.word, "text": one.text }))
            .collect();
        let path = format!("/compare/{name}/{one}...{other}/");
        let values = json!({
            "name": name, "title": new.metadata.title, "old": one, "new": other, "summary": summary,
            "picture": compared.picture, "text": compared.text, "manifests": manifests,
        });
        self.render("compare.html", &path, values)
    }

    pub(crate) fn pattern_page(&self, pattern: &Pattern, version: &Version, facts: &Facts) -> Result<String, String> {
        let metadata = &version.metadata;
        let latest = pattern.latest();
        let number = metadata.version.to_string();
        let (reason, replacement) = match &version.state {
            State::Deprecated { reason, replacement } => (reason.as_str(), replacement.as_str()),
            State::Yanked { reason } | State::Blocked { reason } => (reason.as_str(), ""),
            State::Active => ("", ""),
        };
        let path = version_path(version);
        let base = format!("{}{path}", self.settings.root());
        let findings = findings_of(facts);
        let passing: Vec<&str> =
            facts.releases.iter().rev().filter(|one| one.errors == 0).map(|one| one.release.as_str()).collect();
        let kubernetes = match passing.as_slice() {
            [] => "passes on none of the releases it was checked against".to_owned(),
            [only] => format!("passes its checks on {only}"),
            several => format!("passes its checks on {}", several.join(", ")),
        };
        let totals = &facts.totals;
        let versions: Vec<Value> = pattern
            .versions
            .iter()
            .filter(|one| one.state.as_str() != "blocked")
            .map(|one| {
                let other = one.metadata.version.to_string();
                let (old, new) = if one.metadata.version < metadata.version { (&other, &number) } else { (&number, &other) };
                json!({
                    "version": other, "path": version_path(one), "date": day(one.folder.time),
                    "short": one.folder.commit.chars().take(12).collect::<String>(), "changes": one.metadata.changes,
                    "state": one.state.as_str(), "is_this": other == number,
                    "compare": (other != number).then(|| format!("/compare/{}/{}/{old}...{new}/", pattern.publisher, pattern.name)),
                })
            })
            .collect();
        let files: Vec<Value> = facts.files.iter().map(|(path, size)| json!({ "path": path, "size": size })).collect();
        let values = json!({
            "pattern": {
                "publisher": pattern.publisher, "name": pattern.name, "title": metadata.title, "version": number,
                "description": metadata.description, "date": day(version.folder.time), "time": instant(version.folder.time),
                "class": metadata.class.as_str(), "class_words": class_words(metadata.class), "license": metadata.license,
                "state": version.state.as_str(), "reason": reason, "replacement": replacement, "is_there": pattern.is_there,
                "is_latest": latest.is_some_and(|latest| latest.metadata.version == metadata.version),
                "latest": latest.map(|latest| latest.metadata.version.to_string()), "latest_path": latest.map(version_path),
                "caveats": metadata.caveats, "alternatives": metadata.alternatives, "home": metadata.home,
                "digest": version.digest, "chart_name": chart::name(facts), "chart_file": chart::file_name(version),
            },
            "facts": facts, "base": base, "findings": findings, "versions": versions, "files": files,
            "use_line": self.settings.repository.as_ref().map(|repository| {
                let folder = &version.folder;
                format!("design pattern add {repository}//{}@{} {}", folder.path, folder.commit, pattern.name)
            }),
            "fit": {
                "kubernetes": kubernetes, "pods": counted(totals.pods, "pod"), "cpu": processors(totals.cpu),
                "memory": bytes(totals.memory, "memory"), "storage": bytes(totals.storage, "storage"),
            },
        });
        self.render("pattern.html", &path, values)
    }
}

/// What is shown of the findings of a version: those of the newest release, and those of policies.
fn findings_of(facts: &Facts) -> Vec<&FindingFact> {
    let of_release = facts.releases.first().into_iter().flat_map(|release| &release.findings);
    of_release.chain(facts.policies.iter().flat_map(|policy| &policy.findings)).collect()
}

/// A text as a part of an address: what is not unreserved there (RFC 3986) gets a percent sign.
fn encoded(text: &str) -> PercentEncode<'_> {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, RESERVED)
}

/// Where the latest version of a pattern is, for data.
pub(crate) fn latest_address(settings: &Settings, card: &Card) -> String {
    format!("{}{}", settings.url, pattern_path(&card.publisher, &card.name))
}
