//! What walks through the user's syntax.
//!
//! syn's `Visit` is a generic function for each kind of node, and each type that implements it
//! compiles all of them once more. Here, one type implements it, and calls a trait object: this
//! keeps a fifth of this package from what users have to compile.

use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Abi, AngleBracketedGenericArguments, Arm, Attribute, Block, BoundLifetimes, Constraint, Expr,
    ExprArray, ExprCall, ExprClosure, ExprMethodCall, ExprPath, ExprStruct, ExprTuple, FieldValue,
    FieldsNamed, FieldsUnnamed, FnArg, GenericArgument, GenericParam, Generics, Ident, ImplItemFn,
    Item, ItemEnum, ItemFn, ItemMacro, ItemMod, ItemTrait, Lifetime, LifetimeParam, Local, Macro,
    ParenthesizedGenericArguments, Pat, PatIdent, PatSlice, PatStruct, PatTuple, PatTupleStruct,
    PathArguments, PreciseCapture, PredicateLifetime, PredicateType, Receiver, ReturnType,
    Signature, Stmt, TraitBound, TraitItemFn, TraitItemType, Type, TypeFnPtr, TypeImplTrait,
    TypeInfer, TypeParam, TypePath, TypeReference, TypeTraitObject, TypeTuple, VisRestricted,
    WhereClause, WherePredicate,
};

/// Defines a trait like one of syn's, with those of its methods that somebody here implements or
/// calls, and the type that walks on from a node for it.
macro_rules! define_visitor {
    (
        $visitor:ident like $visit:path, with functions of $module:ident,
        by $walk:ident, $object:ident;
        $($method:ident($node:ty);)*
    ) => {
        pub(crate) trait $visitor: $object {
            $(
                fn $method(&mut self, node: $node) {
                    $module::$method(&mut $walk(self.object()), node);
                }
            )*
        }

        /// Walks through what is in a node, and lets the visitor visit what it finds.
        pub(crate) struct $walk<'a>(pub(crate) &'a mut dyn $visitor);

        impl $visit for $walk<'_> {
            $(
                fn $method(&mut self, node: $node) {
                    self.0.$method(node);
                }
            )*
        }

        /// A visitor as a trait object.
        pub(crate) trait $object {
            fn object(&mut self) -> &mut dyn $visitor;
        }

        impl<V: $visitor> $object for V {
            fn object(&mut self) -> &mut dyn $visitor {
                self
            }
        }
    };
}

define_visitor! {
    Visitor like Visit<'_>, with functions of visit, by Walk, VisitorObject;
    visit_attribute(&Attribute);
    visit_block(&Block);
    visit_expr(&Expr);
    visit_expr_path(&ExprPath);
    visit_fn_arg(&FnArg);
    visit_generic_param(&GenericParam);
    visit_generics(&Generics);
    visit_ident(&Ident);
    visit_item(&Item);
    visit_lifetime(&Lifetime);
    visit_local(&Local);
    visit_macro(&Macro);
    visit_parenthesized_generic_arguments(&ParenthesizedGenericArguments);
    visit_pat(&Pat);
    visit_pat_ident(&PatIdent);
    visit_receiver(&Receiver);
    visit_signature(&Signature);
    visit_stmt(&Stmt);
    visit_trait_bound(&TraitBound);
    visit_type(&Type);
    visit_type_fn_ptr(&TypeFnPtr);
    visit_type_impl_trait(&TypeImplTrait);
    visit_type_infer(&TypeInfer);
    visit_type_reference(&TypeReference);
}

define_visitor! {
    VisitorMut like VisitMut, with functions of visit_mut, by WalkMut, VisitorMutObject;
    visit_abi_mut(&mut Abi);
    visit_angle_bracketed_generic_arguments_mut(&mut AngleBracketedGenericArguments);
    visit_arm_mut(&mut Arm);
    visit_attribute_mut(&mut Attribute);
    visit_block_mut(&mut Block);
    visit_bound_lifetimes_mut(&mut BoundLifetimes);
    visit_constraint_mut(&mut Constraint);
    visit_expr_array_mut(&mut ExprArray);
    visit_expr_call_mut(&mut ExprCall);
    visit_expr_closure_mut(&mut ExprClosure);
    visit_expr_method_call_mut(&mut ExprMethodCall);
    visit_expr_mut(&mut Expr);
    visit_expr_path_mut(&mut ExprPath);
    visit_expr_struct_mut(&mut ExprStruct);
    visit_expr_tuple_mut(&mut ExprTuple);
    visit_field_value_mut(&mut FieldValue);
    visit_fields_named_mut(&mut FieldsNamed);
    visit_fields_unnamed_mut(&mut FieldsUnnamed);
    visit_fn_arg_mut(&mut FnArg);
    visit_generic_argument_mut(&mut GenericArgument);
    visit_generics_mut(&mut Generics);
    visit_impl_item_fn_mut(&mut ImplItemFn);
    visit_item_enum_mut(&mut ItemEnum);
    visit_item_fn_mut(&mut ItemFn);
    visit_item_macro_mut(&mut ItemMacro);
    visit_item_mod_mut(&mut ItemMod);
    visit_item_mut(&mut Item);
    visit_item_trait_mut(&mut ItemTrait);
    visit_lifetime_mut(&mut Lifetime);
    visit_lifetime_param_mut(&mut LifetimeParam);
    visit_macro_mut(&mut Macro);
    visit_parenthesized_generic_arguments_mut(&mut ParenthesizedGenericArguments);
    visit_pat_mut(&mut Pat);
    visit_pat_slice_mut(&mut PatSlice);
    visit_pat_struct_mut(&mut PatStruct);
    visit_pat_tuple_mut(&mut PatTuple);
    visit_pat_tuple_struct_mut(&mut PatTupleStruct);
    visit_path_arguments_mut(&mut PathArguments);
    visit_precise_capture_mut(&mut PreciseCapture);
    visit_predicate_lifetime_mut(&mut PredicateLifetime);
    visit_predicate_type_mut(&mut PredicateType);
    visit_receiver_mut(&mut Receiver);
    visit_return_type_mut(&mut ReturnType);
    visit_signature_mut(&mut Signature);
    visit_stmt_mut(&mut Stmt);
    visit_trait_bound_mut(&mut TraitBound);
    visit_trait_item_fn_mut(&mut TraitItemFn);
    visit_trait_item_type_mut(&mut TraitItemType);
    visit_type_fn_ptr_mut(&mut TypeFnPtr);
    visit_type_impl_trait_mut(&mut TypeImplTrait);
    visit_type_mut(&mut Type);
    visit_type_param_mut(&mut TypeParam);
    visit_type_path_mut(&mut TypePath);
    visit_type_reference_mut(&mut TypeReference);
    visit_type_trait_object_mut(&mut TypeTraitObject);
    visit_type_tuple_mut(&mut TypeTuple);
    visit_vis_restricted_mut(&mut VisRestricted);
    visit_where_clause_mut(&mut WhereClause);
    visit_where_predicate_mut(&mut WherePredicate);
}
