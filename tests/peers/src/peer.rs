//! The peers: what each is called, where it comes from, where it lies.

use std::path::{Path, PathBuf};

/// Why a peer is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Tests compare our output with theirs and fail without them.
    Oracles,
    /// Only the tables here need them.
    Timed,
}

/// How a peer is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A package that its module lets others install.
    Package {
        /// The package of the command.
        package: &'static str,
        /// The version of its module.
        version: &'static str,
    },
    /// A package built in a folder of ours whose `go.mod` names it, because its own module has what `go install`
    /// refuses, or because the command is ours.
    Folder {
        /// The folder, below that of this crate.
        folder: &'static str,
        /// The package of the command.
        package: &'static str,
        /// What its linker is told beside what every program's is.
        linker: &'static str,
    },
    /// A folder of ours with a script `layout.cjs` and the Node packages that it needs.
    Node {
        /// The folder, below that of this crate.
        folder: &'static str,
    },
    /// A package of Debian: of its packages, which need the rights to install them.
    Debian {
        /// The package.
        package: &'static str,
    },
    /// A crate.
    Crate {
        /// Its name.
        name: &'static str,
        /// Its version.
        version: &'static str,
    },
    /// A Python package, in an environment of its own beside the programs.
    Python {
        /// The package and its version, as pip wants them.
        package: &'static str,
    },
}

/// A tool whose work is like ours.
#[derive(Debug, PartialEq, Eq)]
pub struct Peer {
    /// The name of the program.
    pub name: &'static str,
    /// Why it is installed.
    pub set: Set,
    /// How it is built.
    pub origin: Origin,
}

/// `helm`
pub const HELM: Peer = Peer {
    name: "helm",
    set: Set::Oracles,
    origin: Origin::Package { package: "helm.sh/helm/v4/cmd/helm", version: "v4.2.4" },
};
/// `kustomize`
pub const KUSTOMIZE: Peer = Peer {
    name: "kustomize",
    set: Set::Oracles,
    origin: Origin::Package { package: "sigs.k8s.io/kustomize/kustomize/v5", version: "v5.8.1" },
};
/// `kubeconform`
pub const KUBECONFORM: Peer = Peer {
    name: "kubeconform",
    set: Set::Oracles,
    origin: Origin::Package { package: "github.com/yannh/kubeconform/cmd/kubeconform", version: "v0.8.0" },
};
/// `docker compose`, as a program of its own.
pub const COMPOSE: Peer = Peer {
    name: "docker-compose",
    set: Set::Oracles,
    origin: Origin::Folder { folder: "tools/compose", package: "github.com/docker/compose/v5/cmd", linker: "" },
};
/// `kompose`
pub const KOMPOSE: Peer = Peer {
    name: "kompose",
    set: Set::Timed,
    origin: Origin::Folder { folder: "tools/kompose", package: "github.com/kubernetes/kompose", linker: "" },
};
/// `kapp`
pub const KAPP: Peer = Peer {
    name: "kapp",
    set: Set::Timed,
    origin: Origin::Folder { folder: "tools/kapp", package: "carvel.dev/kapp/cmd/kapp", linker: "" },
};
/// `kube-score`
pub const KUBE_SCORE: Peer = Peer {
    name: "kube-score",
    set: Set::Timed,
    origin: Origin::Package { package: "github.com/zegl/kube-score/cmd/kube-score", version: "v1.20.0" },
};
/// The YAML parser of the Go tools around Kubernetes, in a loop of ours.
pub const SIGS_YAML: Peer = Peer {
    name: "sigs-yaml",
    set: Set::Timed,
    origin: Origin::Folder { folder: "tools/yaml", package: ".", linker: "" },
};
/// `kube-diagrams`. It asks for Graphviz and its headers, which a system's own packages bring.
pub const KUBE_DIAGRAMS: Peer =
    Peer { name: "kube-diagrams", set: Set::Timed, origin: Origin::Python { package: "KubeDiagrams==0.8.0" } };

/// dagre, in a loop of ours.
pub const DAGRE: Peer = Peer { name: "dagre-layout", set: Set::Timed, origin: Origin::Node { folder: "tools/dagre" } };

/// `opa`
pub const OPA: Peer = Peer {
    name: "opa",
    set: Set::Timed,
    origin: Origin::Package { package: "github.com/open-policy-agent/opa", version: "v1.22.0" },
};
/// `conftest`
pub const CONFTEST: Peer = Peer {
    name: "conftest",
    set: Set::Timed,
    origin: Origin::Package { package: "github.com/open-policy-agent/conftest", version: "v0.71.1" },
};

/// `nginx`, which the load generators ask.
pub const NGINX: Peer = Peer { name: "nginx", set: Set::Timed, origin: Origin::Debian { package: "nginx-light" } };
/// `wrk`
pub const WRK: Peer = Peer { name: "wrk", set: Set::Timed, origin: Origin::Debian { package: "wrk" } };
/// `h2load`
pub const H2LOAD: Peer = Peer { name: "h2load", set: Set::Timed, origin: Origin::Debian { package: "nghttp2-client" } };
/// `hey`
pub const HEY: Peer = Peer {
    name: "hey",
    set: Set::Timed,
    origin: Origin::Package { package: "github.com/rakyll/hey", version: "v0.1.5" },
};
/// `k6`
pub const K6: Peer =
    Peer { name: "k6", set: Set::Timed, origin: Origin::Package { package: "go.k6.io/k6", version: "v1.8.1" } };
/// `fortio`
pub const FORTIO: Peer = Peer {
    name: "fortio",
    set: Set::Timed,
    origin: Origin::Folder { folder: "tools/fortio", package: "fortio.org/fortio", linker: "" },
};
/// `vegeta`
pub const VEGETA: Peer = Peer {
    name: "vegeta",
    set: Set::Timed,
    origin: Origin::Folder { folder: "tools/vegeta", package: "github.com/tsenart/vegeta/v12", linker: "" },
};
/// `oha`
pub const OHA: Peer = Peer { name: "oha", set: Set::Timed, origin: Origin::Crate { name: "oha", version: "1.16.0" } };

/// The programs of a control plane and `kubectl`, in one: what clusters of tests are made of.
pub const CONTROL_PLANE: Peer = Peer {
    name: "control-plane",
    set: Set::Oracles,
    origin: Origin::Folder {
        folder: "../cluster/program",
        package: ".",
        // Else the server says that it is of release 0.0, and serves what such an old one would.
        linker: "-X k8s.io/component-base/version.gitVersion=v1.36.3 \
                 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36",
    },
};
/// `kwok`, the simulated kubelets of such clusters.
pub const KWOK: Peer = Peer {
    name: "kwok",
    set: Set::Oracles,
    origin: Origin::Package { package: "sigs.k8s.io/kwok/cmd/kwok", version: "v0.8.0" },
};

/// Every peer that can be installed.
pub const PEERS: [&Peer; 22] = [
    &CONTROL_PLANE,
    &KWOK,
    &OPA,
    &CONFTEST,
    &HELM,
    &KUSTOMIZE,
    &KUBECONFORM,
    &COMPOSE,
    &KUBE_SCORE,
    &SIGS_YAML,
    &KUBE_DIAGRAMS,
    &DAGRE,
    &KOMPOSE,
    &KAPP,
    &NGINX,
    &WRK,
    &H2LOAD,
    &HEY,
    &FORTIO,
    &VEGETA,
    &K6,
    &OHA,
];

impl Peer {
    /// The program: from the folder of tools, or else from `PATH`.
    pub fn find(&self) -> Option<PathBuf> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        // Servers of Debian's are not in everybody's PATH.
        let of_system = matches!(self.origin, Origin::Debian { .. }).then(|| PathBuf::from("/usr/sbin"));
        let folders = tools().into_iter().chain(std::env::split_paths(&path)).chain(of_system);
        folders.map(|folder| folder.join(self.name)).find(|program| is_program(program))
    }
}

/// Whether a program lies elsewhere than in the folder of tools, so that nobody here has chosen its version.
pub fn is_foreign(peer: &Peer, program: &Path) -> bool {
    !matches!(peer.origin, Origin::Debian { .. }) && program.parent().map(Path::to_path_buf) != tools()
}

/// The folder of tools; `None` where not even a home is known.
pub fn tools() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")));
    set("DESIGN_TOOLS").or_else(|| Some(cache()?.join("design-peers/bin")))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
