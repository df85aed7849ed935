//! The arguments of a function, which its coroutine captures.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Pat, PatIdent, PatType, Signature, parse_quote};

use crate::parse::attributes::{conditions, is_lint_level};
use crate::parse::signature::nameable;
use crate::visitor::{Node, Visitor};

/// The rewritten arguments of a function.
#[derive(Default)]
pub(super) struct Captured {
    /// The first statements of the body.
    pub(super) first: TokenStream,
    /// The names of the arguments that are reported if the body doesn't use them, each with its
    /// conditions and lint levels.
    pub(super) unused: TokenStream,
    /// The signature as the user wrote it, if it was changed.
    pub(super) written: Option<Signature>,
}

/// Makes the body capture every argument whole, and drop it as in an `async fn`: after the locals,
/// the last one first.
///
/// Captured variables are dropped in the order in which the body mentions them, so the last one is
/// mentioned first. From the first argument with a pattern on, arguments are moved into locals,
/// like all arguments of an `async fn`. A pattern makes locals, and locals are dropped before
/// captured variables. A captured argument takes its room in the frame once, a moved one twice.
///
/// For the compiler, capturing an argument is a use. So an argument that the body doesn't use is
/// reported through an unused local of the same name, and names that occur twice through a closure
/// with the same patterns.
pub(super) fn capture(signature: &mut Signature) -> Captured {
    let written = signature.clone();
    let mut arguments =
        Arguments { captures: Vec::new(), locals: TokenStream::new(), unused: TokenStream::new() };
    let twice = names_twice(signature);
    for (at, argument) in signature.inputs.iter_mut().enumerate() {
        match argument {
            FnArg::Receiver(receiver) => {
                let attributes = conditions(&receiver.attrs);
                arguments.capture(&Ident::from(receiver.self_token), &attributes);
            }
            FnArg::Typed(typed) => arguments.take(typed, at),
        }
    }
    let Arguments { captures, locals, unused, .. } = arguments;
    let captures = captures.into_iter().rev();
    Captured {
        first: quote!(#twice #(#captures)* #locals),
        unused,
        written: (!locals.is_empty()).then_some(written),
    }
}

/// The statements for the arguments.
struct Arguments {
    /// The captures, from the first argument to the last.
    captures: Vec<TokenStream>,
    /// The locals of the arguments from the first one with a pattern on.
    locals: TokenStream,
    unused: TokenStream,
}

impl Arguments {
    fn capture(&mut self, name: &Ident, attributes: &[Attribute]) {
        let site = Span::mixed_site();
        let level = name.to_string().starts_with('_').then(
            || quote_spanned!(site=> #[cfg_attr(clippy, allow(clippy::used_underscore_binding))]),
        );
        self.captures.push(quote_spanned!(site=> #(#attributes)* #level let _ = &#name;));
    }

    fn take(&mut self, argument: &mut PatType, at: usize) {
        let attributes = conditions(&argument.attrs);
        let plain = match &*argument.pat {
            Pat::Ident(PatIdent { by_ref: None, subpat: None, ident, .. }) => Some(ident.clone()),
            _ => None,
        };
        let name = plain
            .clone()
            .unwrap_or_else(|| format_ident!("__cogen_argument{at}", span = Span::mixed_site()));
        self.capture(&name, &attributes);
        match &plain {
            Some(plain) if self.locals.is_empty() => self.report_unused(plain, argument),
            _ => self.move_into_local(argument, &name, plain.is_none(), &attributes),
        }
    }

    fn move_into_local(
        &mut self,
        argument: &mut PatType,
        name: &Ident,
        has_pattern: bool,
        attributes: &[Attribute],
    ) {
        let mutable = borrows_mutably(&argument.pat).then(|| quote!(mut));
        let pattern = std::mem::replace(&mut *argument.pat, parse_quote!(#mutable #name));
        if has_pattern {
            self.locals.extend(quote!(#(#attributes)* let #mutable #name = #name;));
        }
        if !matches!(pattern, Pat::Wild(_)) {
            // At the end of a refutable pattern, rustc suggests an `else`.
            let end = pattern.to_token_stream().into_iter().last();
            let end = end.map_or_else(Span::mixed_site, |token| token.span());
            let span = Span::mixed_site().located_at(end);
            self.locals.extend(quote_spanned! {span=>
                #(#attributes)*
                #[cfg_attr(clippy, allow(
                    clippy::no_effect_underscore_binding,
                    clippy::shadow_same,
                    clippy::used_underscore_binding
                ))]
                let #pattern = #name;
            });
        }
    }

    /// Adds an argument that is reported if it is unused. Its lint levels move there.
    fn report_unused(&mut self, name: &Ident, argument: &mut PatType) {
        if name.unraw().to_string().starts_with('_') {
            return;
        }
        let mut attributes = conditions(&argument.attrs);
        for attribute in std::mem::take(&mut argument.attrs) {
            let is_level = is_lint_level(&attribute);
            let list = if is_level { &mut attributes } else { &mut argument.attrs };
            list.push(attribute);
        }
        self.unused.extend(quote_spanned!(Span::mixed_site()=> #name { #(#attributes)* }));
    }
}

/// Returns whether a pattern has a `ref mut`.
fn borrows_mutably(pattern: &Pat) -> bool {
    struct Found(bool);

    impl Visitor for Found {
        fn visit(&mut self, node: &mut Node<'_>) {
            if let Node::PatIdent(pattern) = node {
                self.0 |= pattern.by_ref.is_some() && pattern.mutability.is_some();
            }
            node.walk(self);
        }
    }

    let mut found = Found(false);
    found.visit(&mut Node::Pat(&mut pattern.clone()));
    found.0
}

/// Returns code that never runs and has the same patterns, if a name seems to be bound twice. As
/// locals, the compiler would accept the second one as a new variable.
fn names_twice(signature: &Signature) -> Option<TokenStream> {
    struct Names(Vec<Ident>);

    impl Visitor for Names {
        fn visit(&mut self, node: &mut Node<'_>) {
            if let Node::PatIdent(pattern) = node {
                self.0.push(pattern.ident.clone());
            }
            node.walk(self);
        }
    }

    let mut names = Names(Vec::new());
    for argument in &signature.inputs {
        if let FnArg::Typed(argument) = argument {
            names.visit(&mut Node::Pat(&mut argument.pat.clone()));
        }
    }
    let names = names.0;
    if !(1..names.len()).any(|at| names[..at].contains(&names[at])) {
        return None;
    }
    let mut patterns = Vec::new();
    for argument in &signature.inputs {
        if let FnArg::Typed(PatType { attrs, pat, ty, .. }) = argument {
            let (ty, attributes) = (nameable(ty), conditions(attrs));
            patterns.push(quote!(#(#attributes)* #pat: #ty));
        }
    }
    Some(quote_spanned! {Span::mixed_site()=>
        if false {
            #[allow(unused_variables)]
            let _ = |#(#patterns),*| {};
        }
    })
}
