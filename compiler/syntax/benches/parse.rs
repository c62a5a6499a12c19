//! What spans cost: our arena against the bare events that it is built from, and what follows from it.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;

use design_syntax::{Limits, SourceText, lower, parse, to_yaml};
use design_vocabulary::{FileId, Segment};
use divan::Bencher;

fn main() {
    divan::main();
}

/// About a megabyte of manifests with comments, labels with slashes, flow collections and block scalars.
fn text() -> String {
    let mut text = String::new();
    for index in 0..800 {
        let _ = write!(
            text,
            "# application {index}\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{index:05}\n  \
             namespace: shop\n  labels:\n    app.kubernetes.io/name: app-{index:05}\n    app.kubernetes.io/version: \"1.{index}\"\n\
             spec:\n  replicas: {replicas} # as measured\n  selector:\n    matchLabels:\n      app.kubernetes.io/name: app-{index:05}\n  \
             template:\n    metadata:\n      labels: {{app.kubernetes.io/name: app-{index:05}}}\n    spec:\n      containers:\n      \
             - name: server\n        image: registry.example.test/shop/app:1.{index}\n        args: [\"--listen\", \":8080\"]\n        \
             env:\n        - name: PEER_URL\n          value: http://peer.shop.svc.cluster.local:80/api\n        resources:\n          \
             requests:\n            cpu: 50m\n            memory: 64Mi\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app-{index:05}\n\
             data:\n  app.properties: |\n    option.limit = 10\n    option.mode = fast\n    option.name = app\n---\n",
            replicas = index % 5,
        );
    }
    text
}

#[divan::bench]
fn bare_events_with_comments(bencher: Bencher) {
    let text = text();
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench_local(|| granit_parser::Parser::new_from_str(black_box(&text)).flatten().count());
}

#[divan::bench]
fn parse_to_arena(bencher: Bencher) {
    let text = text();
    let source = SourceText::new(FileId(0), "bench.yaml", text.clone());
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench_local(|| parse(black_box(&source), &Limits::default()));
}

#[divan::bench]
fn lower_to_values(bencher: Bencher) {
    let text = text();
    let parsed = parse(&SourceText::new(FileId(0), "bench.yaml", text.clone()), &Limits::default());
    bencher.counter(divan::counter::BytesCount::of_str(&text)).bench_local(|| {
        let mut problems = Vec::new();
        parsed.documents.iter().filter_map(|document| Some(lower(document.root()?, &mut problems))).collect::<Vec<_>>()
    });
}

#[divan::bench]
fn emit_values(bencher: Bencher) {
    let text = text();
    let parsed = parse(&SourceText::new(FileId(0), "bench.yaml", text.clone()), &Limits::default());
    let values: Vec<_> =
        parsed.documents.iter().filter_map(|document| Some(lower(document.root()?, &mut Vec::new()))).collect();
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench_local(|| values.iter().filter_map(|value| to_yaml(value).ok()).map(|text| text.len()).sum::<usize>());
}

#[divan::bench]
fn path_to_span(bencher: Bencher) {
    let source: Arc<SourceText> = SourceText::new(FileId(0), "bench.yaml", text());
    let parsed = parse(&source, &Limits::default());
    let path: Vec<Segment> = [
        "spec".into(),
        "template".into(),
        "spec".into(),
        "containers".into(),
        0.into(),
        "env".into(),
        0.into(),
        "value".into(),
    ]
    .into();
    let root = parsed.documents.first().and_then(design_syntax::Document::root);
    bencher.bench_local(|| root.map(|root| black_box(root).follow(black_box(&path)).2.span()));
}
