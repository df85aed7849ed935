//! The program with each of its drivers, tested with a client of our own, and with those of Redis
//! where they are installed.

mod ending;
mod limits;
mod random;
mod readme;
mod redis_tools;
mod requests;
mod server;
