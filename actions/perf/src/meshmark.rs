//! MeshMark, the index of the specification for what a mesh costs beside what it does (service-mesh-performance, "MeshMark").
//!
//! The specification has pictures of its formula and no definition: whether a larger share left unused is better, whether weights multiply or
//! shift, and how the sum becomes 0 to 100 is open (service-mesh-performance#227, #325, #335). Here it is
//! `100 (1/C) sum over c of ( sum over i of (0.5 + w) u / sum over i of (0.5 + w) )`: `u` is the share of a resource that is left unused
//! at a fixed rate (more is better), `w` its weight from -0.5 to +0.5, `C` the number of classes. It is an experiment: its inputs stand
//! beside it, and nothing is ever gated by it.

use serde::{Deserialize, Serialize};

/// What a mesh used.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Utilization {
    /// The classes of resources.
    pub classes: Vec<Class>,
}

/// Resources that belong together: those of the proxies, of the control plane.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// What was used.
    pub resources: Vec<Used>,
}

/// How much of a resource was used, and how much there was, in one unit.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Used {
    /// What it is: `cpu`, `memory`.
    pub name: String,
    /// How much was used at the rate.
    pub used: f64,
    /// How much there was.
    pub total: f64,
    /// How much it counts beside the others, from -0.5 (not at all) to 0.5 (twice as much as by default).
    #[serde(default)]
    pub weight: f64,
}

/// The index with all that it was made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeshMark {
    /// The index, from 0 to 100.
    pub score: f64,
    /// The classes.
    pub classes: Vec<ClassMark>,
}

/// What a class adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassMark {
    /// Its name.
    pub name: String,
    /// The weighted mean of what its resources have left, from 0 to 1.
    pub score: f64,
    /// The resources: name, share left unused, weight.
    pub resources: Vec<Left>,
}

/// What is left of a resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Left {
    /// What it is.
    pub name: String,
    /// The share that was not used, from 0 to 1.
    pub unused: f64,
    /// How much it counts.
    pub weight: f64,
}

impl Utilization {
    /// The index. An error says in a line which input is none.
    pub fn mark(&self) -> Result<MeshMark, String> {
        let classes: Vec<ClassMark> = self.classes.iter().map(Class::mark).collect::<Result<_, _>>()?;
        if classes.is_empty() {
            return Err("there is no class".to_owned());
        }
        let count = classes.iter().fold(0.0, |count, _| count + 1.0);
        let sum: f64 = classes.iter().map(|class| class.score).sum();
        Ok(MeshMark { score: 100.0 * (sum / count).clamp(0.0, 1.0), classes })
    }
}

impl Class {
    fn mark(&self) -> Result<ClassMark, String> {
        let resources: Vec<Left> = self.resources.iter().map(|used| used.left(&self.name)).collect::<Result<_, _>>()?;
        let weights: f64 = resources.iter().map(|left| 0.5 + left.weight).sum();
        if weights <= 0.0 {
            return Err(format!("no resource of the class `{}` counts", self.name));
        }
        let sum: f64 = resources.iter().map(|left| (0.5 + left.weight) * left.unused).sum();
        Ok(ClassMark { name: self.name.clone(), score: sum / weights, resources })
    }
}

impl Used {
    fn left(&self, class: &str) -> Result<Left, String> {
        let Self { name, used, total, weight } = self;
        if !(*total > 0.0 && total.is_finite() && *used >= 0.0 && used.is_finite()) {
            return Err(format!("`{name}` of `{class}` was used to {used} of {total}"));
        }
        if !(-0.5..=0.5).contains(weight) {
            return Err(format!("the weight of `{name}` of `{class}` is {weight}: it goes from -0.5 to 0.5"));
        }
        Ok(Left { name: name.clone(), unused: (1.0 - used / total).clamp(0.0, 1.0), weight: *weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(used: f64, total: f64, weight: f64) -> Used {
        Used { name: "cpu".to_owned(), used, total, weight }
    }

    fn mark(classes: Vec<Vec<Used>>) -> Result<f64, String> {
        let class = |resources| Class { name: "proxies".to_owned(), resources };
        Utilization { classes: classes.into_iter().map(class).collect() }.mark().map(|mark| mark.score)
    }

    #[test]
    fn what_is_left_is_weighed() {
        let near = |found: Result<f64, String>, wanted: f64| assert!((found.unwrap() - wanted).abs() < 1e-9);
        near(mark(vec![vec![used(1.0, 4.0, 0.0)]]), 75.0);
        near(mark(vec![vec![used(1.0, 4.0, 0.0), used(3.0, 4.0, 0.0)]]), 50.0);
        // Twice as much as by default, and not at all.
        near(mark(vec![vec![used(1.0, 4.0, 0.5), used(3.0, 4.0, -0.5)]]), 75.0);
        near(mark(vec![vec![used(1.0, 4.0, 0.0)], vec![used(4.0, 4.0, 0.0)]]), 37.5);
        near(mark(vec![vec![used(9.0, 4.0, 0.0)]]), 0.0);
    }

    #[test]
    fn what_is_no_input_is_said() {
        for classes in [vec![], vec![vec![]], vec![vec![used(1.0, 0.0, 0.0)]], vec![vec![used(1.0, 2.0, 0.6)]]] {
            assert!(mark(classes.clone()).is_err(), "{classes:?}");
        }
        assert!(mark(vec![vec![used(f64::NAN, 2.0, 0.0)]]).is_err());
        assert!(mark(vec![vec![used(1.0, 2.0, -0.5)]]).unwrap_err().contains("counts"));
    }
}
