//! `helm`: a design to a chart, beside what Helm takes to read that chart; and charts to objects by the engine that is built
//! in, beside `helm template`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::format;
use crate::measure::Side;
use crate::peer::HELM;
use crate::product;
use crate::work::{Bench, Contender, Label};

const RUNS: usize = 20;

/// What the chart of the first pattern may take, in milliseconds, the whole process.
const ALLOWED: u64 = 20;

/// A size, and the runs of each side.
const SIZES: [(u64, usize, usize); 4] = [(10, 20, 20), (100, 20, 10), (1_000, 10, 5), (10_000, 5, 3)];

/// What each object of a chart of many looks like: helpers, values, a loop, as charts have them.
const TEMPLATE: &str = r#"{{- range $i := until (int .Values.count) }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "many.name" $ }}-{{ $i }}
  labels: {{- include "many.labels" $ | nindent 4 }}
spec:
  replicas: {{ $.Values.replicas }}
  selector:
    matchLabels: {{- include "many.labels" $ | nindent 6 }}
  template:
    metadata:
      labels: {{- include "many.labels" $ | nindent 8 }}
    spec:
      containers:
      - name: main
        image: "{{ $.Values.image.repository }}:{{ $.Values.image.tag | default $.Chart.AppVersion }}"
        {{- with $.Values.resources }}
        resources: {{- toYaml . | nindent 10 }}
        {{- end }}
        {{- if $.Values.env }}
        env:
        {{- range $name, $value := $.Values.env }}
        - name: {{ $name | upper }}
          value: {{ $value | quote }}
        {{- end }}
        {{- end }}
{{- end }}
"#;

/// The helpers of that chart.
const HELPERS: &str = r#"{{- define "many.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- define "many.labels" -}}
app.kubernetes.io/name: {{ include "many.name" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}
"#;

/// The first pattern of the catalog as a chart, beside `helm template` of that chart; then charts of many objects.
pub fn run(bench: &mut Bench<'_>) -> Result<(), Failure> {
    let design = bench.design()?;
    let pattern = product::root().join("catalog/patterns/boutique").into_os_string();
    let chart = bench.folder.join("chart");
    let arguments: [OsString; 6] =
        ["build".into(), pattern, "-t".into(), "helm".into(), "-o".into(), chart.clone().into_os_string()];
    let ours = bench.task(design, arguments, "helm-ours", &[0]);
    // The peer reads what ours writes, so ours has to have run once.
    let status = std::process::Command::new(&ours.program).args(&ours.arguments).status();
    if !status.map_err(Failure::io("write the chart"))?.success() {
        return Err(Failure::Environment("the chart was not written".to_owned()));
    }
    let peer = bench.find(&HELM).map(|program| {
        let arguments: [OsString; 3] = ["template".into(), "boutique".into(), chart.into_os_string()];
        bench.task(program, arguments, "helm-peer", &[0])
    });
    let label = Label { work: "helm", objects: None, size: "boutique to chart".to_owned() };
    bench.compare(&label, &Side { task: &ours, runs: RUNS }, &Contender::new(&HELM, peer.as_ref(), RUNS))?;
    bench.report.note(format!("helm: the chart of the boutique may take {ALLOWED} ms, the whole process"));
    for (count, runs, peer_runs) in SIZES {
        let chart = many(bench.folder, count)?;
        render(bench, &chart, count, (runs, peer_runs))?;
    }
    bench
        .report
        .note("helm: charts are rendered by the engine that is built in, with a place for every value".to_owned());
    Ok(())
}

/// A chart to objects, beside `helm template`.
fn render(bench: &mut Bench<'_>, chart: &Path, count: u64, (runs, peer_runs): (usize, usize)) -> Result<(), Failure> {
    let design = bench.design()?;
    let arguments: [OsString; 4] = ["build".into(), chart.into(), "--chart-renderer".into(), "builtin".into()];
    let ours = bench.task(design, arguments, "helm-ours", &[0]);
    let peer = bench.find(&HELM).map(|program| {
        let arguments: [OsString; 3] = ["template".into(), "many".into(), chart.into()];
        bench.task(program, arguments, "helm-peer", &[0])
    });
    let label = Label { work: "helm", objects: Some(count), size: format!("{} from a chart", format::count(count)) };
    bench.compare(&label, &Side { task: &ours, runs }, &Contender::new(&HELM, peer.as_ref(), peer_runs))
}

/// Writes a chart of many objects.
fn many(folder: &Path, count: u64) -> Result<PathBuf, Failure> {
    let chart = folder.join(format!("many-{count}"));
    let values = format!(
        "count: {count}\nreplicas: 2\nnameOverride: ''\nimage: {{repository: registry.example.org/web, tag: ''}}\n\
         resources: {{requests: {{cpu: 100m, memory: 64Mi}}, limits: {{memory: 128Mi}}}}\nenv: {{level: info, port: '8080'}}\n"
    );
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: many\nversion: 1.0.0\nappVersion: 1.2.3\n"),
        ("values.yaml", &values),
        ("templates/_helpers.tpl", HELPERS),
        ("templates/many.yaml", TEMPLATE),
    ];
    std::fs::create_dir_all(chart.join("templates")).map_err(Failure::io("make a chart"))?;
    for (path, text) in files {
        std::fs::write(chart.join(path), text).map_err(Failure::io("write a chart"))?;
    }
    Ok(chart)
}
