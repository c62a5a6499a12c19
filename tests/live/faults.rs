//! What goes wrong on the way to a cluster.

use design_cluster::{Effect, Fault, Method, User};

use crate::place::{APPLICATION, place, run};

#[test]
fn faults_of_the_way_change_nothing_of_the_outcome() {
    let Some(place) = place("faults", APPLICATION) else { return };
    let outcome = |namespace: &str| {
        let data = place.cluster.get(&format!("/api/v1/namespaces/{namespace}/configmaps/settings")).unwrap().body;
        let web = place.cluster.get(&format!("/apis/apps/v1/namespaces/{namespace}/deployments/web")).unwrap().body;
        (
            data["data"].clone(),
            web["spec"]["template"]["spec"]["containers"][0]["image"].clone(),
            web["metadata"]["generation"].clone(),
        )
    };
    place.run(&["apply"]).expect(0);
    let expected = outcome(&place.namespace);
    for effect in [Effect::CONFLICT, Effect::TOO_MANY, Effect::ErrorAfterwards, Effect::Cut] {
        for nth in 1..=4 {
            let namespace = place.cluster.namespace("faulty").unwrap();
            let proxy = place.cluster.proxy(User::Admin).unwrap();
            proxy.inject(Fault::new(effect).method(Method::PATCH).nth(nth));
            run(&place.project, proxy.kubeconfig(), &namespace, &["apply"]).expect(0);
            assert_eq!(outcome(&namespace), expected, "{effect:?} at patch {nth}");
        }
    }
}
