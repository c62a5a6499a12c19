//! Whatever was compiled before, a compilation with a cache says what one without says: folders of objects that name each
//! other, edited at random.

use std::sync::Arc;

use design_pipeline::{Cache, MemoryWorld, References, Request, compile};
use design_report::json;
use proptest::prelude::*;

/// Objects that can be found by their names, labels, hosts, definitions and namespaces, and objects that look for others so.
/// `NAME`, `SPACE` and `OTHER` stand for words of a small choice, so that edits make and break references.
const OBJECTS: [&str; 30] = [
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: SPACE, labels: {team: OTHER}}\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME, namespace: SPACE}\ndata: {OTHER: x, host: 'http://OTHER:80'}\n",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME, namespace: SPACE}\nstringData: {tls.crt: x, OTHER: y}\n",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: NAME, namespace: SPACE}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: SPACE, labels: {app: OTHER}}\nspec: {selector: {app: OTHER}, ports: [{port: 80, targetPort: OTHER}]}\n",
    "apiVersion: v1\nkind: Service\nmetadata: {name: NAME, namespace: SPACE}\nspec: {clusterIP: None, selector: {app: OTHER, tier: web}, ports: [{port: 80}]}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME, namespace: SPACE}\nspec: {replicas: 2, selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME, tier: OTHER}}, spec: {serviceAccountName: OTHER, containers: [{name: c, image: i, ports: [{name: OTHER, containerPort: 80}], env: [{name: HOST, value: 'OTHER.SPACE.svc:80'}, {name: K, valueFrom: {configMapKeyRef: {name: OTHER, key: NAME}}}]}]}}}\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: NAME, namespace: SPACE, labels: {Wrong Label: x}}\nspec: {selector: {matchExpressions: [{key: app, operator: In, values: [NAME, OTHER]}]}, template: {metadata: {labels: {app: NAME}}, spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: OTHER}}, {configMapRef: {name: NAME, optional: true}}]}]}}}\n",
    "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: NAME, namespace: SPACE}\nspec: {serviceName: OTHER, selector: {matchLabels: {app: NAME}}, template: {metadata: {labels: {app: NAME}}, spec: {containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /d}]}]}}, volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}\n",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: SPACE, labels: {app: OTHER}}\nspec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data-OTHER-0}}, {name: w, configMap: {name: NAME, items: [{key: OTHER, path: p}]}}], containers: [{name: c, image: i}]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: NAME, namespace: SPACE}\nspec: {tls: [{secretName: OTHER}], rules: [{host: OTHER.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: OTHER, port: {number: 80}}}}]}}]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: NAME, namespace: SPACE}\nspec: {podSelector: {matchLabels: {app: OTHER}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: NAME}}}, {podSelector: {matchExpressions: [{key: tier, operator: Exists}]}}]}]}\n",
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: NAME, namespace: SPACE}\nspec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: OTHER}}, podSelector: {matchLabels: {app: NAME}}}]}]}\n",
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: NAME, namespace: SPACE}\nspec: {minAvailable: 2, selector: {matchLabels: {app: OTHER}}}\n",
    "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: NAME, namespace: SPACE}\nspec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: OTHER}}\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: NAME, namespace: SPACE}\nrules: [{apiGroups: [''], resources: [secrets], verbs: [get], resourceNames: [OTHER]}]\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: NAME, namespace: SPACE}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: OTHER}\nsubjects: [{kind: ServiceAccount, name: NAME, namespace: SPACE}]\n",
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: NAME, labels: {app: OTHER}}\naggregationRule: {clusterRoleSelectors: [{matchLabels: {app: NAME}}]}\n",
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.a.io}\nspec: {group: a.io, scope: Cluster, names: {kind: Thing, plural: things}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {NAME: {type: string}}}}}]}\n",
    "apiVersion: a.io/v1\nkind: Thing\nmetadata: {name: NAME}\nOTHER: x\n",
    "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: NAME, namespace: SPACE}\nspec: {secretName: OTHER, issuerRef: {name: NAME}}\n",
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: NAME, namespace: SPACE}\nspec: {hosts: [OTHER], gateways: [NAME, mesh], http: [{route: [{destination: {host: OTHER, subset: NAME}}]}]}\n",
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: NAME, namespace: SPACE}\nspec: {hosts: [x.example.com], http: [{route: [{destination: {host: OTHER.example.com}}]}]}\n",
    "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: NAME, namespace: SPACE}\nspec: {hosts: [OTHER.example.com, '*.NAME.com'], exportTo: ['.'], ports: [{number: 80, name: http, protocol: HTTP}]}\n",
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: NAME, namespace: SPACE}\nspec: {host: OTHER, subsets: [{name: OTHER, labels: {tier: NAME}}]}\n",
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: NAME, namespace: SPACE}\nspec: {selector: {app: OTHER}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: ['SPACE/*'], tls: {credentialName: NAME}}]}\n",
    "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: NAME, namespace: SPACE}\nspec: {selector: {matchLabels: {app: OTHER}}, rules: [{from: [{source: {namespaces: ['OTHER*']}}]}]}\n",
    "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: NAME, namespace: SPACE}\nspec: {parentRefs: [{name: OTHER, namespace: OTHER}], rules: [{backendRefs: [{name: OTHER, port: 80}]}]}\n",
    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: NAME, namespace: SPACE}\nspec: {namespaceSelector: {any: true}, selector: {matchLabels: {app: OTHER}}, endpoints: [{port: http}]}\n",
    "# design: ignore D0309 it comes from elsewhere\napiVersion: batch/v1\nkind: Job\nmetadata: {name: NAME, namespace: SPACE}\nspec: {template: {spec: {restartPolicy: Never, serviceAccountName: OTHER, containers: [{name: c, image: i, resources: {limits: {memory: lots}}}]}}}\n",
];

const WORDS: [&str; 4] = ["one", "two", "three", "four"];
const SPACES: [&str; 3] = ["one", "two", "other"];

/// An object: which one of [`OBJECTS`], and the words in it.
#[derive(Clone, Debug)]
struct Object(usize, usize, usize, usize);

impl Object {
    fn text(&self) -> String {
        let text = OBJECTS[self.0].replace("NAME", WORDS[self.1]).replace("SPACE", SPACES[self.2]);
        text.replace("OTHER", WORDS[self.3])
    }
}

/// What an edit does in a file, at a position.
#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, usize, Object),
    Remove(usize, usize),
    Replace(usize, usize, Object),
    /// Another word in the place of one of an object.
    Change(usize, usize, usize, usize),
    /// A remark before everything else, which moves all places.
    Remark(usize),
}

fn object() -> impl Strategy<Value = Object> {
    (0..OBJECTS.len(), 0..WORDS.len(), 0..SPACES.len(), 0..WORDS.len()).prop_map(|(a, b, c, d)| Object(a, b, c, d))
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = || (0..3usize, 0..12usize);
    prop_oneof![
        (at(), object()).prop_map(|((file, place), object)| Edit::Insert(file, place, object)),
        at().prop_map(|(file, place)| Edit::Remove(file, place)),
        (at(), object()).prop_map(|((file, place), object)| Edit::Replace(file, place, object)),
        (at(), 0..3usize, 0..3usize).prop_map(|((file, place), which, word)| Edit::Change(file, place, which, word)),
        (0..3usize).prop_map(Edit::Remark),
    ]
}

#[derive(Debug, Default)]
struct Folder {
    files: [Vec<Object>; 3],
    remarks: [usize; 3],
}

impl Folder {
    fn take(&mut self, edit: &Edit) {
        match edit {
            Edit::Insert(file, place, object) => {
                let objects = &mut self.files[*file];
                objects.insert(*place.min(&objects.len()), object.clone());
            }
            Edit::Remove(file, place) if *place < self.files[*file].len() => {
                self.files[*file].remove(*place);
            }
            Edit::Replace(file, place, object) if *place < self.files[*file].len() => {
                self.files[*file][*place] = object.clone();
            }
            Edit::Change(file, place, which, word) if *place < self.files[*file].len() => {
                let Object(_, name, space, other) = &mut self.files[*file][*place];
                *[name, space, other][*which] = *word;
            }
            Edit::Remark(file) => self.remarks[*file] += 1,
            _ => {}
        }
    }

    fn world(&self) -> MemoryWorld {
        let text = |number: usize| {
            let objects: Vec<String> = self.files[number].iter().map(Object::text).collect();
            format!("{}{}", "# a remark\n".repeat(self.remarks[number]), objects.join("---\n"))
        };
        MemoryWorld::new((0..3).map(|number| (format!("{number}.yaml"), text(number).into_bytes())))
    }
}

/// Everything that somebody can see of a compilation.
fn seen(world: &MemoryWorld, request: &Request) -> Result<String, serde_json::Error> {
    let compilation = compile(world, request);
    let report = json::render(&compilation.report, &compilation.sources)?;
    let graphs = compilation.designs.iter().map(|compiled| {
        let graph = &compiled.graph;
        format!("{:#?}\n{:#?}\n{:#?}\n{:#?}", graph.edges, graph.missing, graph.elsewhere, graph.contested)
    });
    Ok(report + &graphs.collect::<String>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_cache_changes_nothing_that_is_seen(
        objects in prop::collection::vec((0..3usize, object()), 0..30),
        edits in prop::collection::vec(edit(), 1..12),
        closed in any::<bool>(),
    ) {
        let mut folder = Folder::default();
        for (file, object) in objects {
            folder.files[file].push(object);
        }
        let plain = Request {
            relationships: true,
            releases: vec!["1.36".parse().unwrap()],
            references: if closed { References::Closed } else { References::Judged },
            ..Request::new(["."])
        };
        let kept = Request { cache: Some(Arc::new(Cache::default())), ..plain.clone() };
        prop_assert_eq!(seen(&folder.world(), &kept).unwrap(), seen(&folder.world(), &plain).unwrap());
        for edit in &edits {
            folder.take(edit);
            let world = folder.world();
            prop_assert_eq!(seen(&world, &kept).unwrap(), seen(&world, &plain).unwrap(), "after {:?}", edit);
        }
    }
}
