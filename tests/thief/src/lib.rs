//! Procedural macros that emit the hidden names of a coroutine's body, with the hygiene of each
//! token that they receive, or another type at each call.
//!
//! Each name is passed to a function `is_decoy`, which takes a `fn()`. The user of the macros
//! defines `is_decoy`, and functions with the hidden names. A name with the hygiene of the body
//! would refer to the body's variable, which is not a function, so the code would not compile.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

const HIDDEN: [&str; 2] = ["the_caller", "__slot"];

/// Adds the hidden names above an item, and keeps the item.
#[proc_macro_attribute]
pub fn steal(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut statements = decoys(item.clone());
    statements.extend(item);
    statements
}

/// Has the name of a macro of std.
#[proc_macro]
pub fn println(arguments: TokenStream) -> TokenStream {
    let block = Group::new(Delimiter::Brace, decoys(arguments));
    TokenStream::from(TokenTree::Group(block))
}

/// Is the type `Other` in the call whose number is the argument, and `First` in the others.
#[proc_macro]
pub fn changes(number: TokenStream) -> TokenStream {
    static CALLS: AtomicUsize = AtomicUsize::new(1);
    let is_it = CALLS.fetch_add(1, Ordering::Relaxed).to_string() == number.to_string();
    let name = if is_it { "Other" } else { "First" };
    TokenTree::Ident(Ident::new(name, Span::call_site())).into()
}

/// Returns `is_decoy(NAME);` for each hidden name and each token.
fn decoys(tokens: TokenStream) -> TokenStream {
    let mut spans = vec![Span::call_site()];
    collect(tokens, &mut spans);
    let mut statements = TokenStream::new();
    for span in spans {
        for name in HIDDEN {
            let name = TokenTree::Ident(Ident::new(name, span));
            let argument = Group::new(Delimiter::Parenthesis, name.into());
            statements.extend([
                TokenTree::Ident(Ident::new("is_decoy", Span::call_site())),
                TokenTree::Group(argument),
                TokenTree::Punct(Punct::new(';', Spacing::Alone)),
            ]);
        }
    }
    statements
}

fn collect(tokens: TokenStream, spans: &mut Vec<Span>) {
    for token in tokens {
        spans.push(token.span());
        if let TokenTree::Group(group) = token {
            spans.extend([group.span_open(), group.span_close()]);
            collect(group.stream(), spans);
        }
    }
}
