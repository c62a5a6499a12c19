//! What OPA reads and the engine does not, or reads otherwise, written anew before the engine sees it. Lines stay lines, so
//! that faults keep their places.
//!
//! - Several bodies behind one head, `violation[x] { … } { … }`, become several rules.
//! - A result that is undefined is none: `deny contains f(x) if { … }` becomes `deny contains y if { y := f(x); … }`, since
//!   the engine fails on it.
//! - `some x in y` says nothing where `y` is no collection, and the engine fails on it: it becomes `x := y[z]`.
//! - OPA takes the arguments of a negated call out of the negation: `not f(input.x)` says nothing where `input.x` is
//!   undefined, and the engine would read it as true. They are taken out here.

pub(crate) mod lexer;

use std::collections::HashSet;

use lexer::{Kind, Token, tokens};

/// What stands in for the bytes from a position to another.
type Edit = (usize, usize, String);

/// The module as the engine is to read it.
pub(crate) fn rewrite(text: &str) -> String {
    let mut edits: Vec<Edit> = Vec::new();
    let rules = repeat_heads(text, &tokens(text), &mut edits);
    let rules: HashSet<String> = rules.into_iter().map(str::to_owned).collect();
    let text = edited(text, edits);
    let mut names = 0;
    // What one step writes may lie in what another one moves, so that each reads the text of the one before.
    let mut edits: Vec<Edit> = Vec::new();
    look_into_what_is_there(&text, &tokens(&text), &rules, &mut names, &mut edits);
    let text = edited(&text, edits);
    let mut edits: Vec<Edit> = Vec::new();
    take_out_arguments(&text, &tokens(&text), &rules, &mut names, &mut edits);
    let text = edited(&text, edits);
    let mut edits: Vec<Edit> = Vec::new();
    take_out_results(&text, &tokens(&text), &mut names, &mut edits);
    edited(&text, edits)
}

fn edited(text: &str, mut edits: Vec<Edit>) -> String {
    // What is put in at a position comes before what is replaced from there on.
    edits.sort_by_key(|(start, end, _)| (*start, *end));
    let mut rewritten = String::with_capacity(text.len() + 64 * edits.len());
    let mut from = 0;
    for (start, end, instead) in edits {
        rewritten.push_str(text.get(from..start).unwrap_or_default());
        rewritten.push_str(&instead);
        from = end;
    }
    rewritten.push_str(text.get(from..).unwrap_or_default());
    rewritten
}

/// Puts the head of a rule before each further body of it. Returns the names of the rules.
fn repeat_heads<'a>(text: &'a str, tokens: &[Token<'a>], edits: &mut Vec<Edit>) -> HashSet<&'a str> {
    let mut rules = HashSet::new();
    let mut depth = 0_usize;
    // The first token of the rule, and the brace that opens its first body.
    let (mut start, mut body, mut has_else) = (0, None, false);
    for (index, token) in tokens.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|before| tokens.get(before));
        let begins_line = previous.is_none_or(|previous| previous.line < token.line);
        if depth == 0 && begins_line && token.kind == Kind::Word && !matches!(token.text, "else" | "if" | "contains") {
            (start, body, has_else) = (index, None, false);
            rules.insert(token.text);
        }
        match token.text {
            "else" if depth == 0 => has_else = true,
            "{" if depth == 0 => {
                // Behind `else` there are no further bodies, but values and their own body.
                let is_value = previous.is_some_and(|previous| matches!(previous.text, "=" | ":=" | "in"));
                let follows_body = previous.is_some_and(|previous| previous.text == "}");
                match body {
                    None if !is_value => body = Some(index),
                    Some(first) if follows_body && !has_else => {
                        let head = tokens.get(start).zip(tokens.get(first));
                        let head = head.and_then(|(start, first)| text.get(start.start..first.start));
                        edits.push((token.start, token.start, format!("{} ", one_line(head.unwrap_or_default()))));
                    }
                    _ => {}
                }
                depth += 1;
            }
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    rules
}

/// A piece of a module without its line breaks and comments.
fn one_line(piece: &str) -> String {
    let mut line = String::new();
    let mut from = 0;
    for token in tokens(piece) {
        if !line.is_empty() && token.start > from {
            line.push(' ');
        }
        line.push_str(token.text);
        from = token.end();
    }
    line
}

/// Gives a name to what the head of a rule puts into a set, where that can be undefined. The value goes to the end of the
/// body: the engine wants names to be made before they are used.
fn take_out_results(text: &str, tokens: &[Token<'_>], names: &mut usize, edits: &mut Vec<Edit>) {
    for start in positions(tokens, &|token| token.kind == Kind::Word) {
        let before = start.checked_sub(1).and_then(|before| tokens.get(before));
        let head = tokens.get(start..).unwrap_or_default();
        let begins_rule =
            head.first().zip(before).is_none_or(|(one, before)| before.line < one.line || before.text == "}");
        let Some(second) = head.get(1).filter(|_| begins_rule) else { continue };
        let (result, brace) = match second.text {
            "contains" => {
                let Some(end) = first_at_top(head, "if") else { continue };
                (head.get(2..end).unwrap_or_default(), end + 1)
            }
            "[" => {
                let Some(end) = closing(head, 1) else { continue };
                (head.get(2..end).unwrap_or_default(), end + 1)
            }
            _ => continue,
        };
        if head.get(brace).is_none_or(|token| token.text != "{") || result.len() < 2 {
            continue;
        }
        let Some(end) = closing(head, brace) else { continue };
        let (Some(first), Some(last)) = (result.first(), result.last()) else { continue };
        let (Some(end), Some(statement)) = (head.get(end), head.get(end - 1)) else { continue };
        // What goes over several lines stays as it is: the lines behind it would move.
        if first.line == last.line && can_be_undefined(result, &HashSet::new()) {
            let name = format!("taken_out_{names}");
            *names += 1;
            let value = text.get(first.start..last.end()).unwrap_or_default();
            let separator = if statement.line == end.line { "; " } else { "" };
            edits.push((end.start, end.start, format!("{separator}{name} := {value} ")));
            edits.push((first.start, last.end(), name));
        }
    }
}

/// Gives a name to each argument of a negated call, and to each side of a negated comparison, that can be undefined.
fn take_out_arguments(
    text: &str,
    tokens: &[Token<'_>],
    rules: &HashSet<String>,
    names: &mut usize,
    edits: &mut Vec<Edit>,
) {
    // A negation inside of what is moved stays as it is.
    let mut until = 0;
    for (index, token) in tokens.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|before| tokens.get(before));
        if index < until
            || token.text != "not"
            || token.kind != Kind::Word
            || previous.is_some_and(|previous| previous.text == ".")
        {
            continue;
        }
        let end = end_of_expression(tokens, index + 1);
        let expression = tokens.get(index + 1..end).unwrap_or_default();
        let mut before = String::new();
        for operand in operands(expression, rules) {
            let (Some(first), Some(last)) = (operand.first(), operand.last()) else { continue };
            let name = format!("taken_out_{names}");
            *names += 1;
            // With its line breaks, so that what follows stays in its line.
            before.push_str(&format!("{name} := {}; ", text.get(first.start..last.end()).unwrap_or_default()));
            edits.push((first.start, last.end(), name));
        }
        if before.is_empty() {
            continue;
        }
        until = end;
        // A body of one statement has no braces, and needs some to hold two.
        let is_bare = previous.is_some_and(|previous| previous.text == "if");
        edits.push((token.start, token.start, format!("{}{before}", if is_bare { "{ " } else { "" })));
        if let Some(last) = expression.last().filter(|_| is_bare) {
            edits.push((last.end(), last.end(), " }".to_owned()));
        }
    }
}

/// Makes lookups of `some … in` with a reference behind it.
fn look_into_what_is_there(
    text: &str,
    tokens: &[Token<'_>],
    rules: &HashSet<String>,
    names: &mut usize,
    edits: &mut Vec<Edit>,
) {
    for (index, some) in tokens.iter().enumerate().filter(|(_, token)| token.text == "some") {
        let end = end_of_expression(tokens, index + 1);
        let words = tokens.get(index + 1..end).unwrap_or_default();
        let Some(within) = first_at_top(words, "in") else { continue };
        let (names_made, collection) =
            (words.get(..within).unwrap_or_default(), words.get(within + 1..).unwrap_or_default());
        let (Some(first), Some(last)) = (collection.first(), collection.last()) else { continue };
        let is_plain = is_reference(collection) && collection.iter().all(|token| token.text != "with");
        if !is_plain || some.line != last.line || some.kind != Kind::Word {
            continue;
        }
        let mut name = |token: Option<&Token<'_>>| match token.map_or("_", |token| token.text) {
            "_" => {
                *names += 1;
                format!("taken_out_{}", *names - 1)
            }
            name => name.to_owned(),
        };
        let is_name = |token: &Token<'_>| token.kind == Kind::Word && !rules.contains(token.text);
        let collection = text.get(first.start..last.end()).unwrap_or_default();
        let is_bare =
            index.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| before.text == "if");
        let lookup = match names_made {
            [value] if is_name(value) => format!("{} := {collection}[{}]", name(Some(value)), name(None)),
            [key, comma, value] if comma.text == "," && key.text == "_" && is_name(value) => {
                format!("{} := {collection}[{}]", name(Some(value)), name(None))
            }
            // The key has to be declared here, or it might be one from around.
            [_, comma, _] if comma.text == "," && !is_bare => {
                let (name, made) = (name(None), text.get(some.start..first.start).unwrap_or_default());
                format!(r#"{name} := {collection}; type_name({name}) in {{"array", "object", "set"}}; {made}{name}"#)
            }
            _ => continue,
        };
        edits.push((some.start, last.end(), lookup));
    }
}

/// The position behind the last token of the expression that begins at one.
fn end_of_expression(tokens: &[Token<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        let previous = index.checked_sub(1).and_then(|before| tokens.get(before));
        let goes_on = previous.is_some_and(|previous| is_operator(previous) || matches!(previous.text, "." | "not"));
        let is_next_line = previous.is_some_and(|previous| previous.line < token.line) && !goes_on;
        if depth == 0 && (is_next_line || matches!(token.text, ";" | "}" | "]" | ")" | "|" | "else")) {
            return index;
        }
        match token.text {
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    tokens.len()
}

fn is_comparison(token: &Token<'_>) -> bool {
    matches!(token.text, "==" | "!=" | "<" | "<=" | ">" | ">=") || (token.kind == Kind::Word && token.text == "in")
}

fn is_operator(token: &Token<'_>) -> bool {
    is_comparison(token) || matches!(token.text, "=" | "+" | "-" | "*" | "/" | "%" | "&")
}

/// The parts of a negated expression that OPA evaluates before the negation.
fn operands<'a, 'b>(expression: &'b [Token<'a>], rules: &HashSet<String>) -> Vec<&'b [Token<'a>]> {
    let at_top = |wanted: &dyn Fn(&Token<'_>) -> bool| positions(expression, wanted);
    // A wildcard cannot be moved, and `with` would have to be moved along.
    let is_left_alone = |token: &Token<'_>| matches!(token.text, "with" | "some" | "every" | ":=" | "=" | "_" | "|");
    if !at_top(&is_left_alone).is_empty() || expression.iter().any(|token| token.text == "_") {
        return Vec::new();
    }
    let can_be_undefined = |operand: &&[Token<'_>]| can_be_undefined(operand, rules);
    if let Some(comparison) = at_top(&is_comparison).first().copied() {
        let (left, right) = expression.split_at(comparison);
        let (operator, right) = right.split_first().map_or(("", right), |(operator, right)| (operator.text, right));
        // An equation is a single expression for OPA: only what its sides are made of comes first.
        let is_moved = |side: &&[Token<'_>]| operator != "==" || !is_reference(side);
        return [left, right].into_iter().filter(is_moved).filter(can_be_undefined).collect();
    }
    let opens = |bracket: &'static str| move |token: &Token<'_>| token.text == bracket;
    let calls = at_top(&opens("("));
    if let Some(open) = calls.first().copied() {
        let is_call = open > 0 && calls.len() == 1 && closing(expression, open) == Some(expression.len() - 1);
        let arguments = expression.get(open + 1..expression.len() - 1).filter(|_| is_call).unwrap_or_default();
        return split(arguments).into_iter().filter(can_be_undefined).collect();
    }
    // A reference: what stands in its brackets.
    let indices = at_top(&opens("[")).into_iter().filter(|open| *open > 0);
    let indices = indices.filter_map(|open| expression.get(open + 1..closing(expression, open)?));
    indices.filter(|index| index.len() > 1).filter(can_be_undefined).collect()
}

/// The positions of the wanted tokens that lie in no brackets; a bracket that opens lies in none of its own.
fn positions(expression: &[Token<'_>], wanted: &dyn Fn(&Token<'_>) -> bool) -> Vec<usize> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (index, token) in expression.iter().enumerate() {
        if depth == 0 && wanted(token) {
            found.push(index);
        }
        match token.text {
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

/// The position of the first such token that lies in no brackets.
fn first_at_top(expression: &[Token<'_>], wanted: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in expression.iter().enumerate() {
        match token.text {
            text if depth == 0 && text == wanted => return Some(index),
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The position of the bracket that closes the one at a position.
fn closing(expression: &[Token<'_>], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in expression.iter().enumerate().skip(open) {
        match token.text {
            "{" | "[" | "(" => depth += 1,
            "}" | "]" | ")" if depth == 1 => return Some(index),
            "}" | "]" | ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// The parts between commas.
fn split<'a, 'b>(arguments: &'b [Token<'a>]) -> Vec<&'b [Token<'a>]> {
    let mut parts = Vec::new();
    let mut from = 0;
    for comma in positions(arguments, &|token| token.text == ",").into_iter().chain([arguments.len()]) {
        parts.extend(arguments.get(from..comma));
        from = comma + 1;
    }
    parts
}

/// Whether an expression is a name, or a path from one.
fn is_reference(expression: &[Token<'_>]) -> bool {
    let starts = expression.first().is_some_and(|first| first.kind == Kind::Word);
    starts && positions(expression, &|token| is_operator(token) || matches!(token.text, "(" | "{" | "|")).is_empty()
}

/// Whether an expression can be undefined: it has a path, a call, or the name of a rule.
fn can_be_undefined(expression: &[Token<'_>], rules: &HashSet<String>) -> bool {
    let has_path = expression.windows(2).any(|pair| match pair {
        [before, token] => {
            let follows = before.kind == Kind::Word || matches!(before.text, "]" | ")");
            token.text == "." || (matches!(token.text, "[" | "(") && follows)
        }
        _ => false,
    });
    has_path || expression.iter().any(|token| token.kind == Kind::Word && rules.contains(token.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_bodies_become_several_rules() {
        for (text, expected) in [
            (
                "violation[{\"msg\": m}] {\n\tm := 1\n} {\n\tm := 2\n}\n",
                "violation[{\"msg\": m}] {\n\tm := 1\n} violation[{\"msg\": m}] {\n\tm := 2\n}\n",
            ),
            ("f(x) = {\"a\"} {\n\tx\n}\n{\n\tnot x\n}\n", "f(x) = {\"a\"} {\n\tx\n}\nf(x) = {\"a\"} {\n\tnot x\n}\n"),
            (
                "a[x] { # {\n\tx := {1} } { x := 2 } { x := 3 }",
                "a[x] { # {\n\tx := {1} } a[x] { x := 2 } a[x] { x := 3 }",
            ),
            (
                "a = 1 { x } else = {2} { y }\nb := {1}\n\nc[x] { x := b[_] }",
                "a = 1 { x } else = {2} { y }\nb := {1}\n\nc[x] { x := b[_] }",
            ),
        ] {
            assert_eq!(rewrite(text), expected);
        }
    }

    #[test]
    fn what_opa_evaluates_before_a_negation_is_taken_out_of_it() {
        for (text, expected) in [
            ("not f(x.y)", "taken_out_0 := x.y; not f(taken_out_0)"),
            (
                "not a.f(x, y[0], [z.a])",
                "taken_out_0 := y[0]; taken_out_1 := [z.a]; not a.f(x, taken_out_0, taken_out_1)",
            ),
            ("not count(x.y) > 0", "taken_out_0 := count(x.y); not taken_out_0 > 0"),
            ("not x.y in {1, 2}", "taken_out_0 := x.y; not taken_out_0 in {1, 2}"),
            ("not x.y == 1", "not x.y == 1"),
            ("not x.y + 1 == 2", "taken_out_0 := x.y + 1; not taken_out_0 == 2"),
            ("not x[y.z]", "taken_out_0 := y.z; not x[taken_out_0]"),
            ("not x.y.z[w]", "not x.y.z[w]"),
            ("not f(x) with input.a as x.y", "not f(x) with input.a as x.y"),
            ("not f(x[_])", "not f(x[_])"),
            ("not f(\"a.b(\")", "not f(\"a.b(\")"),
            (
                "not count([1 | some c in x.y; not f(c.z)]) > 0",
                "taken_out_1 := count([1 | c := x.y[taken_out_0]; not f(c.z)]); not taken_out_1 > 0",
            ),
            ("some x in y.z", "x := y.z[taken_out_0]"),
            (
                "some i, x in y.z",
                r#"taken_out_0 := y.z; type_name(taken_out_0) in {"array", "object", "set"}; some i, x in taken_out_0"#,
            ),
            ("some _, x in y", "x := y[taken_out_0]"),
            ("some x in {1, 2}", "some x in {1, 2}"),
            ("some [a, b] in y", "some [a, b] in y"),
            ("some x in f(y)", "some x in f(y)"),
            ("some x", "some x"),
            ("not f(g(\n\tx,\n))", "taken_out_0 := g(\n\tx,\n); not f(taken_out_0)"),
        ] {
            let body = |text: &str| format!("p {{\n\t{text}\n\tr\n}}\n");
            assert_eq!(rewrite(&body(text)), body(expected));
        }
        assert_eq!(
            rewrite("p if not f(x.y)\n\nq := 1\n"),
            "p if { taken_out_0 := x.y; not f(taken_out_0) }\n\nq := 1\n"
        );
        assert_eq!(rewrite("p if not f(q)\n\nq := 1\n"), "p if { taken_out_0 := q; not f(taken_out_0) }\n\nq := 1\n");
        let comprehension = "n := count([1 | some c in {1}; not f(c.x); c.y])\n";
        let expected = "n := count([1 | some c in {1}; taken_out_0 := c.x; not f(taken_out_0); c.y])\n";
        assert_eq!(rewrite(comprehension), expected);
    }

    #[test]
    fn a_result_that_can_be_undefined_is_taken_out_of_the_head() {
        for (text, expected) in [
            ("deny contains f(x) if {\n\ty\n}\n", "deny contains taken_out_0 if {\n\ty\ntaken_out_0 := f(x) }\n"),
            ("deny[{\"msg\": x.y}] {\n\ty\n}\n", "deny[taken_out_0] {\n\ty\ntaken_out_0 := {\"msg\": x.y} }\n"),
            (
                "deny[f(x)] { y } { z }\n",
                "deny[taken_out_0] { y ; taken_out_0 := f(x) } deny[taken_out_1] { z ; taken_out_1 := f(x) }\n",
            ),
            ("deny contains {\"msg\": m} if {\n\ty\n}\n", "deny contains {\"msg\": m} if {\n\ty\n}\n"),
            ("deny[msg] {\n\ty[f(x)]\n}\n", "deny[msg] {\n\ty[f(x)]\n}\n"),
        ] {
            assert_eq!(rewrite(text), expected);
        }
    }

    #[test]
    fn a_text_that_is_no_module_comes_back() {
        for text in ["", "not", "not (", "}}}{{{", "\"", "`", "p { not f(", "{ {", "ä not x.ö", "# {"] {
            assert_eq!(rewrite(text), text);
        }
    }
}
