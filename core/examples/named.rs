//! A named struct: a calculator whose parser has the lexer in a field. The lexer is a coroutine
//! with a named type, so the field needs no box and no type parameter.
//!
//! ```console
//! $ cargo run -p cogen --example named -- '2 * (3 + 4.5) - -1'
//! 16
//! $ cargo run -p cogen --example named -- '2 * (3 +'
//! a number is missing at the end
//! $ cargo run -p cogen --example named -- '2 $ 3'
//! `$` is no sign that can stand here
//! ```

use std::env;
use std::iter::Peekable;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Number(f64),
    Sign(char),
}

/// Splits `text` into numbers and signs.
#[cogen::coroutine(struct = Tokens<'a>)]
fn tokens<'a>(text: &'a str) -> impl Iterator<Item = Token> {
    let is_digit = |c: char| c.is_ascii_digit() || c == '.';
    let mut rest = text.trim_start();
    while let Some(sign) = rest.chars().next() {
        let length = rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
        let (token, length) = match rest[..length].parse() {
            Ok(number) => (Token::Number(number), length),
            Err(_) => (Token::Sign(sign), sign.len_utf8()),
        };
        yield_!(token);
        rest = rest[length..].trim_start();
    }
}

struct Parser<'a> {
    tokens: Peekable<Tokens<'a>>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { tokens: tokens(text).peekable() }
    }

    fn take(&mut self, sign: char) -> bool {
        self.tokens.next_if_eq(&Token::Sign(sign)).is_some()
    }

    fn sum(&mut self) -> Result<f64, String> {
        let mut sum = self.product()?;
        loop {
            if self.take('+') {
                sum += self.product()?;
            } else if self.take('-') {
                sum -= self.product()?;
            } else {
                return Ok(sum);
            }
        }
    }

    fn product(&mut self) -> Result<f64, String> {
        let mut product = self.factor()?;
        loop {
            if self.take('*') {
                product *= self.factor()?;
            } else if self.take('/') {
                product /= self.factor()?;
            } else {
                return Ok(product);
            }
        }
    }

    fn factor(&mut self) -> Result<f64, String> {
        match self.tokens.next() {
            Some(Token::Number(number)) => Ok(number),
            Some(Token::Sign('-')) => Ok(-self.factor()?),
            Some(Token::Sign('(')) => {
                let sum = self.sum()?;
                if self.take(')') { Ok(sum) } else { Err("a `)` is missing".to_owned()) }
            }
            Some(Token::Sign(sign)) => Err(misplaced(&Token::Sign(sign))),
            None => Err("a number is missing at the end".to_owned()),
        }
    }
}

fn misplaced(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("`{number}` can't stand here"),
        Token::Sign(sign) => format!("`{sign}` is no sign that can stand here"),
    }
}

fn calculate(text: &str) -> Result<f64, String> {
    let mut parser = Parser::new(text);
    let sum = parser.sum()?;
    parser.tokens.next().map_or(Ok(sum), |token| Err(misplaced(&token)))
}

fn main() {
    let text = env::args().nth(1).unwrap_or_else(|| "6 * 7".to_owned());
    match calculate(&text) {
        Ok(result) => println!("{result}"),
        Err(message) => println!("{message}"),
    }
}
