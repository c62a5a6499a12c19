//! Reading the objects of many documents on all threads, a part of a file at a time, so that what a file left in a cache is
//! found again.

use design_source::{Loaded, read_manifests};
use design_syntax::Document;
use design_vocabulary::FileId;
use rayon::prelude::*;

use crate::Cache;

/// So many documents are read at a time.
const AT_A_TIME: usize = 256;

/// Reads objects in the order of their documents.
pub(crate) fn read_objects(name: &str, documents: Vec<Document>, cache: Option<&Cache>) -> Loaded {
    if documents.len() <= AT_A_TIME && cache.is_none() {
        return read_manifests(name, documents);
    }
    let mut chunks: Vec<((FileId, u32), Vec<Document>)> = Vec::new();
    for document in documents {
        let file = document.span().file;
        match chunks.last_mut() {
            Some(((last, _), chunk)) if *last == file && chunk.len() < AT_A_TIME => chunk.push(document),
            Some(((last, part), _)) if *last == file => {
                let part = *part + 1;
                chunks.push(((file, part), vec![document]));
            }
            _ => chunks.push(((file, 0), vec![document])),
        }
    }
    let read = |(key, chunk): ((FileId, u32), Vec<Document>)| match cache {
        Some(cache) => cache.objects(key, chunk, |chunk| read_manifests(name, chunk)),
        None => read_manifests(name, chunk),
    };
    let read: Vec<Loaded> = chunks.into_par_iter().map(read).collect();
    let mut all = Loaded::default();
    all.design.name = name.into();
    for loaded in read {
        all.append(loaded);
    }
    all
}
