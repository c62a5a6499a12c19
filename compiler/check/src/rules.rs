//! The rules, one file each, in the order of their codes.

pub mod absent_file;
pub mod absent_host;
pub mod address_refused;
pub mod ambiguous_port;
pub mod ambiguous_protocol;
pub mod ambiguous_reference;
pub mod api_not_served;
pub mod approximate_chart;
pub mod availability;
pub mod blocked_eviction;
pub mod broken_rule;
pub mod chart_hook;
pub mod chart_not_covered;
pub mod chart_not_deterministic;
pub mod chart_refuses;
pub mod chart_too_costly;
pub mod chart_value_ignored;
pub mod clashing_routes;
pub mod clashing_uses;
pub mod closed_gateway_port;
pub mod comments_left_out;
pub mod conflicting_entries;
pub mod conflicting_gateways;
pub mod conflicting_hosts;
pub mod conflicting_mutators;
pub mod conflicting_ports;
pub mod content_changed;
pub mod controller_only;
pub mod dangling_relationship;
pub mod dependency_cycle;
pub mod dependency_not_fetched;
pub mod deprecated_api;
pub mod differs_from_kustomize;
pub mod doubtful_unit;
pub mod duplicate_certificate;
pub mod duplicate_definition;
pub mod duplicate_identity;
pub mod duplicate_key;
pub mod elsewhere_in_cluster;
pub mod empty_subset;
pub mod environments_clash;
pub mod environments_in_a_circle;
pub mod escalating_permission;
pub mod field_conflict;
pub mod field_not_in_compose;
pub mod field_type;
pub mod file_outside_kustomization;
pub mod from_a_cluster;
pub mod generator_failed;
pub mod governing_service;
pub mod helm_failed;
pub mod host_not_served;
pub mod host_path;
pub mod images;
pub mod inactive_profile;
pub mod incomplete_certificate;
pub mod incomplete_external;
pub mod incomplete_suppression;
pub mod ineffective_route;
pub mod ineffective_selector;
pub mod ineffective_sidecar;
pub mod invalid_application;
pub mod invalid_chart;
pub mod invalid_chart_value;
pub mod invalid_compose_value;
pub mod invalid_definition;
pub mod invalid_label;
pub mod invalid_name;
pub mod invalid_pattern;
pub mod invalid_profile;
pub mod invalid_result;
pub mod invalid_setting;
pub mod kind_not_on_server;
pub mod kustomization_in_a_circle;
pub mod kustomization_needs_a_program;
pub mod left_out;
pub mod left_out_of_repository;
pub mod limit_passed;
pub mod made_by_a_cluster;
pub mod malformed_value;
pub mod member_of_other_set;
pub mod misleading_file_name;
pub mod missing_api_version;
pub mod missing_authentication;
pub mod missing_dependency;
pub mod missing_design_field;
pub mod missing_grant;
pub mod missing_key;
pub mod missing_kind;
pub mod missing_kustomization_file;
pub mod missing_name;
pub mod missing_namespace;
pub mod missing_object;
pub mod missing_object_field;
pub mod missing_parameter;
pub mod missing_port;
pub mod missing_section;
pub mod missing_subset;
pub mod network_isolation;
pub mod no_answer;
pub mod no_chart_version;
pub mod no_components;
pub mod no_flow;
pub mod no_model;
pub mod no_name_of_its_own;
pub mod no_schema;
pub mod no_such_design;
pub mod no_such_field;
pub mod not_allowed_in_cluster;
pub mod not_an_object;
pub mod not_closed;
pub mod not_covered_by_kustomize;
pub mod not_fetched;
pub mod not_in_environment;
pub mod not_in_kubernetes;
pub mod not_json;
pub mod not_locked;
pub mod not_ready;
pub mod not_recognised;
pub mod not_verified;
pub mod nothing_found;
pub mod object_not_in_compose;
pub mod object_twice;
pub mod other_model;
pub mod patch_not_applied;
pub mod patched;
pub mod pattern_left_out;
pub mod pod_security_baseline;
pub mod pod_security_restricted;
pub mod policy_denied;
pub mod policy_exempted;
pub mod policy_failed;
pub mod policy_limit;
pub mod policy_not_compiled;
pub mod policy_noted;
pub mod policy_refused;
pub mod policy_warned;
pub mod policy_without_pods;
pub mod powerful_binding;
pub mod probes;
pub mod read_differently;
pub mod reference_not_understood;
pub mod refused_by_server;
pub mod refused_definition;
pub mod refused_member;
pub mod remote_base;
pub mod renamed;
pub mod repeated_element;
pub mod replacement_failed;
pub mod reserved_value;
pub mod resources;
pub mod route_not_allowed;
pub mod said_loosely;
pub mod same_id;
pub mod scaled_replicas;
pub mod score_resource;
pub mod score_value;
pub mod secret_in_pattern;
pub mod secret_not_passed;
pub mod secret_outside;
pub mod secret_written;
pub mod secrets;
pub mod selects_nothing;
pub mod skipped;
pub mod syntax_error;
pub mod targets_disagree;
pub mod template_failed;
pub mod template_output;
pub mod too_many_kustomizations;
pub mod transformer_failed;
pub mod transition_rule;
pub mod two_budgets;
pub mod two_configurations;
pub mod two_owners;
pub mod two_scalers;
pub mod two_versions;
pub mod types_differ;
pub mod unclaimed_relationship;
pub mod undeclarable_parameter;
pub mod undefined_in_compose;
pub mod unequal_lengths;
pub mod unevaluated_rule;
pub mod unknown_component_type;
pub mod unknown_compose_key;
pub mod unknown_definition_field;
pub mod unknown_definition_kind;
pub mod unknown_environment;
pub mod unknown_field;
pub mod unknown_keyword;
pub mod unknown_kind;
pub mod unknown_kustomization_field;
pub mod unknown_object_field;
pub mod unknown_parameter;
pub mod unknown_path;
pub mod unknown_profile_field;
pub mod unknown_property;
pub mod unknown_setting;
pub mod unknown_trait;
pub mod unknown_value;
pub mod unlisted_value;
pub mod unnamed_image;
pub mod unread_message;
pub mod unreadable;
pub mod unreadable_package;
pub mod unset_variable;
pub mod unsound_lock;
pub mod unsound_use;
pub mod unusable_schema;
pub mod unused_external;
pub mod unused_lock;
pub mod unused_parameter;
pub mod unused_suppression;
pub mod uses_in_a_circle;
pub mod value_against_schema;
pub mod value_fixed_in_chart;
pub mod value_lost;
pub mod value_not_allowed;
pub mod value_not_written;
pub mod value_out_of_bounds;
pub mod values_in_a_circle;
pub mod variable_needed;
pub mod variable_without_value;
pub mod vendored_chart_changed;
pub mod version_not_defined;
pub mod version_used_again;
pub mod withheld;
pub mod wrong_kustomization_value;
pub mod wrong_parameter;

use crate::Rule;

/// All rules in the order of their codes.
pub static RULES: &[&Rule] = &[
    &syntax_error::RULE,
    &duplicate_key::RULE,
    &limit_passed::RULE,
    &unreadable::RULE,
    &not_json::RULE,
    &read_differently::RULE,
    &incomplete_suppression::RULE,
    &unused_suppression::RULE,
    &unknown_setting::RULE,
    &invalid_setting::RULE,
    &nothing_found::RULE,
    &not_an_object::RULE,
    &missing_api_version::RULE,
    &missing_kind::RULE,
    &missing_name::RULE,
    &unknown_field::RULE,
    &field_type::RULE,
    &missing_design_field::RULE,
    &no_components::RULE,
    &not_recognised::RULE,
    &skipped::RULE,
    &left_out::RULE,
    &incomplete_external::RULE,
    &invalid_name::RULE,
    &invalid_label::RULE,
    &duplicate_identity::RULE,
    &value_lost::RULE,
    &dangling_relationship::RULE,
    &unknown_kind::RULE,
    &dependency_cycle::RULE,
    &unused_external::RULE,
    &missing_object::RULE,
    &absent_host::RULE,
    &selects_nothing::RULE,
    &missing_key::RULE,
    &missing_port::RULE,
    &missing_section::RULE,
    &scaled_replicas::RULE,
    &blocked_eviction::RULE,
    &not_closed::RULE,
    &two_owners::RULE,
    &clashing_routes::RULE,
    &two_scalers::RULE,
    &two_budgets::RULE,
    &escalating_permission::RULE,
    &powerful_binding::RULE,
    &missing_subset::RULE,
    &empty_subset::RULE,
    &host_not_served::RULE,
    &conflicting_gateways::RULE,
    &duplicate_certificate::RULE,
    &conflicting_hosts::RULE,
    &closed_gateway_port::RULE,
    &two_configurations::RULE,
    &ineffective_selector::RULE,
    &missing_authentication::RULE,
    &conflicting_ports::RULE,
    &conflicting_entries::RULE,
    &ambiguous_port::RULE,
    &ineffective_route::RULE,
    &policy_without_pods::RULE,
    &governing_service::RULE,
    &ineffective_sidecar::RULE,
    &incomplete_certificate::RULE,
    &missing_grant::RULE,
    &route_not_allowed::RULE,
    &refused_definition::RULE,
    &duplicate_definition::RULE,
    &unknown_path::RULE,
    &types_differ::RULE,
    &no_flow::RULE,
    &unequal_lengths::RULE,
    &unclaimed_relationship::RULE,
    &misleading_file_name::RULE,
    &unknown_definition_kind::RULE,
    &unknown_definition_field::RULE,
    &other_model::RULE,
    &no_model::RULE,
    &patched::RULE,
    &conflicting_mutators::RULE,
    &values_in_a_circle::RULE,
    &value_not_written::RULE,
    &same_id::RULE,
    &api_not_served::RULE,
    &unknown_object_field::RULE,
    &value_not_allowed::RULE,
    &missing_object_field::RULE,
    &unlisted_value::RULE,
    &malformed_value::RULE,
    &value_out_of_bounds::RULE,
    &repeated_element::RULE,
    &deprecated_api::RULE,
    &no_schema::RULE,
    &unusable_schema::RULE,
    &version_not_defined::RULE,
    &invalid_definition::RULE,
    &broken_rule::RULE,
    &unevaluated_rule::RULE,
    &transition_rule::RULE,
    &unread_message::RULE,
    &policy_denied::RULE,
    &policy_warned::RULE,
    &policy_noted::RULE,
    &policy_exempted::RULE,
    &policy_not_compiled::RULE,
    &policy_failed::RULE,
    &policy_limit::RULE,
    &policy_refused::RULE,
    &pod_security_baseline::RULE,
    &pod_security_restricted::RULE,
    &resources::RULE,
    &probes::RULE,
    &images::RULE,
    &network_isolation::RULE,
    &secrets::RULE,
    &availability::RULE,
    &not_covered_by_kustomize::RULE,
    &unknown_kustomization_field::RULE,
    &wrong_kustomization_value::RULE,
    &missing_kustomization_file::RULE,
    &kustomization_in_a_circle::RULE,
    &remote_base::RULE,
    &file_outside_kustomization::RULE,
    &patch_not_applied::RULE,
    &object_twice::RULE,
    &generator_failed::RULE,
    &replacement_failed::RULE,
    &variable_without_value::RULE,
    &kustomization_needs_a_program::RULE,
    &transformer_failed::RULE,
    &ambiguous_reference::RULE,
    &differs_from_kustomize::RULE,
    &too_many_kustomizations::RULE,
    &not_in_kubernetes::RULE,
    &unknown_compose_key::RULE,
    &invalid_compose_value::RULE,
    &unset_variable::RULE,
    &variable_needed::RULE,
    &absent_file::RULE,
    &unnamed_image::RULE,
    &renamed::RULE,
    &undefined_in_compose::RULE,
    &host_path::RULE,
    &inactive_profile::RULE,
    &said_loosely::RULE,
    &object_not_in_compose::RULE,
    &field_not_in_compose::RULE,
    &score_resource::RULE,
    &score_value::RULE,
    &unknown_component_type::RULE,
    &unknown_trait::RULE,
    &unknown_property::RULE,
    &controller_only::RULE,
    &invalid_application::RULE,
    &approximate_chart::RULE,
    &chart_not_covered::RULE,
    &chart_not_deterministic::RULE,
    &template_failed::RULE,
    &chart_refuses::RULE,
    &chart_too_costly::RULE,
    &missing_dependency::RULE,
    &value_against_schema::RULE,
    &chart_hook::RULE,
    &invalid_chart::RULE,
    &invalid_chart_value::RULE,
    &template_output::RULE,
    &helm_failed::RULE,
    &chart_value_ignored::RULE,
    &dependency_not_fetched::RULE,
    &vendored_chart_changed::RULE,
    &from_a_cluster::RULE,
    &made_by_a_cluster::RULE,
    &refused_member::RULE,
    &unreadable_package::RULE,
    &comments_left_out::RULE,
    &unknown_parameter::RULE,
    &missing_parameter::RULE,
    &wrong_parameter::RULE,
    &unknown_value::RULE,
    &secret_outside::RULE,
    &undeclarable_parameter::RULE,
    &unknown_environment::RULE,
    &environments_in_a_circle::RULE,
    &not_in_environment::RULE,
    &reference_not_understood::RULE,
    &unused_parameter::RULE,
    &secret_written::RULE,
    &no_such_field::RULE,
    &unknown_keyword::RULE,
    &reserved_value::RULE,
    &unsound_use::RULE,
    &no_chart_version::RULE,
    &no_such_design::RULE,
    &uses_in_a_circle::RULE,
    &two_versions::RULE,
    &clashing_uses::RULE,
    &not_locked::RULE,
    &not_fetched::RULE,
    &content_changed::RULE,
    &targets_disagree::RULE,
    &not_verified::RULE,
    &address_refused::RULE,
    &secret_not_passed::RULE,
    &unsound_lock::RULE,
    &unused_lock::RULE,
    &left_out_of_repository::RULE,
    &value_fixed_in_chart::RULE,
    &invalid_pattern::RULE,
    &version_used_again::RULE,
    &pattern_left_out::RULE,
    &secret_in_pattern::RULE,
    &refused_by_server::RULE,
    &field_conflict::RULE,
    &missing_namespace::RULE,
    &kind_not_on_server::RULE,
    &not_ready::RULE,
    &withheld::RULE,
    &member_of_other_set::RULE,
    &not_allowed_in_cluster::RULE,
    &no_name_of_its_own::RULE,
    &no_answer::RULE,
    &environments_clash::RULE,
    &elsewhere_in_cluster::RULE,
    &invalid_profile::RULE,
    &unknown_profile_field::RULE,
    &ambiguous_protocol::RULE,
    &invalid_result::RULE,
    &doubtful_unit::RULE,
];

/// The rule with a code or a name.
pub fn find_rule(code_or_name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.0.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_names_differ() {
        assert!(RULES.is_sorted_by(|first, second| first.code.0 < second.code.0));
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
    }
}
