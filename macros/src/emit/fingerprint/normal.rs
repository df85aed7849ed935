//! The normal form of a function: one for all forms that rustfmt (with its default options) changes
//! into each other.
//!
//! The function is parsed, and the syntax tree is changed. Most steps write out what rustfmt may
//! leave out, such as the braces of an arm, so that two functions have the same normal form only if
//! they have the same syntax tree but for these steps. The steps change no behaviour that rustfmt
//! wouldn't change.
//!
//! Code that syn can't parse is left as it is.

use std::mem;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Block, BoundLifetimes, Expr, ExprBlock, ExprGroup, ExprMethodCall, ExprPath, Item,
    ItemEnum, ItemFn, ItemMod, ItemUse, Lit, LitStr, Macro, MacroDelimiter, Meta, Pat, PatOr,
    PathArguments, Result, Signature, Stmt, Token, Type, UseTree, parse_quote, parse2, token,
};

use super::is_sign;
use crate::parse::attributes::{is_one_of, metas};
use crate::tokens::has_word;
use crate::visitor::{Node, Visitor};

/// Returns the normal form of a function without its name, attributes and visibility.
pub(super) fn form(signature: &Signature, body: TokenStream) -> TokenStream {
    let nameless = |mut function: ItemFn| {
        function.sig.ident = format_ident!("_");
        function.into_token_stream()
    };
    let Ok(function) = parse2::<ItemFn>(quote!(#signature #body)) else {
        let signature = Signature { ident: format_ident!("_"), ..signature.clone() };
        return quote!(#signature #body);
    };
    let own = Own { name: &signature.ident, method: signature.receiver().is_some() };
    let mut normal = function.clone();
    Normal { own: Some(own) }.visit(&mut Node::ItemFn(&mut normal));
    let mut form = nameless(normal);
    if has_word(&form, &[&signature.ident.to_string()]) {
        // Something else has the same name, so the function itself isn't recognised for sure.
        let mut normal = function;
        Normal { own: None }.visit(&mut Node::ItemFn(&mut normal));
        form = nameless(normal);
    }
    form
}

/// Changes syntax trees to their normal form.
struct Normal<'a> {
    own: Option<Own<'a>>,
}

/// The function itself.
#[derive(Clone, Copy)]
struct Own<'a> {
    name: &'a Ident,
    /// Whether it has a parameter `self`, so that its name alone means another function.
    method: bool,
}

/// Returns the name by which the normal form of a function mentions the function.
fn itself() -> Ident {
    format_ident!("__cogen_itself")
}

/// Removes the separator at the end of a list. syn prints the comma of a tuple of one nevertheless.
fn trim<T, S>(list: &mut Punctuated<T, S>) {
    if list.trailing_punct() {
        list.pop_punct();
    }
}

impl Visitor for Normal<'_> {
    fn visit(&mut self, node: &mut Node<'_>) {
        match node {
            // `extern fn` is `extern "C" fn`.
            Node::Abi(abi) => {
                _ = abi.name.get_or_insert_with(|| LitStr::new("C", Span::call_site()))
            }
            Node::Attribute(attribute) => trim_meta(&mut attribute.meta),
            Node::VisRestricted(visibility) => {
                // `pub(in crate)` is `pub(crate)`.
                if is_one_of(&visibility.path, &["crate", "self", "super"]) {
                    visibility.in_token = None;
                }
            }
            _ => {
                node.walk(self);
                self.change(node);
            }
        }
    }
}

impl Normal<'_> {
    /// Changes a node in which everything is in its normal form.
    fn change(&mut self, node: &mut Node<'_>) {
        match node {
            Node::AngleBracketedGenericArguments(list) => trim(&mut list.args),
            Node::BoundLifetimes(bound) => trim(&mut bound.lifetimes),
            Node::Constraint(constraint) => trim(&mut constraint.bounds),
            Node::ExprArray(array) => trim(&mut array.elems),
            Node::ExprCall(call) => trim(&mut call.args),
            Node::ExprTuple(tuple) => trim(&mut tuple.elems),
            Node::FieldsNamed(fields) => trim(&mut fields.named),
            Node::FieldsUnnamed(fields) => trim(&mut fields.unnamed),
            Node::ItemEnum(item) => trim(&mut item.variants),
            Node::ParenthesizedGenericArguments(list) => trim(&mut list.inputs),
            Node::PatSlice(pattern) => trim(&mut pattern.elems),
            Node::PatTuple(pattern) => trim(&mut pattern.elems),
            Node::PatTupleStruct(pattern) => trim(&mut pattern.elems),
            Node::PreciseCapture(capture) => trim(&mut capture.params),
            Node::PredicateLifetime(predicate) => trim(&mut predicate.bounds),
            Node::Signature(signature) => trim(&mut signature.inputs),
            Node::TypeImplTrait(opaque) => trim(&mut opaque.bounds),
            Node::TypeTraitObject(object) => trim(&mut object.bounds),
            Node::TypeTuple(tuple) => trim(&mut tuple.elems),
            Node::WhereClause(clause) => trim(&mut clause.predicates),
            Node::Arm(arm) => {
                arm.comma = None;
                put_in_one_block(&mut arm.body);
            }
            Node::Block(block) => change_block(block),
            Node::Expr(expression) => change_expression(expression),
            Node::ExprClosure(closure) => {
                trim(&mut closure.inputs);
                put_in_one_block(&mut closure.body);
            }
            Node::ExprMethodCall(call) => self.change_method_call(call),
            Node::ExprPath(path) => self.change_path(path),
            Node::ExprStruct(value) => {
                trim_fields(&mut value.fields, value.dot2_token.is_some());
            }
            Node::Generics(generics) => {
                // syn prints no empty list of parameters.
                trim(&mut generics.params);
                generics.where_clause =
                    generics.where_clause.take().filter(|clause| !clause.predicates.is_empty());
            }
            Node::Item(item) => change_item(item),
            Node::ItemMacro(item) if item.mac.path.is_ident("macro_rules") => {
                if let Some(rules) = self.rules(item.mac.tokens.clone()) {
                    item.mac.tokens = rules;
                }
            }
            Node::ItemMod(module) => change_module(module),
            Node::ItemTrait(item) => trim_bounds(&mut item.supertraits, &mut item.colon_token),
            Node::LifetimeParam(parameter) => {
                trim_bounds(&mut parameter.bounds, &mut parameter.colon_token);
            }
            Node::Macro(mac) => self.change_macro(mac),
            Node::Pat(pattern) => change_pattern(pattern),
            Node::PatStruct(pattern) => trim_fields(&mut pattern.fields, pattern.rest.is_some()),
            Node::PathArguments(arguments) => change_path_arguments(arguments),
            Node::PredicateType(predicate) => {
                trim(&mut predicate.bounds);
                remove_empty(&mut predicate.lifetimes);
            }
            Node::TraitBound(bound) => remove_empty(&mut bound.lifetimes),
            Node::TraitItemType(item) => trim_bounds(&mut item.bounds, &mut item.colon_token),
            Node::Type(ty) => change_type(ty),
            Node::TypeFnPtr(pointer) => {
                trim(&mut pointer.inputs);
                remove_empty(&mut pointer.lifetimes);
            }
            Node::TypeParam(parameter) => {
                trim_bounds(&mut parameter.bounds, &mut parameter.colon_token);
            }
            _ => {}
        }
    }

    fn change_method_call(&mut self, call: &mut ExprMethodCall) {
        trim(&mut call.args);
        call.turbofish = call.turbofish.take().filter(|arguments| !arguments.args.is_empty());
        let of_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        if self.own.is_some_and(|own| own.method && of_self && call.method == *own.name) {
            call.method = itself();
        }
    }

    fn change_path(&mut self, path: &mut ExprPath) {
        let (None, None, Some(own)) = (&path.qself, &path.path.leading_colon, self.own) else {
            return;
        };
        let mut segments = path.path.segments.iter_mut();
        let last = match (segments.next(), segments.next(), segments.next()) {
            (Some(name), None, None) if !own.method => name,
            (Some(of), Some(name), None) if of.ident == "Self" => name,
            _ => return,
        };
        if last.ident == *own.name {
            last.ident = itself();
        }
    }

    /// rustfmt formats a macro's tokens if they are a list of expressions, types, patterns or
    /// keywords, and also between braces if they are items.
    fn change_macro(&mut self, mac: &mut Macro) {
        let vec = mac.path.is_ident("vec");
        if vec {
            mac.delimiter = MacroDelimiter::Bracket(token::Bracket::default());
        }
        let Some(mut arguments) = arguments(mac.tokens.clone()) else {
            return;
        };
        let mut items = true;
        for (argument, end) in &mut arguments {
            match argument {
                Argument::Item(item) => {
                    self.visit(&mut Node::Item(item));
                    *end = None; // rustfmt adds and removes it
                    continue;
                }
                Argument::Expr(expression) => self.visit(&mut Node::Expr(expression)),
                Argument::Type(ty) => self.visit(&mut Node::Type(ty)),
                Argument::Pat(pattern) => self.visit(&mut Node::Pat(pattern)),
                Argument::Keyword(_) => {}
            }
            items = false;
            if !vec && end.as_ref().is_some_and(|end| is_sign(end, ';')) {
                return;
            }
        }
        if !items && matches!(mac.delimiter, MacroDelimiter::Brace(_)) {
            return;
        }
        // Other macros may distinguish a comma at the end, and rustfmt keeps it.
        if let (true, Some((_, end))) = (vec, arguments.last_mut()) {
            *end = None;
        }
        mac.tokens = TokenStream::new();
        for (argument, end) in arguments {
            argument.to_tokens(&mut mac.tokens);
            mac.tokens.extend(end);
        }
    }
}

fn change_block(block: &mut Block) {
    block.stmts.retain(|statement| match statement {
        Stmt::Expr(Expr::Verbatim(tokens), Some(_)) => !tokens.is_empty(),
        _ => true,
    });
    end_statements(&mut block.stmts);
    let mut imports = Imports::default();
    for statement in mem::take(&mut block.stmts) {
        match statement {
            Stmt::Item(item) if imports.insert(&item) => {}
            other => {
                imports.take(&mut |item| block.stmts.push(Stmt::Item(item)));
                block.stmts.push(other);
            }
        }
    }
    imports.take(&mut |item| block.stmts.push(Stmt::Item(item)));
}

fn change_expression(expression: &mut Expr) {
    match mem::replace(expression, Expr::PLACEHOLDER) {
        // The invisible group around an expression that a macro inserted. One with an operator
        // is in parentheses already (`fragments`).
        Expr::Group(ExprGroup { expr, .. })
            if matches!(*expr, Expr::Path(_) | Expr::Lit(_) | Expr::Paren(_)) =>
        {
            *expression = *expr;
        }
        Expr::Paren(outer) if outer.attrs.is_empty() && is_parenthesized(&outer.expr) => {
            *expression = *outer.expr;
        }
        other => *expression = other,
    }
}

fn change_item(item: &mut Item) {
    if let Item::Struct(syn::ItemStruct { attrs, .. })
    | Item::Enum(ItemEnum { attrs, .. })
    | Item::Union(syn::ItemUnion { attrs, .. }) = item
    {
        split_derives(attrs);
    }
}

fn change_module(module: &mut ItemMod) {
    if let Some((_, items)) = &mut module.content {
        let mut imports = Imports::default();
        for item in mem::take(items) {
            if !imports.insert(&item) {
                imports.take(&mut |item| items.push(item));
                items.push(item);
            }
        }
        imports.take(&mut |item| items.push(item));
    }
}

/// Removes `|` at the start, and parentheses in parentheses: without the `|`, the tokens of a
/// macro may be an expression.
fn change_pattern(pattern: &mut Pat) {
    match pattern {
        Pat::Or(PatOr { leading_vert, cases, .. }) => {
            *leading_vert = None;
            if cases.len() == 1 {
                *pattern = cases[0].clone();
            }
        }
        Pat::Paren(outer) if matches!(*outer.pat, Pat::Paren(_)) => {
            *pattern = (*outer.pat).clone();
        }
        _ => {}
    }
}

/// Removes an empty list of arguments, and writes the `::` before any other.
fn change_path_arguments(arguments: &mut PathArguments) {
    if let PathArguments::AngleBracketed(list) = arguments {
        list.colon2_token = Some(Default::default());
        if list.args.is_empty() {
            *arguments = PathArguments::None;
        }
    }
}

/// Removes parentheses in parentheses, as in expressions.
fn change_type(ty: &mut Type) {
    match ty {
        Type::Group(group) if matches!(*group.elem, Type::Path(_) | Type::Paren(_)) => {
            *ty = (*group.elem).clone();
        }
        Type::Paren(outer) if matches!(*outer.elem, Type::Paren(_)) => {
            *ty = (*outer.elem).clone();
        }
        _ => {}
    }
}

/// Removes the comma after fields, and writes it before `..`: `S { a: b, ..c }` isn't
/// `S { a: b..c }`.
fn trim_fields<T>(fields: &mut Punctuated<T, Token![,]>, rest: bool) {
    trim(fields);
    if rest && !fields.is_empty() {
        fields.push_punct(Default::default());
    }
}

/// Removes the separator at the end of bounds, and the colon before none.
fn trim_bounds<T, S>(bounds: &mut Punctuated<T, S>, colon: &mut Option<Token![:]>) {
    trim(bounds);
    if bounds.is_empty() {
        *colon = None;
    }
}

/// Removes `for<>`.
fn remove_empty(lifetimes: &mut Option<BoundLifetimes>) {
    *lifetimes = lifetimes.take().filter(|bound| !bound.lifetimes.is_empty());
}

/// Splits each `#[derive(A, B)]` into `#[derive(A)] #[derive(B)]`.
fn split_derives(attributes: &mut Vec<Attribute>) {
    for attribute in mem::take(attributes) {
        let traits = match &attribute.meta {
            Meta::List(list) if list.path.is_ident("derive") => metas(list),
            _ => None,
        };
        match traits {
            Some(traits) => {
                for name in &traits {
                    attributes.push(parse_quote!(#[derive(#name)]));
                }
            }
            None => attributes.push(attribute),
        }
    }
}

/// Removes the commas at the end of the lists in an attribute.
fn trim_meta(meta: &mut Meta) {
    let Meta::List(list) = meta else {
        return;
    };
    let trimmed = |input: ParseStream<'_>| {
        let mut trimmed = TokenStream::new();
        loop {
            if input.is_empty() {
                return Ok(trimmed);
            }
            if let Ok(literal) = input.parse::<Lit>() {
                literal.to_tokens(&mut trimmed);
            } else {
                let mut meta = input.parse()?;
                trim_meta(&mut meta);
                meta.to_tokens(&mut trimmed);
            }
            if input.is_empty() {
                return Ok(trimmed);
            }
            let comma: Token![,] = input.parse()?;
            if !input.is_empty() {
                comma.to_tokens(&mut trimmed);
            }
        }
    };
    if let Ok(trimmed) = list.parse_args_with(trimmed) {
        list.tokens = trimmed;
    }
}

/// Returns whether rustfmt removes parentheses around it, or adds them.
fn is_parenthesized(inner: &Expr) -> bool {
    match inner {
        Expr::Paren(_) => true,
        // As in `(1.).floor()`, or `1. .floor()`.
        Expr::Lit(literal) => {
            matches!(&literal.lit, Lit::Float(float) if float.to_string().ends_with('.'))
        }
        _ => false,
    }
}

/// Writes `;` after all statements but the last one, and also after that one if rustfmt may do so
/// or may leave it out.
fn end_statements(statements: &mut [Stmt]) {
    let last = statements.len().saturating_sub(1);
    for (index, statement) in statements.iter_mut().enumerate() {
        match statement {
            Stmt::Expr(expression, end) if index < last || ends_either_way(expression) => {
                end.get_or_insert_default();
            }
            Stmt::Macro(mac) if index < last => {
                mac.semi_token.get_or_insert_default();
            }
            _ => {}
        }
    }
}

/// Returns whether rustfmt decides about the `;` after an expression at the end of a block.
fn ends_either_way(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Return(_)
            | Expr::Break(_)
            | Expr::Continue(_)
            | Expr::Loop(_)
            | Expr::While(_)
            | Expr::ForLoop(_)
    )
}

/// Puts the body of an arm or a closure in a block, and removes further blocks in this one.
fn put_in_one_block(body: &mut Expr) {
    while let Some(inner) = only_expression(body) {
        *body = inner;
    }
    if !matches!(body, Expr::Block(ExprBlock { attrs, label: None, .. }) if attrs.is_empty()) {
        let stmts = vec![Stmt::Expr(mem::replace(body, Expr::PLACEHOLDER), None)];
        let block = Block { brace_token: token::Brace::default(), stmts };
        *body = Expr::Block(ExprBlock { attrs: Vec::new(), label: None, block });
    }
}

/// Takes the expression out of a block that consists of it.
fn only_expression(block: &mut Expr) -> Option<Expr> {
    let Expr::Block(ExprBlock { attrs, label: None, block }) = block else {
        return None;
    };
    match &mut *block.stmts {
        [Stmt::Expr(inner, end)]
            if attrs.is_empty() && (end.is_none() || ends_either_way(inner)) =>
        {
            Some(mem::replace(inner, Expr::PLACEHOLDER))
        }
        _ => None,
    }
}

/// The `use` items that follow each other, split into their paths and sorted, as well as
/// `extern crate` and `mod name;`. Their order has no effect without `#[macro_use]`.
#[derive(Default)]
struct Imports(Vec<(String, Item)>);

impl Imports {
    /// Inserts `item`, and returns whether it is one of them.
    fn insert(&mut self, item: &Item) -> bool {
        match item {
            Item::Use(import) => {
                let mut paths = Vec::new();
                split_paths(&import.tree, &mut paths);
                for tree in paths {
                    self.insert_one(Item::Use(ItemUse { tree, ..import.clone() }));
                }
            }
            Item::ExternCrate(_) | Item::Mod(ItemMod { content: None, .. })
                if !has_word(&item.to_token_stream(), &["macro_use"]) =>
            {
                self.insert_one(item.clone());
            }
            _ => return false,
        }
        true
    }

    fn insert_one(&mut self, item: Item) {
        let mut words = String::new();
        add_words(item.to_token_stream(), &mut words);
        let place = self.0.iter().position(|(others, _)| *others >= words);
        let place = place.unwrap_or(self.0.len());
        // rustfmt removes one that is written twice.
        if self.0.get(place).is_none_or(|(others, _)| *others != words) {
            self.0.insert(place, (words, item));
        }
    }

    /// Moves all of them to where `add` adds them.
    fn take(&mut self, add: &mut dyn FnMut(Item)) {
        for (_, item) in mem::take(&mut self.0) {
            add(item);
        }
    }
}

/// Adds the paths of an import, each as a tree.
fn split_paths(tree: &UseTree, paths: &mut Vec<UseTree>) {
    match tree {
        UseTree::Path(path) => {
            let start = paths.len();
            split_paths(&path.tree, paths);
            for end in &mut paths[start..] {
                let tree = Box::new(end.clone());
                *end = UseTree::Path(syn::UsePath { tree, ..path.clone() });
            }
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                split_paths(tree, paths);
            }
        }
        UseTree::Rename(renamed) if renamed.ident == renamed.rename => {
            paths.push(UseTree::Name(syn::UseName { ident: renamed.ident.clone() }));
        }
        other => paths.push(other.clone()),
    }
}

/// Adds the texts of all tokens, each with a mark at its end that sorts before every other
/// character. The text of a whole stream depends on the compiler.
fn add_words(tokens: TokenStream, words: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                words.push_str(&format!("{:?}\0", group.delimiter()));
                add_words(group.stream(), words);
            }
            other => words.push_str(&other.to_string()),
        }
        words.push('\0');
    }
}

/// An argument of a macro, in a form that rustfmt formats.
enum Argument {
    Expr(Expr),
    Type(Type),
    Pat(Pat),
    Keyword(Ident),
    Item(Item),
}

impl ToTokens for Argument {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Expr(expression) => expression.to_tokens(tokens),
            Self::Type(ty) => ty.to_tokens(tokens),
            Self::Pat(pattern) => pattern.to_tokens(tokens),
            Self::Keyword(keyword) => keyword.to_tokens(tokens),
            Self::Item(item) => item.to_tokens(tokens),
        }
    }
}

/// Splits the tokens of a macro into arguments and the separators after them.
fn arguments(mut tokens: TokenStream) -> Option<Vec<(Argument, Option<TokenTree>)>> {
    let mut arguments = Vec::new();
    // In a long list, parsing each argument anew takes too long.
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    if let Ok(list) = list.parse2(tokens.clone()) {
        for pair in list.into_pairs() {
            let (expression, comma) = pair.into_tuple();
            let comma = comma.and_then(|comma| comma.to_token_stream().into_iter().next());
            arguments.push((Argument::Expr(expression), comma));
        }
        return Some(arguments);
    }
    while !tokens.is_empty() {
        let (argument, rest) = argument(&tokens)?;
        let mut rest = rest.into_iter().peekable();
        let end = rest.next_if(|token| is_sign(token, ',') || is_sign(token, ';'));
        if end.is_none() && rest.peek().is_some() && !matches!(argument, Argument::Item(_)) {
            return None;
        }
        arguments.push((argument, end));
        tokens = rest.collect();
    }
    Some(arguments)
}

/// Parses the first argument, and returns the tokens after it.
fn argument(tokens: &TokenStream) -> Option<(Argument, TokenStream)> {
    let kinds: [fn(ParseStream<'_>) -> Result<Argument>; 5] = [
        |input| Ok(Argument::Expr(input.parse()?)),
        |input| Ok(Argument::Type(input.parse()?)),
        |input| Ok(Argument::Pat(Pat::parse_multi_with_leading_vert(input)?)),
        |input| Ok(Argument::Keyword(Ident::parse_any(input)?)),
        |input| Ok(Argument::Item(input.parse()?)),
    ];
    for kind in &kinds {
        // Each attempt has tokens of its own. In a fork of them, syn would remember a failure.
        let parse = |input: ParseStream<'_>| Ok((kind(input)?, input.parse::<TokenStream>()?));
        if let Ok((argument, rest)) = parse.parse2(tokens.clone()) {
            let ends = match rest.clone().into_iter().next() {
                Some(next) => is_sign(&next, ',') || is_sign(&next, ';'),
                None => true,
            };
            if ends || matches!(argument, Argument::Item(_)) {
                return Some((argument, rest));
            }
        }
    }
    None
}

impl Normal<'_> {
    /// Returns the normal form of the rules of a `macro_rules!`.
    fn rules(&mut self, tokens: TokenStream) -> Option<TokenStream> {
        let mut rules = TokenStream::new();
        let mut tokens = tokens.into_iter().peekable();
        while let Some(TokenTree::Group(matcher)) = tokens.next() {
            let (equals, greater) = (tokens.next()?, tokens.next()?);
            let Some(TokenTree::Group(body)) = tokens.next() else {
                return None;
            };
            if !is_sign(&equals, '=') || !is_sign(&greater, '>') {
                return None;
            }
            tokens.next_if(|token| is_sign(token, ';'));
            let body = self.rule(body.stream()).unwrap_or(body.stream());
            rules.extend(quote!(#matcher => { #body };));
        }
        tokens.peek().is_none().then_some(rules)
    }

    /// Returns the normal form of the body of a rule.
    fn rule(&mut self, body: TokenStream) -> Option<TokenStream> {
        let body = without_variables(body)?;
        let mut block: Block = parse2(quote!({ #body })).ok()?;
        self.visit(&mut Node::Block(&mut block));
        let stmts = &block.stmts;
        Some(quote!(#(#stmts)*))
    }
}

/// Replaces the variables of a rule by names. Like rustfmt, it accepts no repetitions.
fn without_variables(tokens: TokenStream) -> Option<TokenStream> {
    let mut tokens = tokens.into_iter();
    let mut replaced = Vec::new();
    while let Some(token) = tokens.next() {
        replaced.push(match token {
            sign if is_sign(&sign, '$') => match tokens.next()? {
                TokenTree::Ident(name) => format_ident!("__cogen_variable_{}", name).into(),
                _ => return None,
            },
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), without_variables(group.stream())?).into()
            }
            other => other,
        });
    }
    Some(replaced.into_iter().collect())
}
