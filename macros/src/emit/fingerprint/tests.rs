use std::collections::HashMap;
use std::path::{Path, PathBuf};

use syn::{Expr, ItemFn, Signature, Stmt};

use super::*;
use crate::visitor::{Node, Visitor};

fn number(tokens: TokenStream) -> u64 {
    let mut hash = Hash::new();
    hash.tokens(tokens);
    hash.0
}

fn fingerprint(function: &str) -> u64 {
    let ItemFn { sig, block, .. } = syn::parse_str(function).expect(function);
    number(normal::form(&sig, block.into_token_stream()))
}

fn of_body(body: &str) -> u64 {
    fingerprint(&format!("fn f() {{ {body} }}"))
}

/// Checks that the bodies have different fingerprints.
#[track_caller]
fn assert_distinct(bodies: &[&str]) {
    let mut found = HashMap::new();
    for body in bodies {
        if let Some(other) = found.insert(of_body(body), body) {
            panic!("`{body}` has the fingerprint of `{other}`");
        }
    }
}

/// Returns the code, the name and the fingerprint of each function of a file.
fn functions(source: &str) -> Vec<(String, String, u64)> {
    struct Functions(Vec<(String, String, u64)>);
    impl Functions {
        fn add(&mut self, sig: &Signature, block: &syn::Block, code: &impl ToTokens) {
            let hash = number(normal::form(sig, block.to_token_stream()));
            self.0.push((code.to_token_stream().to_string(), sig.ident.to_string(), hash));
        }
    }
    impl Visitor for Functions {
        fn visit(&mut self, node: &mut Node<'_>) {
            match node {
                Node::ItemFn(function) => self.add(&function.sig, &function.block, function),
                Node::ImplItemFn(function) => self.add(&function.sig, &function.block, function),
                _ => {}
            }
            node.walk(self);
        }
    }
    let mut functions = Functions(Vec::new());
    for item in &mut syn::parse_file(source).unwrap().items {
        functions.visit(&mut Node::Item(item));
    }
    functions.0
}

/// Formats a file and compares the fingerprints. Returns how many functions it contains, and how
/// many of them have other tokens now.
fn check_formatted(path: &Path, options: &str) -> (usize, usize) {
    let source = std::fs::File::open(path).unwrap();
    let mut rustfmt = std::process::Command::new("rustfmt");
    rustfmt.args(["--edition", "2024", "--quiet", "--config", options]);
    let output = rustfmt.stdin(source).output().unwrap();
    assert!(output.status.success(), "{}, {options}", path.display());
    let formatted = functions(&String::from_utf8(output.stdout).unwrap());
    let written = functions(&std::fs::read_to_string(path).unwrap());
    assert_eq!(written.len(), formatted.len());
    let mut changed = 0;
    for ((before, name, old), (after, _, new)) in written.iter().zip(&formatted) {
        changed += usize::from(before != after);
        assert_eq!(old, new, "{name} in {}, {options}\n{before}\n{after}", path.display());
    }
    (written.len(), changed)
}

/// Returns whether the toolchain has rustfmt. Without it, the test is skipped.
fn has_rustfmt() -> bool {
    let version = std::process::Command::new("rustfmt").arg("--version").output();
    let found = version.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: there is no rustfmt");
    }
    found
}

#[test]
fn the_fingerprint_ignores_what_rustfmt_changes_in_code_that_was_never_formatted() {
    if !has_rustfmt() {
        return;
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unformatted.rs.txt");
    for edition in ["2015", "2018", "2021", "2024"] {
        for width in ["max_width=100,use_small_heuristics=Default", "max_width=60"] {
            let options = format!("style_edition={edition},{width}");
            let (functions, changed) = check_formatted(Path::new(path), &options);
            assert!(functions > 45 && changed > 40, "{functions} {changed}");
        }
    }
}

/// With the widths that change the most code.
#[test]
fn the_fingerprint_ignores_what_rustfmt_changes_in_our_own_sources() {
    if !has_rustfmt() {
        return;
    }
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/../../macros/src");
    let mut directories = vec![PathBuf::from(sources)];
    let (mut functions, mut changed) = (0, 0);
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
                continue;
            }
            for options in ["max_width=50", "max_width=400,use_small_heuristics=Max"] {
                let (more, more_changed) = check_formatted(&path, options);
                functions += more;
                changed += more_changed;
            }
        }
    }
    assert!(functions > 500 && changed > 200, "{functions} {changed}");
}

#[test]
fn spaces_and_comments_do_not_matter() {
    let plain = fingerprint("fn f(a: u8) { let b = -a; g(b) }");
    let spaced = "fn f ( a:u8 ) {\n // why\n let b =-a;\n /// documented\n g( b )\n}";
    assert_eq!(plain, fingerprint(spaced));
    let documented = "fn f(a: u8) { #![doc = \"inner\"] let b = - a; g(b) }";
    assert_eq!(plain, fingerprint(documented));
    assert_eq!(of_body("m! { a=-b }"), of_body("m! { a = -b }"));
}

#[test]
fn everything_else_matters() {
    assert_distinct(&[
        "g(a)",
        "g((a,))",
        "g((a))",
        "g(b)",
        "g(a, -b)",
        "g(a - b)",
        "g[a]",
        "ga()",
        "#[cold] g(a)",
        "g(a);",
        "g(\"a\")",
        "g(\"a \")",
        "g(r\"a\")",
        "g(b\"a\")",
        "g('a')",
        "g(1)",
        "g(1u8)",
        "g(1u16)",
        "g(1.)",
        "g(1.0)",
        "g(0x1)",
        "g(a as u8)",
        "g(a as u16)",
        "g(Vec::<u8>::new())",
        "g(Vec::new())",
        "let g = a;",
        "let mut g = a;",
        "let ref g = a;",
        "let g: (u8,) = a;",
        "let g: (u8) = a;",
        "let g: u8 = a;",
        "g(a)?",
        "g(a).await",
        "&g(a)",
        "&mut g(a)",
        "&&g(a)",
        "yield_!(g(a))",
        "yield_!(g(a),)", // another macro might distinguish them, and rustfmt keeps the comma
        "yield_from!(g(a))",
    ]);
}

#[test]
fn statements_and_blocks_matter() {
    assert_distinct(&[
        "x",
        "x;",
        "{ x }",
        "{ x; }",
        "{ x };",
        "unsafe { x }",
        "'a: { x }",
        "{{ x }}",
    ]);
    assert_distinct(&["if a { x }", "if a { x; }", "if a { x } else {}", "if a {} else { x }"]);
    assert_distinct(&["return a; b", "return a", "return (a)", "a", "return"]);
    assert_distinct(&["return { x } + 1", "return { x }; -1", "return { x } - 1", "return x + 1"]);
    assert_distinct(&["let c = || { a; b };", "let c = || a; b;", "let c = || { a; b; };"]);
    assert_distinct(&["{ a } - b", "({ a }) - b", "a - b", "a; -b", "{ a; } -b"]);
    assert_distinct(&["if a { b } else { c } - d", "(if a { b } else { c }) - d"]);
    assert_distinct(&["match a {} - b", "(match a {}) - b", "let c = match a {} - b;"]);
    assert_distinct(&["m! { a } - b", "m!(a) - b", "m![a] - b"]);
    assert_distinct(&["vec! { a } - b", "vec![a] - b"]);
    assert_distinct(&["break", "break 'a", "break a", "break 'a a", "continue", "continue 'a"]);
    assert_distinct(&["loop { x }", "while x {}", "for x in y {}", "'a: loop { x }"]);
}

#[test]
fn arms_and_closures_matter() {
    assert_distinct(&[
        "match a { b => c }",
        "match a { b => { c; } }",
        "match a { b => {} }",
        "match a { b => () }",
        "match a { b => c, d => e }",
        "match a { d => e, b => c }",
        "match a { b => c, _ => e }",
        "match a { b | d => c }",
        "match a { b if d => c }",
        "match a { b if (d) => c }",
        "match a { b => return c }",
        "match a { b => unsafe { c } }",
        "match a { b => 'a: { c } }",
        "match a { b => { c } } - d",
        "match a { b => { d; c } }",
        "match a { b => (c,) }",
        "match (a) { b => c }",
    ]);
    assert_distinct(&["match a { b => ({ c }) - d }", "match a { b => c - d }"]);
    assert_distinct(&["let f = |x| { x + 1 } * 2;", "let f = |x| x + 1 * 2;"]);
    assert_distinct(&["let f = |x| { x }.g();", "let f = |x| x.g();", "let f = (|x| { x }).g();"]);
    assert_distinct(&["let f = |x| { x }(y);", "let f = (|x| x)(y);", "let f = |x| x(y);"]);
    assert_distinct(&["a | { b + 1 } * 2", "a | b + 1 * 2", "a | { b + 1 }"]);
    assert_distinct(&["a || b", "a | |b| c", "|| b", "a | b"]);
    assert_distinct(&[
        "f(|x| x)",
        "f(move |x| x)",
        "f(|x: u8| x)",
        "f(|mut x| x)",
        "f(|x| async { x })",
    ]);
    assert_distinct(&["f(|x| -> u8 { x })", "f(|x| x)", "f(|x| { x; })", "f(|x| { g(x); x })"]);
}

#[test]
fn operators_and_parentheses_matter() {
    assert_distinct(&["!(a) + b", "!(a + b)", "!a + b"]);
    assert_distinct(&["-(a.b())", "(-a).b()", "-a.b()"]);
    assert_distinct(&["-(1.).abs()", "(-1.).abs()"]);
    assert_distinct(&["(self.f)(x)", "self.f(x)", "(a)(b)", "a(b)"]);
    assert_distinct(&["(a..b).c()", "a..b.c()", "a..=b", "a..b", "..b", "a..", ".."]);
    assert_distinct(&["a && b", "a & &b", "a & b", "a && &b"]);
    assert_distinct(&[
        "a << b", "a < b", "a >> b", "a <= b", "a == b", "a = b", "a <<= b", "a += b",
    ]);
    assert_distinct(&["if (a) == b {}", "if (a == b) {}", "if a == b {}"]);
    assert_distinct(&["if (a == b) == c {}", "if a == (b == c) {}"]);
    assert_distinct(&["a - (b - c)", "(a - b) - c", "a - b - c"]);
    assert_distinct(&["&a.b", "(&a).b", "*a.b", "(*a).b"]);
    assert_distinct(&["a as u8 + b", "a as (u8) + b", "(a as u8) + b"]);
    assert_distinct(&["(a,)", "(a)", "a", "(a, b)", "()"]);
    assert_distinct(&["a.0.1", "a.0", "a.1.0", "a.01", "(a.0, 1)"]);
    assert_distinct(&["m! { a && b }", "m! { a & &b }", "m! { a & & b c }"]);
    assert_distinct(&["m! { a => b }", "m! { a = > b }"]);
}

#[test]
fn patterns_types_and_items_matter() {
    assert_distinct(&["let (a,) = b;", "let (a) = b;", "let (a, ..) = b;", "let a = b;"]);
    assert_distinct(&["let &(mut a) = b;", "let &mut a = b;", "let &a = b;"]);
    assert_distinct(&["let S { a, .. } = b;", "let S { a } = b;", "let S { a: c } = b;"]);
    assert_distinct(&[
        "use a::b;",
        "use a::c;",
        "use a::b as c;",
        "use a::*;",
        "use a::{self};",
        "use a;",
    ]);
    assert_distinct(&[
        "use a::{b, c};",
        "use a::b;",
        "use a::{b::c};",
        "use a::{b as c};",
        "pub use a::b;",
    ]);
    assert_distinct(&[
        "S { a: b, ..c }",
        "S { a: b..c }",
        "S { a: b, .. }",
        "S { a: b.. }",
        "S { a: b, c }",
    ]);
    assert_distinct(&["let S { a: b, .. } = c;", "let S { a: b.. } = c;", "let S { a: b } = c;"]);
    assert_distinct(&["use ::a::b;", "use a::b;", "#[cfg(c)] use a::b;"]);
    assert_distinct(&[
        "#[derive(A)] struct S;",
        "#[derive(A, B)] struct S;",
        "#[derive(B, A)] struct S;",
        "struct S;",
        "struct S {}",
        "struct S();",
        "struct S(u8);",
        "struct S(pub u8);",
        "struct S(pub(crate) u8);",
        "struct S(pub(super) u8);",
        "struct S(pub(in a) u8);",
    ]);
    assert_distinct(&["extern fn g() {}", "fn g() {}", "extern \"system\" fn g() {}"]);
    assert_distinct(&["let a: Box<dyn A>;", "let a: Box<dyn A + B>;", "let a: Box<A>;"]);
    assert_distinct(&["fn g<T>() {}", "fn g<T: A>() {}", "fn g<T>() where T: A {}"]);
    assert_distinct(&["let a: fn();", "let a: for<'a> fn(&'a u8);", "let a: fn(&u8);"]);
    assert_distinct(&["vec![a]", "vec![a, b]", "vec![a; b]", "[a]"]);
    assert_distinct(&["m!(a)", "m!(a,)", "m![a]", "m! { a }", "m!(a; b)", "n!(a)"]);
    assert_distinct(&[
        "macro_rules! m { ($a:expr) => { $a } }",
        "macro_rules! m { ($a:expr) => { $b } }",
        "macro_rules! m { ($a:expr) => { a } }",
        "macro_rules! m { ($a:expr) => { $a; } }",
        "macro_rules! m { ($a:tt) => { $a } }",
        "macro_rules! m { ($a:expr) => { ($a) } }",
        "macro_rules! m { ($($a:expr),*) => { $($a)* } }",
        "macro_rules! m { ($($a:expr),*) => { $($a,)* } }",
    ]);
}

#[test]
fn the_signature_matters() {
    let signatures = [
        "fn f() {}",
        "const fn f() {}",
        "async fn f() {}",
        "fn f() -> u8 {}",
        "fn f<T>() {}",
        "fn f(self) {}",
        "fn f(&self) {}",
        "fn f(a: u8) {}",
        "fn f(b: u8) {}",
        "fn f(mut a: u8) {}",
        "fn f(a: u16) {}",
    ];
    let found: std::collections::HashSet<_> = signatures.map(fingerprint).into();
    assert_eq!(found.len(), signatures.len());
}

/// Expressions of all these forms in each other: those with the same fingerprint have the same
/// structure, apart from parentheses and blocks around one expression.
#[test]
fn expressions_with_the_same_fingerprint_mean_the_same() {
    let forms = [
        "a",
        "(X)",
        "{ X }",
        "{ X; }",
        "-X",
        "!X",
        "&X",
        "X - b",
        "b - X",
        "X * b",
        "b | X",
        "b && X",
        "X = b",
        "X..b",
        "b..X",
        "|b| X",
        "|b| { X }",
        "X.b",
        "X.b()",
        "X(b)",
        "X[b]",
        "X?",
        "X as b",
        "return X",
        "match X { _ => b }",
        "match b { _ => X }",
        "match b { _ => { X } }",
        "match b { _ => X, c => c }",
        "if b { X } else { b }",
        "unsafe { X }",
        "X; b",
        "b; X",
        "(X, b)",
        "break X",
        "'b: { X }",
        "loop { X }",
        "m!(X)",
    ];
    let mut bodies = vec!["X".to_owned()];
    for sample in [1, 1, 5] {
        bodies = bodies
            .iter()
            .flat_map(|body| forms.map(|form| body.replacen('X', form, 1)))
            .step_by(sample)
            .collect();
    }
    let mut structures: HashMap<u64, (String, String)> = HashMap::new();
    let (mut valid, mut equal) = (0, 0);
    for body in bodies {
        let body = body.replace('X', "a");
        let Ok(function) = syn::parse_str::<ItemFn>(&format!("fn f() {{ {body} }}")) else {
            continue;
        };
        valid += 1;
        let structure = structure(&function.block.stmts);
        let hash = number(normal::form(&function.sig, function.block.into_token_stream()));
        if let Some((other, found)) = structures.get(&hash) {
            assert_eq!(&structure, found, "`{body}` has the fingerprint of `{other}`");
            equal += usize::from(*other != body);
        } else {
            structures.insert(hash, (body, structure));
        }
    }
    assert!(valid > 5_000 && equal > 50, "{valid} {equal}");
}

/// Writes statements with a bracket around each expression.
fn structure(statements: &[Stmt]) -> String {
    let last = statements.len().saturating_sub(1);
    let end = |index| if index == last { "" } else { ";" };
    let one = |(index, statement): (usize, &Stmt)| match statement {
        // A jump or a loop has no value, with and without a semicolon.
        Stmt::Expr(inner @ (Expr::Return(_) | Expr::Break(_) | Expr::Loop(_)), _) => {
            expression(inner) + end(index)
        }
        Stmt::Expr(inner, None) => expression(inner) + end(index),
        Stmt::Expr(inner, Some(_)) => expression(inner) + ";",
        Stmt::Macro(mac) => {
            expression(&macro_expression(&mac.mac)) + mac.semi_token.map_or(end(index), |_| ";")
        }
        _ => unreachable!("{}", statement.to_token_stream()),
    };
    statements.iter().enumerate().map(one).collect()
}

fn macro_expression(mac: &syn::Macro) -> Expr {
    syn::parse2(mac.to_token_stream()).unwrap()
}

fn expression(written: &Expr) -> String {
    let of = |inner: &Expr| expression(inner);
    let text = match written {
        Expr::Paren(inner) => return of(&inner.expr),
        Expr::Block(block) if block.label.is_none() => match &*block.block.stmts {
            [Stmt::Expr(inner, None)] => return of(inner),
            [Stmt::Macro(mac)] if mac.semi_token.is_none() => {
                return of(&macro_expression(&mac.mac));
            }
            [Stmt::Expr(inner @ (Expr::Return(_) | Expr::Break(_) | Expr::Loop(_)), _)] => {
                return of(inner);
            }
            statements => format!("{{{}}}", structure(statements)),
        },
        Expr::Block(block) => format!("'b {{{}}}", structure(&block.block.stmts)),
        Expr::Unsafe(block) => format!("unsafe {{{}}}", structure(&block.block.stmts)),
        Expr::Loop(block) => format!("loop {{{}}}", structure(&block.body.stmts)),
        Expr::Path(path) => path.to_token_stream().to_string(),
        Expr::Macro(mac) => {
            let argument = syn::parse2(mac.mac.tokens.clone());
            argument.map_or_else(|_| mac.mac.tokens.to_string(), |argument| of(&argument))
        }
        Expr::Unary(unary) => unary.op.to_token_stream().to_string() + &of(&unary.expr),
        Expr::Reference(reference) => "&".to_owned() + &of(&reference.expr),
        Expr::Binary(binary) => {
            of(&binary.left) + &binary.op.to_token_stream().to_string() + &of(&binary.right)
        }
        Expr::Assign(assign) => of(&assign.left) + "=" + &of(&assign.right),
        Expr::Range(range) => {
            let end = |end: &Option<Box<Expr>>| end.as_deref().map_or(String::new(), of);
            end(&range.start) + ".." + &end(&range.end)
        }
        Expr::Closure(closure) => "|b|".to_owned() + &of(&closure.body),
        Expr::Field(field) => of(&field.base) + ".b",
        Expr::MethodCall(call) => of(&call.receiver) + ".b()",
        Expr::Call(call) => of(&call.func) + "(" + &of(&call.args[0]) + ")",
        Expr::Index(index) => of(&index.expr) + "[" + &of(&index.index) + "]",
        Expr::Try(question) => of(&question.expr) + "?",
        Expr::Cast(cast) => of(&cast.expr) + " as b",
        Expr::Return(jump) => "return".to_owned() + &jump.expr.as_deref().map_or(String::new(), of),
        Expr::Break(jump) => "break".to_owned() + &jump.expr.as_deref().map_or(String::new(), of),
        Expr::Match(matched) => {
            let arms = matched.arms.iter().map(|arm| of(&arm.body) + ",").collect::<String>();
            format!("match {} {{{arms}}}", of(&matched.expr))
        }
        Expr::If(condition) => format!(
            "if {} {{{}}} {}",
            of(&condition.cond),
            structure(&condition.then_branch.stmts),
            of(&condition.else_branch.as_ref().unwrap().1),
        ),
        Expr::Array(array) => array.to_token_stream().to_string(),
        Expr::Tuple(tuple) => tuple.elems.iter().map(|element| of(element) + ",").collect(),
        _ => unreachable!("{}", written.to_token_stream()),
    };
    format!("<{text}>")
}

/// The names differ, and each function mentions itself.
#[test]
fn a_function_that_mentions_itself_may_be_renamed() {
    let bodies = [
        "walk(n - 1)",
        "yield_from!(walk(n - 1)); walk::<T>(n);",
        "list.map(walk)",
        "Self::walk(n - 1)",
        "let f: fn(u8) = Self::walk;",
        "vec![walk(1)]",
    ];
    let name = |name: &str, code: &str| code.replace("walk", name);
    for body in bodies {
        let function = format!("fn walk(n: u8) {{ {body} }}");
        assert_eq!(fingerprint(&function), fingerprint(&name("stroll", &function)), "{body}");
        let another = format!("fn walk(n: u8) {{ {} }}", name("stroll", body));
        assert_ne!(fingerprint(&function), fingerprint(&another), "{body}");
    }
    for body in ["self.walk(1)", "Self::walk(self, 1)", "yield_from!(self.walk::<T>(1))"] {
        let function = format!("fn walk(&self, n: u8) {{ {body} }}");
        assert_eq!(fingerprint(&function), fingerprint(&name("stroll", &function)), "{body}");
    }
}

/// If the name may mean something else, it counts as written.
#[test]
fn another_thing_with_the_name_of_the_function_is_not_taken_for_it() {
    let functions = [
        "fn walk(n: u8) { let walk = g; walk(n) }",
        "fn walk(n: u8, walk: F) { walk(n) }",
        "fn walk(n: u8) { fn walk(n: u8) {} walk(n) }",
        "fn walk(n: u8) { use other::walk; walk(n) }",
        "fn walk(n: u8) { child.walk(n) }",
        "fn walk(n: u8) { other::walk(n) }",
        "fn walk(&self) { walk(self) }",
        "fn walk(&self) { self.child.walk() }",
        "fn walk(&self) { self.walk }",
        "fn walk(n: u8) { m!(if walk => n) }",
    ];
    for function in functions {
        let renamed = function.replacen("walk", "stroll", 1);
        let everywhere = function.replace("walk", "stroll");
        assert_ne!(fingerprint(&renamed), fingerprint(&everywhere), "{function}");
        assert_ne!(fingerprint(function), fingerprint(&everywhere), "{function}");
    }
}

/// On the left a local or another item is called, on the right the function itself.
#[test]
fn a_call_of_itself_is_distinguished_from_one_of_something_else_with_its_name() {
    let pairs = [
        ("fn walk() { let walk = g; walk() }", "fn stroll() { let walk = g; stroll() }"),
        ("fn walk(walk: F) { walk() }", "fn stroll(walk: F) { stroll() }"),
        ("fn walk() { fn walk() {} walk() }", "fn stroll() { fn walk() {} stroll() }"),
        ("fn walk() { use other::walk; walk() }", "fn stroll() { use other::walk; stroll() }"),
        ("fn walk() { g(|walk| walk()) }", "fn stroll() { g(|walk| stroll()) }"),
    ];
    for (other, itself) in pairs {
        assert_ne!(fingerprint(other), fingerprint(itself), "{other}");
    }
}

#[test]
fn the_number_stays_the_same() {
    assert_eq!(number(TokenStream::new()), 0xcbf2_9ce4_8422_2325);
    assert_eq!(number("a".parse().unwrap()), 0x089b_e207_b544_f1e4); // of the bytes `a` and 0
}
