//! As much JSON as the protocol has: its numbers are integers.

use std::fmt;

#[derive(Clone, Debug)]
pub enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

/// object! { "to": 1, "body": body } is an object of what can be made JSON.
#[macro_export]
macro_rules! object {
    ($($name:literal: $value:expr),* $(,)?) => {
        Json::Object(vec![$(($name.to_string(), Json::from($value))),*])
    };
}

impl From<bool> for Json {
    fn from(value: bool) -> Json {
        Json::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Json {
        Json::Int(value)
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Json {
        Json::Text(value.to_string())
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Json {
        Json::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Json {
        value.map_or(Json::Null, Into::into)
    }
}

// What reads a value panics if it is something else: then the line is not the protocol.
impl Json {
    /// A field, or Null if there is none of that name.
    pub fn get(&self, name: &str) -> &Json {
        match self {
            Json::Object(fields) => fields.iter().find(|field| field.0 == name).map_or(&Json::Null, |field| &field.1),
            other => panic!("expected an object with {name}, got {other}"),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }

    pub fn int(&self) -> i64 {
        match self {
            Json::Int(value) => *value,
            other => panic!("expected an integer, got {other}"),
        }
    }

    pub fn bool(&self) -> bool {
        match self {
            Json::Bool(value) => *value,
            other => panic!("expected true or false, got {other}"),
        }
    }

    pub fn text(&self) -> &str {
        match self {
            Json::Text(value) => value,
            other => panic!("expected a string, got {other}"),
        }
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(values) => values,
            other => panic!("expected a list, got {other}"),
        }
    }

    pub fn parse(text: &str) -> Json {
        let mut parser = Parser { text, at: 0 };
        let value = parser.value();
        assert_eq!(parser.peek(), None, "something follows the value");
        value
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Int(value) => write!(f, "{value}"),
            Json::Text(value) => quote(f, value),
            Json::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i > 0 { "," } else { "" })?;
                }
                f.write_str("]")
            }
            Json::Object(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    f.write_str(if i > 0 { "," } else { "" })?;
                    quote(f, name)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quote(f: &mut fmt::Formatter, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        write!(f, "{}\\u{:04x}", &rest[..at], rest.as_bytes()[at])?;
        rest = &rest[at + 1..];
    }
    write!(f, "{rest}\"")
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        while self.text[self.at..].starts_with([' ', '\t', '\r', '\n']) {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, word: &str) -> bool {
        let there = self.peek().is_some() && self.text[self.at..].starts_with(word);
        if there {
            self.at += word.len();
        }
        there
    }

    fn expect(&mut self, word: &str) {
        assert!(self.takes(word), "expected {word} at byte {}", self.at);
    }

    fn value(&mut self) -> Json {
        match self.peek() {
            Some(b'{') => Json::Object(self.elements("{", "}", |p| {
                let name = p.string();
                p.expect(":");
                (name, p.value())
            })),
            Some(b'[') => Json::List(self.elements("[", "]", Parser::value)),
            Some(b'"') => Json::Text(self.string()),
            _ if self.takes("null") => Json::Null,
            _ if self.takes("true") => Json::Bool(true),
            _ if self.takes("false") => Json::Bool(false),
            _ => self.integer(),
        }
    }

    fn elements<T>(&mut self, begin: &str, end: &str, element: fn(&mut Self) -> T) -> Vec<T> {
        self.expect(begin);
        let mut all = Vec::new();
        while !self.takes(end) {
            if !all.is_empty() {
                self.expect(",");
            }
            all.push(element(self));
        }
        all
    }

    fn integer(&mut self) -> Json {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(rest.len());
        self.at += end;
        Json::Int(rest[..end].parse().unwrap_or_else(|_| panic!("expected a value at byte {}", self.at - end)))
    }

    fn string(&mut self) -> String {
        self.expect("\"");
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find(['"', '\\']).expect("expected the end of a string");
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest[end..].starts_with('"') {
                return text;
            }
            text.push(self.escaped());
        }
    }

    fn escaped(&mut self) -> char {
        let c = self.text.as_bytes()[self.at] as char;
        self.at += 1;
        match c {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let mut units = vec![self.unit()];
                if (0xd800..0xdc00).contains(&units[0]) {
                    self.expect("\\u");
                    units.push(self.unit());
                }
                String::from_utf16(&units).expect("expected a character").remove(0)
            }
            c => c,
        }
    }

    fn unit(&mut self) -> u16 {
        self.at += 4;
        u16::from_str_radix(&self.text[self.at - 4..self.at], 16).expect("expected four digits behind \\u")
    }
}
