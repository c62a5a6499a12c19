//! D0715 secrets.

use crate::rule::rule;

rule! {
    /// A secret lies in the open.
    ///
    /// The set looks for passwords, keys and tokens in environment values, in arguments and in ConfigMaps: by the name
    /// that they have, and by the form of well-known tokens. It warns of Secrets in environment variables, where a file
    /// is safer.
    ///
    /// ## What to do
    ///
    /// Revoke what has been in git, and keep the new one in a Secret that is not in the repository.
    ///
    /// `design explain SET/POLICY` prints the page of a policy, `design explain` lists them all.
    "D0715", "secrets", Error
}
