//! The program, with each of its drivers, in front of clients: one of our own, and those of Redis
//! where they are installed.

mod ending;
mod limits;
mod random;
mod readme;
mod redis_tools;
mod requests;
mod server;
