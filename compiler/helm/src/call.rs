//! What actions call: functions, templates, methods and fields of values.

use std::rc::Rc;

use design_vocabulary::Span;
use gotmpl::parse::{Expr, SmolStr};

use crate::evaluate::{Frame, NO_VALUE, Renderer};
use crate::fault::{Cause, Fault};
use crate::functions::{self, Call, Function, NOT_COVERED, NOT_DETERMINISTIC, noun};
use crate::print::printed;
use crate::templates::Origin;
use crate::text::Text;
use crate::value::{Data, Value};

impl Renderer {
    /// Follows fields; the last one may be a method, which takes the arguments. What is nothing has no fields, but a chain
    /// that begins at nothing, as in `(.a).b`, is nothing itself: so it is in Go.
    pub(crate) fn fields(&mut self, mut value: Value, fields: &[SmolStr], args: &[Value]) -> Result<Value, Fault> {
        if value.is_nil() {
            return Ok(value);
        }
        for (index, field) in fields.iter().enumerate() {
            let args = if index + 1 == fields.len() { args } else { &[] };
            value = self.field(&value, field, args)?;
        }
        Ok(value)
    }

    fn field(&mut self, value: &Value, name: &str, args: &[Value]) -> Result<Value, Fault> {
        let mut call = Call { name, budget: &mut self.budget };
        let first = |call: &mut Call<'_>| -> Result<Rc<Text>, Fault> {
            let value = call.any(args, 0)?;
            value.as_text().cloned().ok_or_else(|| Fault::wrong(format!("`{name}` wants a text")))
        };
        match &value.data {
            Data::Map(map) if args.is_empty() => Ok(map.get(name).unwrap_or(Value::NIL)),
            Data::Map(_) => Err(Fault::wrong(format!("`{name}` is no method and takes no arguments"))),
            Data::Nil => Err(Fault::wrong(format!("there is nothing that could have a field `{name}`"))),
            Data::Files(files) => Ok(match name {
                "Get" => files.get(first(&mut call)?.as_str()).into(),
                "GetBytes" => Data::Bytes(files.bytes(first(&mut call)?.as_str()).unwrap_or_else(|| [].into())).into(),
                "Glob" => Data::Files(Rc::new(files.glob(first(&mut call)?.as_str()))).into(),
                "Lines" => files.lines(first(&mut call)?.as_str()).into(),
                "AsConfig" => files.as_data(false).into(),
                "AsSecrets" => files.as_data(true).into(),
                _ => files.bytes(name).map_or(Value::NIL, |bytes| Data::Bytes(bytes).into()),
            }),
            Data::Versions(versions) if name == "Has" => {
                let wanted = first(&mut call)?;
                Ok(versions.iter().any(|version| version == wanted.as_str()).into())
            }
            Data::Semver(semver) => semver.method(name, args).ok_or_else(|| no_field(name, value)),
            Data::KubeVersion(version) => {
                let mut numbers = version.trim_start_matches('v').split('.');
                match name {
                    "Version" | "GitVersion" | "String" => Ok(version.as_ref().into()),
                    "Major" => Ok(numbers.next().unwrap_or_default().into()),
                    "Minor" => Ok(numbers.nth(1).unwrap_or_default().into()),
                    _ => Err(no_field(name, value)),
                }
            }
            _ => Err(no_field(name, value)),
        }
    }

    pub(crate) fn call(
        &mut self,
        frame: &mut Frame,
        dot: &Value,
        name: &str,
        written: &[Expr],
        piped: Option<Value>,
    ) -> Result<Value, Fault> {
        if matches!(name, "and" | "or") {
            return self.short_circuit(frame, dot, name == "or", written, piped);
        }
        let args = self.arguments(frame, dot, written, piped)?;
        let place = written.first().and_then(|first| frame.action(first.pos()));
        match name {
            "include" => self.include(&args),
            "tpl" => self.tpl(&args, place),
            _ => {
                let function = self.function(name)?;
                function(&mut Call { name, budget: &mut self.budget }, &args)
            }
        }
    }

    fn function(&mut self, name: &str) -> Result<Function, Fault> {
        if let Some(function) = self.functions.get(name) {
            return Ok(*function);
        }
        if NOT_DETERMINISTIC.contains(&name) {
            return Err(Cause::NotDeterministic(name.to_owned()).into());
        }
        if NOT_COVERED.contains(&name) {
            return Err(Cause::NotCovered(name.to_owned()).into());
        }
        let found = functions::find(name);
        let function = found.ok_or_else(|| Fault::wrong(format!("there is no function `{name}`")))?;
        self.functions.insert(SmolStr::new(name), function);
        Ok(function)
    }

    /// `and` and `or` look at no argument behind the one that decides.
    fn short_circuit(
        &mut self,
        frame: &mut Frame,
        dot: &Value,
        wanted: bool,
        written: &[Expr],
        piped: Option<Value>,
    ) -> Result<Value, Fault> {
        let mut last = Value::NIL;
        for argument in written {
            last = self.expression(frame, dot, argument)?;
            if last.is_true() == wanted {
                return Ok(last);
            }
        }
        Ok(piped.unwrap_or(last))
    }

    fn include(&mut self, args: &[Value]) -> Result<Value, Fault> {
        let call = Call { name: "include", budget: &mut self.budget };
        let (name, dot) = (call.any(args, 0)?, call.any(args, 1)?.clone());
        let name = name.as_text().cloned().ok_or_else(|| Fault::wrong("`include` wants the name of a template"))?;
        let template = self.templates.get(name.as_str());
        let template = template.ok_or_else(|| Fault::wrong(format!("there is no template `{}`", name.as_str())))?;
        Ok(self.run(&template, &dot)?.into())
    }

    fn tpl(&mut self, args: &[Value], place: Option<Span>) -> Result<Value, Fault> {
        let call = Call { name: "tpl", budget: &mut self.budget };
        let (source, dot) = (call.any(args, 0)?, call.any(args, 1)?.clone());
        let text =
            source.as_text().ok_or_else(|| Fault::wrong(format!("`tpl` wants a text and got {}", noun(source))))?;
        let text = printed(&Value { data: Data::Text(Rc::clone(text)), place: source.place });
        self.budget.bytes(text.len())?;
        if !text.as_str().contains("{{") {
            return Ok(text.into());
        }
        let template = self.templates.enter(Origin::Inside(text, place));
        let result = template.and_then(|template| self.run(&template, &dot));
        self.templates.leave();
        Ok(result?.without(NO_VALUE).into())
    }
}

fn no_field(name: &str, value: &Value) -> Fault {
    Fault::wrong(format!("{} has no field `{name}`", noun(value)))
}
