"use strict";
// Lays out a graph of `design graph --format json` with dagre, so often, and prints for each time the nanoseconds of wall
// and of processor time. What dagre is given is made before; nothing is drawn. The first times, in which the code is
// compiled, are not printed.
// usage: node layout.cjs GRAPH TIMES

const { readFileSync } = require("node:fs");
const dagre = require("@dagrejs/dagre");

const WARM = 5;
const [, , file, times] = process.argv;
const { nodes, edges } = JSON.parse(readFileSync(file, "utf8"));

for (let time = -WARM; time < Number(times); time += 1) {
  const graph = new dagre.graphlib.Graph({ multigraph: true, compound: true });
  graph.setGraph({ rankdir: "LR" });
  graph.setDefaultEdgeLabel(() => ({}));
  const namespaces = new Set();
  for (const { id, name, namespace } of nodes) {
    graph.setNode(id, { width: Math.max(80, 8 * name.length + 24), height: 46 });
    if (namespace !== "") {
      if (!namespaces.has(namespace)) { graph.setNode(`namespace ${namespace}`, {}); }
      namespaces.add(namespace);
      graph.setParent(id, `namespace ${namespace}`);
    }
  }
  for (const { from, to, subType } of edges) { graph.setEdge(from, to, {}, subType); }
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  dagre.layout(graph);
  const wall = process.hrtime.bigint() - start;
  const { user, system } = process.cpuUsage(cpu);
  if (graph.nodes().some((id) => !Number.isFinite(graph.node(id).x))) { throw new Error("a node has no place"); }
  if (time >= 0) { console.log(`dagre ${wall} ${(user + system) * 1000}`); }
}
