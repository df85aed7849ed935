//! The captures of an `impl Trait` in the editions before 2024. There it captures only the
//! lifetimes that it mentions, so the return type is made to mention all lifetimes of the
//! arguments. In edition 2024 it captures them all, as an `async fn` does.

use proc_macro2::{Span, TokenStream};
use syn::ext::IdentExt;
use syn::{
    FnArg, GenericParam, Lifetime, LifetimeParam, Pat, PatType, ReceiverKind, Signature,
    parse_quote, parse_quote_spanned,
};

use crate::parse::signature::peel_opaque;
use crate::visitor::{Node, Visitor};

/// Returns the signature for the editions before 2024, if it must differ.
pub(crate) fn signature(written: &Signature, krate: &TokenStream) -> Option<Signature> {
    let mut signature = written.clone();
    let declared = written.generics.lifetimes().map(|parameter| parameter.lifetime.clone());
    let mut names = Names { declared: declared.collect(), ..Names::default() };
    let (mut has_receiver, mut of_receiver) = (false, None);
    for input in &mut signature.inputs {
        let is_receiver = matches!(input, FnArg::Receiver(_));
        names.argument = match input {
            FnArg::Receiver(_) => "self".to_owned(),
            FnArg::Typed(PatType { pat, .. }) => match &**pat {
                Pat::Ident(pattern) => pattern.ident.unraw().to_string().to_lowercase(),
                _ => "argument".to_owned(),
            },
        };
        names.visit(&mut Node::FnArg(input));
        if is_receiver {
            (has_receiver, of_receiver) = (true, names.only());
        }
    }
    if names.all.is_empty() && !has_receiver {
        return None;
    }
    // An unnamed lifetime in the return type is the receiver's, or the only one.
    let meant = of_receiver.or_else(|| names.only());
    let opaque = peel_opaque(&mut signature.output)?;
    if let Some(meant) = meant.filter(|meant| names.new.contains(meant)) {
        Meant(meant).visit(&mut Node::TypeImplTrait(opaque));
    }
    let site = Span::mixed_site();
    for lifetime in names.all {
        opaque.bounds.push(parse_quote!(#krate::__private::Captures<&#lifetime ()>));
    }
    if has_receiver {
        opaque.bounds.push(parse_quote_spanned!(site=> #krate::__private::Captures<Self>));
    }
    for lifetime in names.new.into_iter().rev() {
        let parameter = GenericParam::Lifetime(LifetimeParam::new(lifetime));
        signature.generics.params.insert(0, parameter);
    }
    Some(signature)
}

/// Replaces the unnamed lifetimes by this lifetime.
struct Meant(Lifetime);

impl Visitor for Meant {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::TypeReference(reference) => {
                reference.lifetime.get_or_insert_with(|| self.0.clone());
                node.walk(self);
            }
            Node::Lifetime(lifetime) if lifetime.ident == "_" => **lifetime = self.0.clone(),
            Node::TypeFnPtr(_) | Node::ParenthesizedGenericArguments(_) => {}
            _ => node.walk(self),
        }
    }
}

/// Names the unnamed lifetimes after their arguments, because the compiler shows the names.
#[derive(Default)]
struct Names {
    argument: String,
    /// Those that the function declares.
    declared: Vec<Lifetime>,
    new: Vec<Lifetime>,
    all: Vec<Lifetime>,
}

impl Names {
    /// Returns the lifetime, if there is only one.
    fn only(&self) -> Option<Lifetime> {
        self.all.first().filter(|_| self.all.len() == 1).cloned()
    }

    fn name(&mut self, span: Span) -> Lifetime {
        let argument = self.argument.trim_start_matches('_').trim_start_matches("cogen_");
        let lifetimes = (1..).map(|number| {
            let number = if number > 1 { number.to_string() } else { String::new() };
            let name = format!("'_{argument}{number}");
            Lifetime::new(&name, Span::mixed_site().located_at(span))
        });
        let is_new = |name: &Lifetime| !self.declared.contains(name) && !self.new.contains(name);
        let lifetime = lifetimes.into_iter().find(is_new).expect("numbers don't end");
        self.new.push(lifetime.clone());
        self.all.push(lifetime.clone());
        lifetime
    }
}

impl Visitor for Names {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            Node::TypeReference(reference) => {
                if reference.lifetime.is_none() {
                    reference.lifetime = Some(self.name(reference.and_token.span));
                }
                node.walk(self);
            }
            Node::Receiver(receiver) => {
                if let ReceiverKind::Reference(and, lifetime @ None, _) = &mut receiver.kind {
                    *lifetime = Some(self.name(and.span));
                }
                node.walk(self);
            }
            Node::Lifetime(lifetime) => {
                if lifetime.ident == "_" {
                    **lifetime = self.name(lifetime.span());
                } else if lifetime.ident != "static" && !self.all.contains(lifetime) {
                    self.all.push(lifetime.clone());
                }
            }
            // The lifetimes in a function type belong to that type.
            Node::TypeFnPtr(_) | Node::ParenthesizedGenericArguments(_) => {}
            Node::BoundLifetimes(_) => {}
            _ => node.walk(self),
        }
    }
}
