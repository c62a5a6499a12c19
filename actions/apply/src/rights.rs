//! What an identity has to be allowed, and whether it is: the server says so of itself (`SelfSubjectAccessReview`).

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use http::Method;
use k8s_openapi::api::authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec};
use serde::Deserialize as _;

use crate::prepare::{AT_A_TIME, Prepared, Trouble, WORTH_A_LIST};
use crate::request::{Cluster, JSON, Refused};
use crate::set::Member;

/// A right that applying a design takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The namespace; `None` for the whole cluster.
    pub namespace: Option<String>,
    /// Such as `deployments.apps`.
    pub resource: String,
    /// Such as `patch`.
    pub verb: &'static str,
    /// Whether the identity has it.
    pub is_allowed: bool,
}

/// A resource of a group, in a namespace or in the cluster.
type Place = (String, String, Option<String>);

/// A verb in a place.
type Question = (Place, &'static str);

/// What has to be done with the objects of a place.
#[derive(Default)]
struct Use {
    /// The first desired object there.
    desired: usize,
    /// How many of them there are.
    count: usize,
    /// Whether the set had objects there, so that what left the design has to be looked for.
    is_of_set: bool,
}

impl Prepared {
    /// Asks the server what is allowed of what applying takes, once for each verb, resource and namespace; what is not stands
    /// in the way.
    pub(crate) async fn look_for_rights(&mut self) -> Result<(), Refused> {
        let mut places: BTreeMap<Place, Use> = BTreeMap::new();
        for (number, one) in self.desired.iter().enumerate() {
            let Some(resource) = self.resources.find(&one.api_version, &one.kind) else { continue };
            let key = (one.group().to_owned(), resource.plural.clone(), one.namespace.clone());
            let place = places.entry(key).or_insert_with(|| Use { desired: number, ..Use::default() });
            place.count += 1;
            place.is_of_set |= self.set.kinds.contains(&one.group_kind());
        }
        // The inventory is written, too.
        let parent = (String::new(), "configmaps".to_owned(), Some(self.set.namespace.clone()));
        places.entry(parent).or_default();
        let verbs = |place: &Use| {
            let is_listed = place.count >= WORTH_A_LIST || place.is_of_set;
            ["get", "create", "patch", "list"].into_iter().filter(move |verb| *verb != "list" || is_listed)
        };
        let questions: Vec<(&Place, &Use, &'static str)> =
            places.iter().flat_map(|(key, place)| verbs(place).map(move |verb| (key, place, verb))).collect();
        // What is allowed in all namespaces is allowed in each: of several namespaces that is asked first.
        let mut counts: BTreeMap<(&str, &str, &'static str), usize> = BTreeMap::new();
        for ((group, plural, namespace), _, verb) in &questions {
            *counts.entry((group, plural, verb)).or_default() += usize::from(namespace.is_some());
        }
        let wide: Vec<Question> = counts
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|((group, plural, verb), _)| ((group.to_owned(), plural.to_owned(), None), verb))
            .collect();
        let allowed = permissions(&self.cluster, wide.clone()).await?;
        let everywhere: BTreeSet<Question> =
            wide.into_iter().zip(allowed).filter(|(_, permission)| permission.is_allowed).map(|(key, _)| key).collect();
        let is_everywhere = |(group, plural, _): &Place, verb: &'static str| {
            everywhere.contains(&((group.clone(), plural.clone(), None), verb))
        };
        let asked = questions.iter().filter(|(key, _, verb)| !is_everywhere(key, verb));
        let asked: Vec<Question> = asked.map(|(key, _, verb)| ((*key).clone(), *verb)).collect();
        let told = permissions(&self.cluster, asked.clone()).await?;
        let told: BTreeMap<Question, Permission> = asked.into_iter().zip(told).collect();
        let answer = |key: &Place, verb| {
            told.get(&(key.clone(), verb)).cloned().unwrap_or_else(|| {
                let (group, plural, namespace) = key.clone();
                Permission { namespace, resource: resource(&group, &plural), verb, is_allowed: true }
            })
        };
        let answers: Vec<Permission> = questions.iter().map(|(key, _, verb)| answer(key, verb)).collect();
        let list = everywhere.iter().filter(|(_, verb)| *verb == "list");
        self.listable = list.map(|((group, plural, _), _)| (group.clone(), plural.clone())).collect();
        let mut troubles = Vec::new();
        for ((_, place, verb), permission) in questions.into_iter().zip(&answers) {
            // Objects of a new set can be read one by one.
            let is_needed = verb != "list" || place.is_of_set;
            if !permission.is_allowed && is_needed && !self.desired.is_empty() {
                troubles.push(Trouble::Forbidden {
                    desired: place.desired,
                    verb,
                    resource: permission.resource.clone(),
                    namespace: permission.namespace.clone(),
                });
            }
        }
        self.troubles.extend(troubles);
        self.permissions = answers;
        Ok(())
    }

    /// Asks whether what left the design may be deleted, and adds it to what applying takes.
    pub(crate) async fn look_for_rights_to_delete(&mut self, members: &[Member]) -> Result<(), Refused> {
        let mut places: Vec<Place> = members
            .iter()
            .map(|member| {
                let group = member.group_kind.split_once('.').map_or("", |(_, group)| group);
                (group.to_owned(), member.plural.clone(), member.namespace.clone())
            })
            .collect();
        places.sort();
        places.dedup();
        let asked = places.into_iter().map(|place| (place, "delete")).collect();
        let answers = permissions(&self.cluster, asked).await?;
        self.permissions.extend(answers);
        Ok(())
    }
}

async fn permissions(cluster: &Cluster, asked: Vec<Question>) -> Result<Vec<Permission>, Refused> {
    let answers: Vec<Result<Permission, Refused>> = stream::iter(asked)
        .map(|((group, plural, namespace), verb)| async move {
            let review = SelfSubjectAccessReview {
                spec: SelfSubjectAccessReviewSpec {
                    resource_attributes: Some(ResourceAttributes {
                        group: Some(group.clone()),
                        resource: Some(plural.clone()),
                        verb: Some(verb.to_owned()),
                        namespace: namespace.clone(),
                        ..ResourceAttributes::default()
                    }),
                    ..SelfSubjectAccessReviewSpec::default()
                },
                ..SelfSubjectAccessReview::default()
            };
            // A review is made of texts, which are always JSON.
            let review = serde_json::to_vec(&review).unwrap_or_default();
            let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
            let answer = cluster.send(&Method::POST, path, Some((JSON, review))).await?;
            // What is no review allows nothing.
            let answer = SelfSubjectAccessReview::deserialize(answer).unwrap_or_default();
            let is_allowed = answer.status.is_some_and(|status| status.allowed);
            Ok(Permission { namespace, resource: resource(&group, &plural), verb, is_allowed })
        })
        .buffered(AT_A_TIME)
        .collect()
        .await;
    answers.into_iter().collect()
}

/// A resource as people write it: `deployments.apps`.
fn resource(group: &str, plural: &str) -> String {
    let dot = if group.is_empty() { "" } else { "." };
    format!("{plural}{dot}{group}")
}
