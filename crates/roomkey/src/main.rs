//! roomkey.
fn main() {}
