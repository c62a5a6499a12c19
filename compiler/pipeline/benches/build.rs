//! The whole path in memory: files to findings, and to manifests, at one and ten times the size.

use design_pipeline::{Compilation, Compiled, MemoryWorld, Request, compile};
use divan::Bencher;

fn main() {
    divan::main();
}

/// `count` deployments with their services, eighty objects a file.
fn world(count: usize) -> MemoryWorld {
    let object = |index: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{index}\n  namespace: shop\n  labels:\n    app: app-{index}\nspec:\n  \
             replicas: 2\n  selector:\n    matchLabels: {{app: app-{index}}}\n  template:\n    metadata:\n      labels: {{app: app-{index}}}\n    \
             spec:\n      containers:\n      - name: server\n        image: registry.example.test/app:1.{index}\n        ports:\n        \
             - name: http\n          containerPort: 8080\n---\napiVersion: v1\nkind: Service\nmetadata:\n  name: app-{index}\n  namespace: shop\n\
             spec:\n  selector: {{app: app-{index}}}\n  ports:\n  - port: 80\n    targetPort: http\n---\n"
        )
    };
    let files = (0..count).step_by(40).map(|first| {
        let text: String = (first..(first + 40).min(count)).map(object).collect();
        (format!("k8s/{first:06}.yaml"), text)
    });
    MemoryWorld::new(files)
}

fn run(world: &MemoryWorld) -> Compilation {
    compile(world, &Request::new(["k8s"]))
}

#[divan::bench(args = [100, 1000, 10_000])]
fn check(bencher: Bencher, count: usize) {
    let world = world(count);
    bencher.counter(divan::counter::ItemsCount::new(2 * count)).bench_local(|| run(&world));
}

#[divan::bench(args = [100, 1000, 10_000])]
fn render(bencher: Bencher, count: usize) {
    let compilation = run(&world(count));
    let length =
        || compilation.designs.iter().flat_map(Compiled::artifacts).map(|artifact| artifact.text.len()).sum::<usize>();
    bencher.counter(divan::counter::ItemsCount::new(2 * count)).bench_local(length);
}
