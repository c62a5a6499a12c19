use design_vocabulary::FileId;

use super::*;
use crate::{Limits, Rules, SourceText, lower, parse};

fn read(text: &str) -> (Value, Layout) {
    let mut parsed = parse(&SourceText::new(FileId(0), "a.yaml", text), &Limits::default());
    let document = &mut parsed.documents[0];
    document.set_rules(Rules::Core);
    let value = lower(document.root().unwrap(), &mut Vec::new());
    (value, layout_of(document))
}

fn printed(text: &str) -> String {
    let (value, layout) = read(text);
    let once = print(&value, &layout).unwrap();
    let (again, layout) = read(&once);
    assert_eq!(again, value, "printing changes the value: {once}");
    assert_eq!(print(&again, &layout).unwrap(), once, "printing twice is not printing once");
    once
}

#[test]
fn an_empty_line_never_becomes_part_of_a_block_scalar() {
    let kept = "a: |+\n  x\n\nb: 1\n\nc: 2\n";
    assert_eq!(printed(kept), kept);
    let moved = Object::from_iter([("b", Value::from(1)), ("a", Value::from("x\n\n")), ("c", Value::from(2))]);
    assert_eq!(print(&moved.into(), &read(kept).1).unwrap(), "b: 1\na: |+\n  x\n\nc: 2\n");
    assert_eq!(printed("- a\n- |\n\n  b\n- c\n"), "- a\n- |\n\n  b\n- c\n");
    assert_eq!(printed("- |+\n\n- a\n- |+\n\n"), "- |+\n\n- a\n- |+\n\n");
    assert_eq!(printed("a: |\n  x\n\nb: 1\n"), "a: |\n  x\n\nb: 1\n");
}

#[test]
fn an_empty_line_stays_above_its_dash() {
    assert_eq!(printed("k:\n\n-\n  - a\n\n- - b\n"), "k:\n\n-\n  - a\n\n-\n  - b\n");
    assert_eq!(printed("- |\n  a\n\n  -\n- b\n"), "- |\n  a\n\n  -\n- b\n");
    assert_eq!(printed("- >\n  a\n  \n- - b # c\n"), "- |\n  a\n\n-\n  - b # c\n");
    let (_, layout) = read("- a: 1\n\n- b: 2\n  c: 3\n");
    let moved = Object::from_iter([("c", Value::from(3)), ("b", Value::from(2))]);
    let list = Value::from_iter([Object::from_iter([("a", Value::from(1))]).into(), moved.into()]);
    assert_eq!(print(&list, &layout).unwrap(), "- a: 1\n\n- c: 3\n  b: 2\n");
}

#[test]
fn a_comment_follows_its_value_and_is_missed_without_it() {
    let (value, mut layout) = read("# h\n\na: # a\n  b: 1 # b\nc: 2 # c\n");
    assert_eq!(layout.lost(&value), 0);
    layout.rename(&["a".into()], &["x".into(), "z".into()]);
    assert_eq!(layout.lost(&value), 2);
    let inner = Object::from_iter([("b", Value::from(1))]);
    let moved = Value::from(Object::from_iter([("x", Value::from(Object::from_iter([("z", inner.into())])))]));
    assert_eq!(layout.lost(&moved), 1);
    assert_eq!(print(&moved, &layout).unwrap(), "# h\n\nx:\n  z: # a\n    b: 1 # b\n");
}

#[test]
fn a_comment_behind_a_bracket_belongs_to_the_bracket() {
    assert_eq!(printed("a: {b: 1, c: [2]} # d\ne: 1 # f\n"), "a: {b: 1, c: [2]} # d\ne: 1 # f\n");
    assert_eq!(printed("a: [1,\n  2\n] # b\nc: 'd\n  e' # f\n"), "a: [1, 2] # b\nc: d e # f\n");
    assert_eq!(printed("a: {b: 1, # c\n  d: 2} # e\n"), "a: # e\n  b: 1 # c\n  d: 2\n");
    assert_eq!(printed("a: {b: # c\n  [1]} # e\n"), "a: # e\n  b: [1] # c\n");
}

#[test]
fn no_comment_is_lost_where_two_stand_on_one_line_or_keys_move() {
    assert_eq!(printed("a: [1, # b\n] # c\n"), "a: # c\n- 1 # b\n");
    assert_eq!(printed("- {a: 1, # b\n  c: 2} # d\n"), "# d\n- a: 1 # b\n  c: 2\n");
    assert_eq!(printed("- [1, # a\n  2] # b\n"), "# b\n-\n  - 1 # a\n  - 2\n");
    assert_eq!(printed("- - [1, # a\n    2] # b\n  - 3\n"), "# b\n-\n  -\n    - 1 # a\n    - 2\n  - 3\n");
    let (_, layout) = read("- a: 1\n  # c\n  b: 2\n");
    let moved = Object::from_iter([("b", Value::from(2)), ("a", Value::from(1))]);
    assert_eq!(print(&Value::from_iter([moved.into()]), &layout).unwrap(), "# c\n- b: 2\n  a: 1\n");
}

#[test]
fn an_indicator_in_brackets_is_quoted_outside() {
    assert_eq!(printed("{a: ?}\n"), "a: \"?\"\n");
    assert_eq!(printed("a: {}\na: 2\n ]\n"), "a: 2 ]\n");
    assert_eq!(printed("a: [\"\\u2006b\"]\n"), "a: [\u{2006}b]\n");
    assert_eq!(printed("a: [\"b,\\x84\\u2028\\ufeff\"]\n"), "a: [\"b,\\u0084\\u2028\\ufeff\"]\n");
}
