//! `--set` in Helm's syntax: `a.b=1,c[0]=x,d={x,y},e=null`, with `\` before what stands for itself.

use std::iter::Peekable;
use std::str::Chars;

use design_vocabulary::Span;

use crate::value::{Data, Map, Value};

/// The highest position in a list that may be set.
const LAST: usize = 65_536;

/// Names inside each other.
const DEPTH: usize = 30;

/// Sets values in a mapping; one that a file holds is that text, behind the name in `text`. The error is a sentence without a
/// full stop.
pub(crate) fn set(text: &str, file: Option<&str>, at: Span, values: &Map) -> Result<(), String> {
    let mut reader = Reader { letters: text.chars().peekable(), file, at };
    while reader.letters.peek().is_some() {
        reader.entry(values, 0)?;
    }
    Ok(())
}

/// Text up to a letter that means something, and that letter.
type Word = (String, Option<char>);

struct Reader<'a> {
    letters: Peekable<Chars<'a>>,
    file: Option<&'a str>,
    at: Span,
}

impl Reader<'_> {
    fn word(&mut self, stops: &str) -> Word {
        let mut word = String::new();
        while let Some(letter) = self.letters.next() {
            match letter {
                '\\' => word.extend(self.letters.next()),
                letter if stops.contains(letter) => return (word, Some(letter)),
                letter => word.push(letter),
            }
        }
        (word, None)
    }

    fn entry(&mut self, values: &Map, depth: usize) -> Result<(), String> {
        let (key, stop) = self.word("=[,.");
        match stop {
            _ if depth > DEPTH => Err(format!("names are nested deeper than {DEPTH}")),
            Some('=') => {
                let value = self.value()?;
                if !key.is_empty() {
                    values.set(&key, value);
                }
                Ok(())
            }
            Some('[') => {
                let list = values.get(&key).unwrap_or(Value::NIL);
                let list = self.element(&list, depth)?;
                values.set(&key, list);
                Ok(())
            }
            Some('.') => {
                let inner = match values.get(&key) {
                    None => Map::default(),
                    Some(value) => {
                        value.as_map().cloned().ok_or_else(|| format!("`{key}` is set already, and is no mapping"))?
                    }
                };
                self.entry(&inner, depth + 1)?;
                values.set(&key, inner.into());
                Ok(())
            }
            _ => Err(format!("`{key}` has no value")),
        }
    }

    /// A list with an element set, behind `[`.
    fn element(&mut self, list: &Value, depth: usize) -> Result<Value, String> {
        let (number, stop) = self.word("]");
        let index = number.parse().ok().filter(|index| *index <= LAST && stop.is_some());
        let index: usize = index.ok_or_else(|| format!("`[{number}]` is no position in a list"))?;
        let mut list = match list.as_list() {
            Some(list) => list.as_slice().to_vec(),
            None if list.is_nil() => Vec::new(),
            None => return Err("an element is set in what is no list".to_owned()),
        };
        if list.len() <= index {
            list.resize(index + 1, Value::NIL);
        }
        let Some(slot) = list.get_mut(index) else { return Ok(list.into()) };
        match self.word("[.=") {
            (rest, _) if !rest.is_empty() => return Err(format!("`{rest}` behind a position in a list means nothing")),
            (_, Some('=')) => *slot = self.value()?,
            (_, Some('[')) if depth <= DEPTH => *slot = self.element(&slot.clone(), depth + 1)?,
            (_, Some('.')) => {
                let inner = slot.as_map().cloned().unwrap_or_default();
                self.entry(&inner, depth + 1)?;
                *slot = inner.into();
            }
            _ => return Err("a position in a list has no value".to_owned()),
        }
        Ok(list.into())
    }

    fn value(&mut self) -> Result<Value, String> {
        if let Some(text) = self.file {
            return Ok(Value::from(text).at(self.at));
        }
        if self.letters.next_if_eq(&'{').is_none() {
            let (word, _) = self.word(",");
            return Ok(typed(word).at(self.at));
        }
        let mut list = Vec::new();
        loop {
            let (word, stop) = self.word(",}");
            match stop {
                None => return Err("the list has no `}`".to_owned()),
                Some('}') => {
                    list.push(typed(word).at(self.at));
                    self.letters.next_if_eq(&',');
                    return Ok(list.into());
                }
                Some(_) => list.push(typed(word).at(self.at)),
            }
        }
    }
}

/// What a word means: true, false, null, a whole number, or itself.
fn typed(word: String) -> Value {
    match word.to_lowercase().as_str() {
        "true" => true.into(),
        "false" => false.into(),
        "null" => Value::NIL,
        "0" => Data::Int64(0).into(),
        _ => match word.parse() {
            Ok(number) if !word.starts_with('0') => Data::Int64(number).into(),
            _ => word.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Form, to_json};
    use design_vocabulary::FileId;

    fn read(texts: &[&str]) -> Result<String, String> {
        let values = Map::default();
        for text in texts {
            set(text, None, Span::start_of(FileId(0)), &values)?;
        }
        Ok(to_json(&values.into(), Form { pretty: false, html: false }))
    }

    #[test]
    fn values_are_set_as_helm_does() {
        assert_eq!(read(&["a=1,b.c=x"]).unwrap(), r#"{"a":1,"b":{"c":"x"}}"#);
        assert_eq!(read(&["a[1].b=true,a[0]=0"]).unwrap(), r#"{"a":[0,{"b":true}]}"#);
        assert_eq!(read(&["a={x,1},b=", "c=null"]).unwrap(), r#"{"a":["x",1],"b":"","c":null}"#);
        assert_eq!(read(&[r"a\.b=c\,d,e=010"]).unwrap(), r#"{"a.b":"c,d","e":"010"}"#);
        assert_eq!(read(&["a[0][1]=x"]).unwrap(), r#"{"a":[[null,"x"]]}"#);
        assert_eq!(read(&["a.b=1", "a.c=2"]).unwrap(), r#"{"a":{"b":1,"c":2}}"#);
        for wrong in ["a", "a[x]=1", "a[0", "a={1", "a[0]x=1", "a=1,b", "a[99999999]=1"] {
            assert!(read(&[wrong]).is_err(), "{wrong}");
        }
    }
}
