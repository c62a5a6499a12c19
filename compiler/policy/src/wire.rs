//! How a task gets to a judge in another process: a header as JSON, then frames of values in a compact form. Equal texts
//! are written once a frame, and frames are written and read on all threads.

use std::collections::BTreeMap;

use design_vocabulary::{Number, Object, Text};
use foldhash::HashMap;
use rayon::prelude::*;
use regorus::Value;
use serde::{Deserialize, Serialize};

use crate::Read;
use crate::convert::SHARED;
use crate::reads::Reads;
use crate::task::{Data, Module, PodKind, Subject, Task};

/// How many objects are in a frame.
const AT_A_TIME: usize = 256;

/// How many bytes most objects take at most.
const OBJECT_SIZE: usize = 1 << 10;

/// For how many elements or fields room is made at once: the task says how many there are, and might be wrong.
const ROOM: usize = 64;

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INTEGER: u8 = 3;
const UNSIGNED: u8 = 4;
const FLOAT: u8 = 5;
const TEXT: u8 = 6;
const KNOWN_TEXT: u8 = 7;
const ARRAY: u8 = 8;
const OBJECT: u8 = 9;

/// What a task says beside its values.
#[derive(Debug, Serialize, Deserialize)]
struct Header {
    modules: Vec<Module>,
    /// The folders of each document of data.
    data: Vec<Vec<String>>,
    gatekeeper: usize,
    namespaces: Vec<String>,
    objects: usize,
    graph: Option<String>,
    kubernetes_versions: Vec<String>,
    pod_kinds: Vec<PodKind>,
    is_traced: bool,
}

impl Task<design_vocabulary::Value> {
    /// The task as bytes, in parts that [`judge`](crate::judge) takes one behind the other. It fails where a text cannot be
    /// written as JSON, which none of Rust is.
    pub fn encode(&self) -> Result<Vec<Vec<u8>>, serde_json::Error> {
        let header = serde_json::to_vec(&Header {
            modules: self.modules.clone(),
            data: self.data.iter().map(|data| data.folders.clone()).collect(),
            gatekeeper: self.gatekeeper.len(),
            namespaces: self.namespaces.clone(),
            objects: self.objects.len(),
            graph: self.graph.clone(),
            kubernetes_versions: self.kubernetes_versions.clone(),
            pod_kinds: self.pod_kinds.clone(),
            is_traced: self.is_traced,
        })?;
        let mut policies = Writer::default();
        for value in self.data.iter().map(|data| &data.value).chain(&self.gatekeeper) {
            policies.value(value, &Reads::WHOLE);
        }
        // Policies of the graph and of Gatekeeper are handed objects as parts of something else.
        let reads = match (&self.graph, self.gatekeeper.is_empty()) {
            (None, true) => Reads::of(&self.modules),
            _ => Reads::WHOLE,
        };
        let write = |subjects: &[Subject<design_vocabulary::Value>]| {
            let mut writer = Writer { bytes: Vec::with_capacity(subjects.len() * OBJECT_SIZE), ..Writer::default() };
            for subject in subjects {
                writer.bytes(subject.id.as_bytes());
                writer.bytes.push(u8::from(subject.is_namespaced));
                writer.value(&subject.object, &reads);
            }
            writer.bytes
        };
        let frames: Vec<Vec<u8>> = if self.objects.len() <= AT_A_TIME {
            self.objects.chunks(AT_A_TIME).map(write).collect()
        } else {
            self.objects.par_chunks(AT_A_TIME).map(write).collect()
        };
        let sized = |frame: Vec<u8>| {
            let mut size = Writer::default();
            size.number(frame.len() as u64);
            [size.bytes, frame]
        };
        Ok([header, policies.bytes].into_iter().chain(frames).flat_map(sized).collect())
    }
}

/// What was received: a task without its objects, and these as they came.
pub(crate) struct Received<'a> {
    pub task: Read,
    pub objects: Frames<'a>,
}

/// Objects that are read when they are asked for, frame by frame: most policies judge one at a time, and what was judged
/// need not stay in memory.
pub(crate) struct Frames<'a>(Vec<Frame<'a>>);

/// Some objects in a row.
struct Frame<'a> {
    /// The position of the first.
    first: usize,
    count: usize,
    bytes: &'a [u8],
}

impl Frame<'_> {
    fn read(&self) -> Result<Vec<Subject<Value>>, String> {
        let mut reader = Reader::new(self.bytes);
        (0..self.count).map(|_| reader.subject()).collect()
    }
}

impl Frames<'_> {
    /// Reads all objects; what is wrong with them, in words.
    pub fn all(&self) -> Result<Vec<Subject<Value>>, String> {
        let read = self.each(false, |_, subjects| subjects)?;
        Ok(read.into_iter().flatten().collect())
    }

    /// Reads the objects and gives them, some at a time and with the position of the first, to a function: on all threads,
    /// or one after the other. What it returns is in the order of the objects. What is wrong with them, in words.
    pub fn each<T: Send>(
        &self,
        one_by_one: bool,
        take: impl Fn(usize, Vec<Subject<Value>>) -> T + Sync,
    ) -> Result<Vec<T>, String> {
        let read = |frame: &Frame<'_>| Ok(take(frame.first, frame.read()?));
        if one_by_one || self.0.len() < 2 {
            self.0.iter().map(read).collect()
        } else {
            self.0.par_iter().map(read).collect()
        }
    }
}

/// Reads a task; what is wrong with it, in words.
pub(crate) fn decode(task: &[u8]) -> Result<Received<'_>, String> {
    let mut frames = Reader::new(task);
    let header: Header = serde_json::from_slice(frames.bytes()?).map_err(|error| error.to_string())?;
    let mut policies = Reader::new(frames.bytes()?);
    let data = header
        .data
        .into_iter()
        .map(|folders| Ok(Data { folders, value: policies.value()? }))
        .collect::<Result<_, String>>()?;
    let gatekeeper = (0..header.gatekeeper).map(|_| policies.value()).collect::<Result<_, String>>()?;
    let mut objects = Vec::new();
    let mut first = 0;
    while first < header.objects {
        let count = (header.objects - first).min(AT_A_TIME);
        objects.push(Frame { first, count, bytes: frames.bytes()? });
        first += count;
    }
    let task = Task {
        modules: header.modules,
        data,
        gatekeeper,
        namespaces: header.namespaces,
        objects: Vec::new(),
        graph: header.graph,
        kubernetes_versions: header.kubernetes_versions,
        pod_kinds: header.pod_kinds,
        is_traced: header.is_traced,
    };
    Ok(Received { task, objects: Frames(objects) })
}

#[derive(Debug, Default)]
struct Writer<'a> {
    bytes: Vec<u8>,
    texts: HashMap<&'a str, u64>,
}

impl<'a> Writer<'a> {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    fn number(&mut self, mut number: u64) {
        loop {
            // The mask keeps what a byte holds.
            let low = (number & 0x7f) as u8;
            number >>= 7;
            if number == 0 {
                return self.bytes.push(low);
            }
            self.bytes.push(low | 0x80);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &'a Text) {
        if text.len() <= SHARED {
            let next = self.texts.len() as u64;
            let number = *self.texts.entry(text.as_str()).or_insert(next);
            if number < next {
                self.bytes.push(KNOWN_TEXT);
                return self.number(number);
            }
        }
        self.bytes.push(TEXT);
        self.bytes(text.as_bytes());
    }

    /// Writes what is read of a value.
    fn value(&mut self, value: &'a design_vocabulary::Value, reads: &Reads) {
        match value {
            design_vocabulary::Value::Null => self.bytes.push(NULL),
            design_vocabulary::Value::Bool(value) => self.bytes.push(if *value { TRUE } else { FALSE }),
            design_vocabulary::Value::Number(Number::Int(number)) => {
                self.bytes.push(INTEGER);
                // The sign goes last, so that small numbers are short.
                self.number(((number << 1) ^ (number >> 63)).cast_unsigned());
            }
            design_vocabulary::Value::Number(Number::Unsigned(number)) => {
                self.bytes.push(UNSIGNED);
                self.number(*number);
            }
            design_vocabulary::Value::Number(Number::Float(number)) => {
                self.bytes.push(FLOAT);
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
            design_vocabulary::Value::String(text) => self.text(text),
            design_vocabulary::Value::Array(elements) => {
                self.bytes.push(ARRAY);
                self.number(elements.len() as u64);
                elements.iter().for_each(|element| self.value(element, &Reads::WHOLE));
            }
            design_vocabulary::Value::Object(object) => self.object(object, reads),
        }
    }

    fn object(&mut self, object: &'a Object, reads: &Reads) {
        let read = || object.iter().filter_map(|(key, value)| Some((key, value, reads.below(key)?)));
        self.bytes.push(OBJECT);
        self.number(if reads.is_whole() { object.len() } else { read().count() } as u64);
        for (key, value, reads) in read() {
            self.text(key);
            self.value(value, reads);
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    texts: Vec<Value>,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, texts: Vec::new() }
    }

    fn byte(&mut self) -> Result<u8, String> {
        let (byte, rest) = self.rest.split_first().ok_or("the task ends too early")?;
        self.rest = rest;
        Ok(*byte)
    }

    fn number(&mut self) -> Result<u64, String> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number of the task is too long".to_owned())
    }

    /// A number of things that follow, each of which takes a byte at least.
    fn count(&mut self) -> Result<usize, String> {
        let count = usize::try_from(self.number()?).unwrap_or(usize::MAX);
        if count <= self.rest.len() { Ok(count) } else { Err("the task ends too early".to_owned()) }
    }

    fn bytes(&mut self) -> Result<&'a [u8], String> {
        let count = self.count()?;
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or("the task ends too early")?;
        self.rest = rest;
        Ok(bytes)
    }

    fn str(&mut self) -> Result<&'a str, String> {
        std::str::from_utf8(self.bytes()?).map_err(|error| error.to_string())
    }

    fn subject(&mut self) -> Result<Subject<Value>, String> {
        let id = self.str()?.to_owned();
        let is_namespaced = self.byte()? != 0;
        Ok(Subject { object: self.value()?, id, is_namespaced })
    }

    fn value(&mut self) -> Result<Value, String> {
        Ok(match self.byte()? {
            NULL => Value::Null,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INTEGER => {
                let number = self.number()?;
                let sign = if number & 1 == 1 { u64::MAX } else { 0 };
                Value::from(((number >> 1) ^ sign).cast_signed())
            }
            UNSIGNED => Value::from(self.number()?),
            FLOAT => {
                let (bytes, rest) = self.rest.split_first_chunk::<8>().ok_or("the task ends too early")?;
                self.rest = rest;
                Value::from(f64::from_le_bytes(*bytes))
            }
            TEXT => {
                let text = self.str()?;
                let value = Value::from(text);
                if text.len() <= SHARED {
                    self.texts.push(value.clone());
                }
                value
            }
            KNOWN_TEXT => {
                let index = usize::try_from(self.number()?).unwrap_or(usize::MAX);
                self.texts.get(index).cloned().ok_or("the task names a text that it does not have")?
            }
            ARRAY => {
                let count = self.count()?;
                let mut elements = Vec::with_capacity(count.min(ROOM));
                for _ in 0..count {
                    elements.push(self.value()?);
                }
                Value::from(elements)
            }
            OBJECT => {
                let count = self.count()?;
                let mut fields = Vec::with_capacity(count.min(ROOM));
                for _ in 0..count {
                    fields.push((self.value()?, self.value()?));
                }
                let fields: BTreeMap<Value, Value> = fields.into_iter().collect();
                // The map is taken as it is. To turn it into a value would store it once more, compactly, which pays for
                // what stays; this is judged and dropped.
                let mut value = Value::new_object();
                *value.as_object_mut().map_err(|error| error.to_string())? = fields.into();
                value
            }
            other => return Err(format!("the task has a value of the unknown kind {other}")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(objects: Vec<design_vocabulary::Value>) -> Task<design_vocabulary::Value> {
        let objects = objects
            .into_iter()
            .enumerate()
            .map(|(index, object)| Subject { object, id: format!("Kind//{index}"), is_namespaced: index % 2 == 0 })
            .collect();
        let everything = Module { path: String::new(), text: "allow if count(input) > 0".to_owned() };
        Task { objects, modules: vec![everything], ..Task::default() }
    }

    #[test]
    fn what_no_policy_reads_stays_behind() {
        let object = serde_json::from_str(r#"{"kind": "K", "spec": {"a": [1], "b": {"c": 2}}, "status": {}}"#).unwrap();
        let policy = "deny if { input.kind; input.spec.b.c; input.metadata.name }";
        let modules = vec![Module { path: String::new(), text: policy.to_owned() }];
        let arrived = |task: Task<design_vocabulary::Value>| {
            let bytes = task.encode().unwrap().concat();
            decode(&bytes).unwrap().objects.all().unwrap().pop().unwrap().object.to_json_str().unwrap()
        };
        let task = Task { modules, ..task(vec![object]) };
        assert_eq!(arrived(task).replace([' ', '\n'], ""), r#"{"kind":"K","spec":{"b":{"c":2}}}"#);
    }

    #[test]
    fn values_arrive_as_json_has_them() {
        let text = format!(
            r#"{{"a":[null,true,false,0,-1,1,63,-64,64,9223372036854775807,-9223372036854775808,18446744073709551615,1.5,-0.25],
                "long":"{}","ä":{{"a":"a","b":"a"}},"empty":{{}},"none":[]}}"#,
            "x".repeat(SHARED + 1)
        );
        let value: design_vocabulary::Value = serde_json::from_str(&text).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        let bytes = task(vec![value; AT_A_TIME + 3]).encode().unwrap().concat();
        let received = decode(&bytes).unwrap();
        let objects = received.objects.all().unwrap();
        assert_eq!(objects.len(), AT_A_TIME + 3);
        let firsts = received.objects.each(true, |first, subjects| (first, subjects.len())).unwrap();
        assert_eq!(firsts, [(0, AT_A_TIME), (AT_A_TIME, 3)]);
        for (index, subject) in objects.iter().enumerate() {
            assert_eq!(subject.object, expected);
            assert_eq!((subject.id.clone(), subject.is_namespaced), (format!("Kind//{index}"), index % 2 == 0));
        }
    }

    #[test]
    fn a_task_that_was_cut_is_an_error() {
        let value: design_vocabulary::Value = serde_json::from_str(r#"{"a":[1,"b",{"c":2.5}]}"#).unwrap();
        let bytes = task(vec![value]).encode().unwrap().concat();
        for end in 0..bytes.len() {
            let read = decode(&bytes[..end]).and_then(|received| received.objects.all());
            assert!(read.is_err(), "{end}");
        }
    }
}
