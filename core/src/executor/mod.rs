//! A small single-threaded event loop, shaped like asyncio's.

mod reactor;
