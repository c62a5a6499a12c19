//! Search over patterns: BM25 with prefixes and one typo, and facets that are counted with the other facets applied.

use std::collections::BTreeMap;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, FuzzyTermQuery, Occur, PhrasePrefixQuery, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexReader, Term, doc};

/// How many characters of a query are looked at.
const LENGTH: usize = 200;

/// How many words of a query are looked for.
const WORDS: usize = 12;

/// The name of the field with the position of an entry.
const POSITION: &str = "position";

/// How many patterns a query finds at most.
const FOUND: usize = 1_000;

/// How much a word weighs by where it stands: the name, the title, the keywords, the description, the components, the README.
const WEIGHTS: [f32; 6] = [8.0, 5.0, 3.0, 2.0, 1.0, 0.5];

/// The name of a tokenizer that cuts at everything but letters and digits, in small letters.
const TOKENIZER: &str = "default";

/// Words that are looked for as well where one of a row is written.
const SYNONYMS: [&[&str]; 10] = [
    &["postgres", "postgresql", "psql"],
    &["database", "db"],
    &["k8s", "kubernetes"],
    &["ingress", "gateway"],
    &["tls", "https", "certificate"],
    &["queue", "worker", "messaging"],
    &["cron", "schedule", "cronjob"],
    &["monitoring", "observability", "metrics"],
    &["mesh", "istio"],
    &["autoscaling", "hpa", "scaling"],
];

/// A pattern as it is searched.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its keywords.
    pub keywords: Vec<String>,
    /// What it is for.
    pub description: String,
    /// The kinds and names of its components.
    pub components: String,
    /// Its README as text.
    pub readme: String,
    /// Its facets: name and value, such as `class` and `verified`.
    pub facets: Vec<(String, String)>,
    /// How much it counts among those that are found alike: more is better, at most 1.
    pub standing: f32,
}

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The positions of the patterns, the best one first.
    pub entries: Vec<usize>,
    /// How many patterns each value of each facet would leave, with the values that are chosen of other facets.
    pub facets: BTreeMap<String, BTreeMap<String, usize>>,
}

/// The index.
pub struct Search {
    reader: Option<IndexReader>,
    fields: [Field; 6],
    entries: Vec<Entry>,
    /// The title of each entry as a part of an address.
    titles: Vec<String>,
    /// All values of facets, and which of them each entry has.
    values: Vec<(String, String)>,
    facets: Vec<Vec<usize>>,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Search").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

impl Search {
    /// Makes the index in memory.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(TOKENIZER)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = TextOptions::default().set_indexing_options(indexing);
        let fields = ["name", "title", "keywords", "description", "components", "readme"]
            .map(|name| schema.add_text_field(name, text.clone()));
        let position = schema.add_u64_field(POSITION, FAST);
        let index = Index::create_in_ram(schema.build());
        let reader = write(&index, fields, position, &entries).ok();
        let mut values: Vec<(String, String)> = entries.iter().flat_map(|entry| entry.facets.iter().cloned()).collect();
        values.sort_unstable();
        values.dedup();
        let mut facets = Vec::with_capacity(entries.len());
        for entry in &mut entries {
            // The index has the long texts, and the values of facets are there once.
            entry.components = String::new();
            entry.readme = String::new();
            let own = std::mem::take(&mut entry.facets);
            facets.push(own.iter().filter_map(|value| values.binary_search(value).ok()).collect());
        }
        let titles = entries.iter().map(|entry| crate::content::slug(&entry.title)).collect();
        Self { reader, fields, entries, titles, values, facets }
    }

    /// The patterns that a query means, of those that have one of the chosen values of each facet. An empty query means all.
    pub fn find(&self, query: &str, chosen: &[(String, String)]) -> Found {
        let ranked = self.ranked(query);
        let mut found = Found::default();
        // By facet, which values are chosen; what is chosen and nobody has leaves nothing.
        let mut chosen_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (name, value) in chosen {
            let position = self.values.binary_search_by(|known| (&known.0, &known.1).cmp(&(name, value)));
            chosen_of.entry(name).or_default().extend(position.ok());
        }
        let mut counts = vec![0_usize; self.values.len()];
        for position in ranked {
            let Some(facets) = self.facets.get(position) else { continue };
            let is_missed = |(_, values): &(&&str, &Vec<usize>)| !facets.iter().any(|facet| values.contains(facet));
            let mut missed = chosen_of.iter().filter(is_missed).map(|(name, _)| *name);
            // A facet's own choice does not count for its numbers: they say what another choice would find.
            let counted = match (missed.next(), missed.next()) {
                (None, _) => {
                    found.entries.push(position);
                    None
                }
                (Some(only), None) => Some(only),
                (Some(_), Some(_)) => continue,
            };
            for facet in facets {
                let is_counted =
                    counted.is_none_or(|only| self.values.get(*facet).is_some_and(|value| value.0 == only));
                if let Some(count) = counts.get_mut(*facet).filter(|_| is_counted) {
                    *count += 1;
                }
            }
        }
        for ((name, value), count) in self.values.iter().zip(counts).filter(|(_, count)| *count > 0) {
            found.facets.entry(name.clone()).or_default().insert(value.clone(), count);
        }
        found
    }

    /// The positions of what a query means, the best first.
    fn ranked(&self, query: &str) -> Vec<usize> {
        let text: String = query.chars().take(LENGTH).collect::<String>().to_lowercase();
        let words: Vec<&str> =
            text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).take(WORDS).collect();
        let by_standing = |one: &usize, other: &usize| {
            let standing = |position: &usize| self.entries.get(*position).map_or(0.0, |entry| entry.standing);
            standing(other).total_cmp(&standing(one)).then(one.cmp(other))
        };
        if words.is_empty() {
            let mut all: Vec<usize> =
                if text.trim().is_empty() { (0..self.entries.len()).collect() } else { Vec::new() };
            all.sort_by(by_standing);
            return all;
        }
        let Some(reader) = &self.reader else { return Vec::new() };
        let searcher = reader.searcher();
        let parts = words.iter().map(|word| (Occur::Must, self.word(word))).collect();
        let hits = searcher.search(&BooleanQuery::new(parts), &TopDocs::with_limit(FOUND).order_by_score());
        let segments = searcher.segment_readers().iter();
        let columns: Vec<_> = segments.map(|segment| segment.fast_fields().u64(POSITION).ok()).collect();
        let asked = words.join("-");
        let mut scored: Vec<(f32, usize)> = hits
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(score, address)| {
                let column = columns.get(address.segment_ord as usize)?.as_ref()?;
                let position = usize::try_from(column.first(address.doc_id)?).ok()?;
                let (entry, title) = (self.entries.get(position)?, self.titles.get(position)?);
                Some((score * (1.0 + entry.standing) + bonus(&entry.name, title, &asked), position))
            })
            .collect();
        scored.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| by_standing(&one.1, &other.1)));
        scored.into_iter().map(|(_, position)| position).collect()
    }

    /// A word: as it stands, as one of its synonyms, as the beginning of a word, and with one letter wrong where it is long enough.
    fn word(&self, word: &str) -> Box<dyn Query> {
        let mut any: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut add =
            |query: Box<dyn Query>, weight: f32| any.push((Occur::Should, Box::new(BoostQuery::new(query, weight))));
        let synonyms = SYNONYMS.iter().filter(|row| row.contains(&word)).flat_map(|row| row.iter());
        for (field, weight) in self.fields.iter().zip(WEIGHTS) {
            let term = |text: &str| Term::from_field_text(*field, text);
            add(Box::new(TermQuery::new(term(word), IndexRecordOption::WithFreqs)), weight);
            for synonym in synonyms.clone().filter(|synonym| **synonym != word) {
                add(Box::new(TermQuery::new(term(synonym), IndexRecordOption::WithFreqs)), weight * 0.6);
            }
            if word.chars().count() >= 2 {
                add(Box::new(PhrasePrefixQuery::new(vec![term(word)])), weight * 0.3);
            }
        }
        if word.chars().count() >= 5 {
            for (field, weight) in self.fields.iter().zip(WEIGHTS).take(4) {
                let term = Term::from_field_text(*field, word);
                add(Box::new(FuzzyTermQuery::new(term, 1, true)), weight * 0.2);
            }
        }
        Box::new(BooleanQuery::new(any))
    }
}

/// What is called as the query says comes before everything else, and what begins so before the rest.
fn bonus(name: &str, title: &str, asked: &str) -> f32 {
    if name == asked || title == asked {
        10_000.0
    } else if name.starts_with(asked) || title.starts_with(asked) {
        1_000.0
    } else {
        0.0
    }
}

fn write(index: &Index, fields: [Field; 6], position: Field, entries: &[Entry]) -> tantivy::Result<IndexReader> {
    // One thread, so that positions and scores are the same each time.
    let mut writer = index.writer_with_num_threads(1, 32 << 20)?;
    let [name, title, keywords, description, components, readme] = fields;
    for (number, entry) in entries.iter().enumerate() {
        writer.add_document(doc!(
            name => entry.name.clone(),
            title => entry.title.clone(),
            keywords => entry.keywords.join(" "),
            description => entry.description.clone(),
            components => entry.components.clone(),
            readme => entry.readme.clone(),
            position => number as u64,
        ))?;
    }
    writer.commit()?;
    index.reader()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, description: &str, class: &str) -> Entry {
        Entry {
            name: name.to_owned(),
            title: name.replace('-', " "),
            description: description.to_owned(),
            facets: vec![("class".to_owned(), class.to_owned()), ("publisher".to_owned(), "us".to_owned())],
            ..Entry::default()
        }
    }

    fn search() -> Search {
        Search::new(vec![
            entry("redis-cache", "A cache for a web shop, and queue of jobs", "community"),
            entry("queue", "Workers that take jobs", "community"),
            entry("queue-workers", "Jobs in a queue, with queue depth as the measure", "verified"),
            entry("postgres-backup", "A database with a backup each night", "official"),
        ])
    }

    fn names(search: &Search, query: &str) -> Vec<String> {
        search.find(query, &[]).entries.iter().map(|position| search.entries[*position].name.clone()).collect()
    }

    #[test]
    fn what_is_called_so_comes_first() {
        let search = search();
        assert_eq!(names(&search, "queue")[..2], ["queue", "queue-workers"]);
        assert_eq!(names(&search, "Redis Cache")[0], "redis-cache");
        assert_eq!(names(&search, ""), ["redis-cache", "queue", "queue-workers", "postgres-backup"]);
    }

    #[test]
    fn beginnings_typos_and_synonyms_are_found() {
        let search = search();
        for query in ["postg", "postgers", "psql", "backup datab", "posgres"] {
            assert_eq!(names(&search, query), ["postgres-backup"], "{query}");
        }
        assert_eq!(names(&search, "zzz"), Vec::<String>::new());
        assert_eq!(names(&search, "!!!"), Vec::<String>::new());
        assert_eq!(names(&search, &"queue ".repeat(100)).len(), 3);
    }

    #[test]
    fn facets_count_with_the_others_applied() {
        let search = search();
        let chosen = [("class".to_owned(), "verified".to_owned())];
        let found = search.find("queue", &chosen);
        assert_eq!(found.entries, [2]);
        // The numbers of the class itself say what choosing another one would find.
        let classes = &found.facets["class"];
        assert_eq!((classes.get("verified"), classes.get("community")), (Some(&1), Some(&2)));
        assert_eq!(found.facets["publisher"].get("us"), Some(&1));
        let several = [chosen[0].clone(), ("class".to_owned(), "community".to_owned())];
        assert_eq!(search.find("queue", &several).entries.len(), 3);
    }
}
