//! The workloads. Each file contains one workload, in every way to write it.

mod awaited;
mod echo;
mod evens;
mod large_items;
mod levels;
mod life;
mod parser;
mod rows;
mod squares;
mod stream;
mod sum;
mod tree;
mod words;

use crate::contest::Workload;

pub(crate) const WORKLOADS: &[Workload] = &[
    sum::WORKLOAD,
    echo::WORKLOAD,
    squares::WORKLOAD,
    evens::WORKLOAD,
    rows::WORKLOAD,
    words::WORKLOAD,
    tree::WORKLOAD,
    life::WORKLOAD,
    parser::WORKLOAD,
    levels::WORKLOAD,
    stream::WORKLOAD,
    awaited::WORKLOAD,
    large_items::WORKLOAD,
];
