//! Bodies with a mistake. Each is rejected with one of the documented sentences, at the mistake,
//! and with no other error.

use std::fmt::Write;

use fastrand::Rng;
use serde_json::Value;

use crate::generate::Generator;
use crate::grammar::{Items, Shape};
use crate::render;
use crate::run::Folder;

/// A statement that is not allowed in a coroutine, and the error of the macro.
struct Mistake {
    statement: &'static str,
    sentence: &'static str,
}

const MISTAKES: [Mistake; 12] = [
    Mistake { statement: "let _ = || yield_!(1i64);", sentence: "`yield_!` can't leave a closure" },
    Mistake {
        statement: "let _ = async { yield_!(1i64) };",
        sentence: "`yield_!` can't leave an `async` block",
    },
    Mistake {
        statement: "let _ = const { yield_!(1i64) };",
        sentence: "`yield_!` can't leave a constant",
    },
    Mistake {
        statement: "let _ = [1i64; yield_!(1i64) as usize];",
        sentence: "`yield_!` can't leave a constant",
    },
    Mistake {
        statement: "fn inner() { yield_!(1i64); }",
        sentence: "`yield_!` can't leave an inner function",
    },
    Mistake {
        statement: "let _ = || yield_from!(child(1, 1));",
        sentence: "`yield_from!` can't leave a closure",
    },
    Mistake { statement: "yield_!(1i64, 2i64);", sentence: "`yield_!` takes one value" },
    Mistake {
        statement: "yield_from!();",
        sentence: "`yield_from!` needs something to delegate to",
    },
    Mistake {
        statement: "let _ = [[1i64; 1]; 1][0][{ yield_!(1i64); 0 }];",
        sentence: "rustc loses this index",
    },
    Mistake {
        statement: "match [1i64][0] { 1 if { yield_!(1i64); true } => {} _ => {} }",
        sentence: "rustc loses this index",
    },
    // These are errors only in a coroutine that isn't async, and only under the attribute:
    Mistake {
        statement: "later(1i64).await;",
        sentence: "only yields can suspend a coroutine that is not async",
    },
    Mistake { statement: "let _ = vec![yield!(1i64)];", sentence: "`yield` is a keyword" },
];

/// Yields that another macro moves. The label in each yield makes them an error of rustc, at the
/// attribute or at `co!`.
const CARRIED: [Mistake; 2] = [
    Mistake {
        statement: "identity!({ let _ = || yield_!(1i64); 1i64 });",
        sentence: "'_its_coroutine",
    },
    Mistake {
        statement: "identity!({ let _ = async { yield_!(1i64) }; 1i64 });",
        sentence: "'_its_coroutine",
    },
];

const NO_ITEM: &str = "`?` yields the error as the last item, but the items are";

/// A `?` in an iterator or a stream with items of the given type. The sentences are those of
/// `core/src/engine/question_mark.rs`, except for the last, which is rustc's.
const QUESTION_MARKS: [(Items, Mistake); 7] = [
    (Items::Numbers, Mistake { statement: "checked(1i64)?;", sentence: NO_ITEM }),
    (Items::Numbers, Mistake { statement: "let _ = vec![some(1i64)?];", sentence: NO_ITEM }),
    (
        Items::Results,
        Mistake {
            statement: "let _ = some(1i64)?;",
            sentence: "the `None` of this `?` has no error",
        },
    ),
    (
        Items::Options,
        Mistake {
            statement: "if checked(1i64)? == 1 {}",
            sentence: "which can't hold the error of this `?`",
        },
    ),
    (
        Items::Results,
        Mistake {
            statement: "Err::<i64, _>(\"text\")?;",
            sentence: "`?` couldn't convert the error to",
        },
    ),
    (
        Items::Options,
        Mistake {
            statement: "let _: i64 = 1i64?;",
            sentence: "`?` takes a `Result` or an `Option`, and `i64` is neither",
        },
    ),
    (
        Items::Results,
        Mistake { statement: "identity!(checked(1i64)?);", sentence: "the `?` operator" },
    ),
];

/// The place of a mistake.
struct Made {
    mistake: &'static Mistake,
    /// The line, starting at 1.
    line: u64,
    source: String,
}

/// Makes the given number of mistakes, and checks the compiler's errors about each.
pub(crate) fn check(rng: &mut Rng, count: usize) -> Result<(), String> {
    let made: Vec<Made> =
        (0..count).map(|number| make(rng, &MISTAKES[number % MISTAKES.len()], None)).collect();
    compile(&made, |said, made| said.line == made.line && said.is(made))?;
    println!("{count} mistakes: each is refused at its place, in the macro's own words");
    let made: Vec<Made> =
        (0..count).map(|number| make(rng, &CARRIED[number % CARRIED.len()], None)).collect();
    compile(&made, |said, made| {
        said.is(made) || said.sentence.contains("`await`") || said.sentence.contains("`break`")
    })?;
    println!("{count} mistakes in other macros: each is refused");
    let made: Vec<Made> = (0..count)
        .map(|number| {
            let (items, mistake) = &QUESTION_MARKS[number % QUESTION_MARKS.len()];
            make(rng, mistake, Some(*items))
        })
        .collect();
    compile(&made, |said, made| said.line == made.line && said.is(made))?;
    println!("{count} mistakes with a `?`: each is refused at its place");
    Ok(())
}

/// Compiles all of the bodies at once. `is_right` returns whether an error is allowed for a
/// mistake. One of the errors has to be the sentence.
fn compile(made: &[Made], is_right: impl Fn(&Said, &Made) -> bool) -> Result<(), String> {
    let mut folder = Folder::new("mistakes")?;
    let mut main = String::from("mod prelude;\n");
    for (number, made) in made.iter().enumerate() {
        folder.write(&format!("src/m{number}.rs"), &made.source)?;
        writeln!(main, "mod m{number};").unwrap();
    }
    folder.write("src/main.rs", &(main + "\nfn main() {}\n"))?;
    let errors = errors(&folder.check()?.stdout)?;
    for (number, made) in made.iter().enumerate() {
        let file = format!("m{number}.rs");
        let here: Vec<&Said> = errors.iter().filter(|error| error.file == file).collect();
        if !here.iter().any(|said| said.is(made)) || !here.iter().all(|said| is_right(said, made)) {
            let said: String = here
                .iter()
                .map(|said| format!("line {}: {}\n", said.line, said.sentence))
                .collect();
            return Err(format!(
                "{}\nline {} should say {:?}, but there is:\n{said}",
                made.source, made.line, made.mistake.sentence
            ));
        }
    }
    match errors
        .iter()
        .find(|error| !error.file.starts_with('m') || error.sentence.contains("panicked"))
    {
        Some(error) => Err(format!("the compiler says of {}: {}", error.file, error.sentence)),
        None => Ok(()),
    }
}

/// Returns a random body with a mistake before one of its statements. It is the body of an iterator
/// or a stream if there are items, or else of a coroutine.
fn make(rng: &mut Rng, mistake: &'static Mistake, items: Option<Items>) -> Made {
    loop {
        let body = Generator::body(rng);
        let is_none = match body.shape {
            Shape::Async => mistake.statement.contains(".await"),
            Shape::Expression => mistake.statement.contains("yield!("),
            _ => false,
        };
        if is_none || body.shape.items() != items {
            continue;
        }
        let source = render::coroutine(&body);
        let statements: Vec<usize> = source
            .lines()
            .enumerate()
            .filter(|(_, line)| {
                ["log(", "let _guard", "let _: i64 = v"].iter().any(|start| line.starts_with(start))
            })
            .map(|(at, _)| at)
            .filter(|at| !is_in_another_macro(&source, *at))
            .collect();
        if statements.is_empty() {
            continue;
        }
        let at = statements[rng.usize(..statements.len())];
        let mut lines: Vec<&str> = source.lines().collect();
        lines.insert(at, mistake.statement);
        return Made { mistake, line: at as u64 + 1, source: lines.join("\n") + "\n" };
    }
}

/// Returns whether a line is in the arguments of a macro that isn't cogen's. There the attribute
/// sees only tokens.
fn is_in_another_macro(source: &str, line: usize) -> bool {
    let mut around = Vec::new();
    let mut before = String::new();
    for line in source.lines().take(line) {
        for character in line.chars() {
            match character {
                '(' | '[' | '{' => {
                    around.push(
                        before.ends_with('!')
                            && !["yield_!", "yield_from!"]
                                .iter()
                                .any(|ours| before.ends_with(ours)),
                    );
                }
                ')' | ']' | '}' => drop(around.pop()),
                _ => {}
            }
            before.push(character);
        }
    }
    around.contains(&true)
}

/// An error of the compiler.
struct Said {
    file: String,
    line: u64,
    sentence: String,
}

impl Said {
    /// Returns whether the error is about this mistake.
    fn is(&self, made: &Made) -> bool {
        self.sentence.contains(made.mistake.sentence)
    }
}

/// Returns the errors among the compiler's messages, at their primary spans.
fn errors(output: &[u8]) -> Result<Vec<Said>, String> {
    let mut errors = Vec::new();
    for line in output.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let message: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let message = &message["message"];
        if message["level"] != "error" {
            continue;
        }
        let sentence = message["message"].as_str().unwrap_or_default().to_owned();
        let span = message["spans"]
            .as_array()
            .and_then(|spans| spans.iter().find(|span| span["is_primary"] == true));
        let Some(span) = span else {
            if sentence.starts_with("aborting due to") {
                continue;
            }
            return Err(format!("the compiler says of nothing in particular: {sentence}"));
        };
        // An error in the expansion of `co!`, in another crate, is shown at the call of `co!`.
        let mut span = span;
        while let expansion @ Value::Object(_) = &span["expansion"]["span"] {
            if span["file_name"].as_str().is_some_and(|name| name.starts_with("src")) {
                break;
            }
            span = expansion;
        }
        let file = span["file_name"]
            .as_str()
            .unwrap_or_default()
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        errors.push(Said { file, line: span["line_start"].as_u64().unwrap_or_default(), sentence });
    }
    Ok(errors)
}
