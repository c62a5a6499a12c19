//! How the program is linked.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    // A program that may lie anywhere has its 75,000 pointers to constants written anew at each start, which takes 2 ms and 1.7 MB of
    // memory in every process: a tenth of a check, and policies are judged in a second process. At a fixed address, as Go's tools
    // are linked, they are constants. Stack, heap and libraries lie anywhere all the same.
    if of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
