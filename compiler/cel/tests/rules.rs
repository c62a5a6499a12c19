//! Rules as authors of definitions write them.

use design_cel::{Evaluator, TypedValue};
use serde_json::{Value, json};

fn holds(rule: &str, value: &Value, schema: &Value) -> Result<bool, String> {
    let evaluator = Evaluator::new();
    let expression = evaluator.compile(rule)?;
    evaluator.holds(&expression, &TypedValue::new(value, schema), false)
}

#[test]
fn values_have_the_types_of_their_schema() {
    let schema = json!({"type": "object", "properties": {
        "min": {"type": "integer"}, "max": {"type": "integer", "default": 10},
        "ratio": {"type": "number"}, "port": {"x-kubernetes-int-or-string": true},
        "since": {"type": "string", "format": "date-time"}, "wait": {"type": "string", "format": "duration"},
        "x-y": {"type": "string"}, "namespace": {"type": "string"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "list": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}}}});
    let value = json!({"min": 1, "ratio": 2, "port": "http", "since": "2026-01-31T12:00:00Z", "wait": "1h30m", "x-y": "z",
        "namespace": "n", "labels": {"a-b": "c"}, "list": [{"name": "a"}, {"name": "b"}], "unknown": 1});
    for rule in [
        "self.min < self.max",
        "self.max == 10",
        "self.ratio == 2.0 && type(self.ratio) == double",
        "type(self.port) == string && (type(self.port) == int ? self.port > 0 : self.port == 'http')",
        "self.since > timestamp('2025-01-01T00:00:00Z') && self.since.getFullYear() == 2026",
        "self.wait == duration('90m')",
        "self.x__dash__y == 'z' && self.__namespace__ == 'n'",
        "self.labels['a-b'] == 'c' && 'a-b' in self.labels",
        "self.list.all(one, one.name.size() == 1) && self.list.exists_one(one, one.name == 'a')",
        "self.list.map(one, one.name) == ['a', 'b']",
        "!has(self.unknown) && has(self.min)",
        "self.?missing.orValue(3) == 3",
    ] {
        assert_eq!(holds(rule, &value, &schema), Ok(true), "{rule}");
    }
}

#[test]
fn the_libraries_of_kubernetes_are_there() {
    for rule in [
        "[1, 2, 3].isSorted() && ![2, 1].isSorted() && [1, 2].sum() == 3 && [1.5, 2.0].sum() == 3.5",
        "[3, 1, 2].min() == 1 && [3, 1, 2].max() == 3 && ['a', 'b', 'a'].indexOf('a') == 0",
        "['a', 'b', 'a'].lastIndexOf('a') == 2 && [1].indexOf(2) == -1 && 'abc'.indexOf('c') == 2",
        "sets.contains([1, 2, 3], [3, 1]) && sets.equivalent([1, 1], [1]) && !sets.intersects([1], [2])",
        "'abc 123'.find('[0-9]+') == '123' && '1 2 3'.findAll('[0-9]') == ['1', '2', '3']",
        "'1 2 3'.findAll('[0-9]', 2) == ['1', '2'] && 'abc'.find('x') == ''",
        "quantity('1Gi').compareTo(quantity('1024Mi')) == 0 && quantity('500m').isLessThan(quantity('1'))",
        "quantity('1.5k').asInteger() == 1500 && isQuantity('1Mi') && !isQuantity('1MB')",
        "quantity('1').add(quantity('1')).sub(1).isInteger() && quantity('-1').sign() == -1",
        "quantity('50k').asApproximateFloat() == 50000.0 && quantity('1e3') == quantity('1k')",
        "isIP('10.0.0.1') && !isIP('::ffff:1.2.3.4') && ip('::1').family() == 6 && ip('127.0.0.1').isLoopback()",
        "ip.isCanonical('::1') && !ip.isCanonical('0:0::1') && ip('8.8.8.8').isGlobalUnicast()",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && cidr('10.0.0.0/8').containsCIDR(cidr('10.1.0.0/16'))",
        "cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr('::/0').prefixLength() == 0 && isCIDR('::/0')",
        "cidr('10.1.2.3/8').ip() == ip('10.1.2.3') && !cidr('10.0.0.0/8').containsIP('::1')",
        "url('https://user@a.b:80/p/q?x=1&x=2').getHost() == 'a.b:80' && isURL('/path') && !isURL('path')",
        "url('https://[::1]:80/p').getHostname() == '::1' && url('https://a/p').getPort() == ''",
        "url('https://a/p?x=1&x=2').getQuery()['x'] == ['1', '2'] && url('HTTPS://a/p').getScheme() == 'https'",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').compareTo(semver('1.0.0')) == -1",
        "isSemver('1.2.3') && !isSemver('1.2') && semver('1.2.3').minor() == 2",
        "!format.dns1123Label().validate('a-b').hasValue() && format.dns1123Label().validate('A').hasValue()",
        "'%s is %d'.format(['a', 1]) == 'a is 1' && 'A'.lowerAscii() == 'a' && 'a,b'.split(',') == ['a', 'b']",
        "'abc'.matches('^a.c$') && ' a '.trim() == 'a' && ['a', 'b'].join('-') == 'a-b' && 'abc'.charAt(1) == 'b'",
    ] {
        assert_eq!(holds(rule, &json!({}), &json!({})), Ok(true), "{rule}");
    }
}

#[test]
fn what_cannot_be_evaluated_is_no_pass() {
    let list: Vec<u32> = (0..2000).collect();
    let value = json!({"list": list});
    let schema = json!({"type": "object", "properties": {"list": {"type": "array", "items": {"type": "integer"}}}});
    for (rule, reason) in [
        ("self.nothing == 1", "nothing"),
        ("noSuchFunction(self)", "noSuchFunction"),
        ("self.list", "list"),
        ("1 +", ""),
        ("authorizer.group('').resource('pods').check('get').allowed()", "authorizer"),
        ("self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))", "steps"),
        ("lists.range(1000000000).size() > 0", "lists.range"),
        ("quantity('1GB').isInteger()", "1GB"),
        ("'a'.find('(') == ''", "cannot read"),
    ] {
        let error = holds(rule, &value, &schema).unwrap_err();
        assert!(error.contains(reason), "{rule}: {error}");
    }
    let deep = format!("{}true{}", "(".repeat(5000), ")".repeat(5000));
    assert!(holds(&deep, &value, &schema).is_err());
    assert!(holds(&format!("'{}' == ''", "a".repeat(20_000)), &value, &schema).is_err());
}

#[test]
fn the_object_as_it_was_before_is_absent() {
    let evaluator = Evaluator::new();
    let value = TypedValue::new(&json!(1), &json!({"type": "integer"}));
    let rule = evaluator.compile("self >= oldSelf").unwrap();
    assert!(rule.needs_old_object());
    assert!(evaluator.holds(&rule, &value, false).is_err());
    let optional = evaluator.compile("!oldSelf.hasValue() || self >= oldSelf.value()").unwrap();
    assert_eq!(evaluator.holds(&optional, &value, true), Ok(true));
    let message = evaluator.compile("'found ' + string(self)").unwrap();
    assert_eq!(evaluator.text(&message, &value), Ok("found 1".to_owned()));
}
