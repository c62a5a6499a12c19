//! How the sorts of relationships are told apart: by colour, by the pattern of the line, and by the head of the arrow.

use crate::picture::Mark;

/// The look of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Look {
    /// The word in classes and ids.
    pub class: &'static str,
    /// The colour on a light ground; the style has the one on a dark ground.
    pub colour: &'static str,
    /// The lengths of dashes and gaps; empty for an unbroken line.
    pub dashes: &'static str,
    /// The head of the arrow, as elements of a 10 by 10 square whose point is at 10, 5.
    pub head: &'static str,
}

/// The sorts that models use most; the last is for all others.
const LOOKS: [Look; 7] = [
    Look { class: "network", colour: "#0550ae", dashes: "", head: "<path d=\"M0 1L10 5L0 9Z\"/>" },
    Look { class: "mount", colour: "#6639ba", dashes: "12 3", head: "<path d=\"M0 5L5 1L10 5L5 9Z\"/>" },
    Look {
        class: "reference",
        colour: "#57606a",
        dashes: "2 3",
        head: "<path fill=\"none\" stroke-width=\"1.6\" d=\"M1 1L9 5L1 9\"/>",
    },
    Look {
        class: "permission",
        colour: "#116329",
        dashes: "9 3 2 3",
        head: "<circle cx=\"5.5\" cy=\"5\" r=\"3.7\" fill=\"#ffffff\" class=\"hollow\" stroke-width=\"1.6\"/>",
    },
    Look {
        class: "firewall",
        colour: "#a40e26",
        dashes: "5 2",
        head: "<path d=\"M0 1.5L6 5L0 8.5Z\"/><path d=\"M8 0V10\" stroke-width=\"2\"/>",
    },
    Look {
        class: "inventory",
        colour: "#7d4e00",
        dashes: "16 3 2 3 2 3",
        head: "<path d=\"M1.5 1.5H8.5V8.5H1.5Z\" fill=\"#ffffff\" class=\"hollow\" stroke-width=\"1.6\"/>",
    },
    Look {
        class: "other",
        colour: "#953800",
        dashes: "7 3 7 3 2 3",
        head: "<path d=\"M1 1.5L9 5L1 8.5Z\" fill=\"#ffffff\" class=\"hollow\" stroke-width=\"1.4\"/>",
    },
];
/// What leads to an object that is not there.
const MISSING: Look = Look {
    class: "missing",
    colour: "#a33300",
    dashes: "5 4",
    head: "<path d=\"M1 1L9 9M9 1L1 9\" fill=\"none\" stroke-width=\"2\"/>",
};

/// What leads to an object that comes from outside.
const EXTERNAL: Look = Look {
    class: "external",
    colour: "#424a53",
    dashes: "",
    head: "<path d=\"M0 1L7 5L0 9Z\"/><circle cx=\"8.5\" cy=\"5\" r=\"1.5\"/>",
};

/// The look of a relationship of a sub-type.
pub fn look(sort: &str, mark: Mark) -> Look {
    match mark {
        Mark::Missing => return MISSING,
        Mark::External => return EXTERNAL,
        Mark::Plain | Mark::Added | Mark::Removed | Mark::Changed => {}
    }
    let [named @ .., other] = LOOKS;
    named.into_iter().find(|look| look.class == sort).unwrap_or(other)
}
