//! The `hereabouts` command.

mod args;
mod as_owner;
mod commands;
mod fetch;
mod log;
mod memory;
mod outcome;
mod shown;

use std::alloc::System;
use zeroizing_alloc::ZeroAlloc;

/// Wipes what is given back: what somebody typed, and was kept nowhere, is not left in memory either.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> std::process::ExitCode {
    commands::main()
}
