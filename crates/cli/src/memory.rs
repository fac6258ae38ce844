//! A ceiling for memory: what would go beyond it ends with a word, before the system ends it without one.

use crate::shown::output::Messages;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Between two looks: what can be asked of the system meanwhile is some ten megabytes.
const LOOK: Duration = Duration::from_millis(20);

static LANDED: AtomicBool = AtomicBool::new(false);

/// Notes that what was to be changed has been.
pub(crate) fn landed() {
    LANDED.store(true, Ordering::Relaxed);
}

/// The ceiling unless somebody says another: half of what the machine, or the group that the process is in, may have.
pub(crate) fn usual_ceiling() -> u64 {
    let group = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let of_group =
        group.into_iter().filter_map(|path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    of_group.chain(of_machine()).min().map_or(u64::MAX, |bytes| bytes / 2)
}

fn of_machine() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(total.trim().split(' ').next()?.parse::<u64>().ok()? * 1_024)
}

/// What this process has in memory now, where the system says.
fn in_use() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let resident = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(resident.trim().split(' ').next()?.parse::<u64>().ok()? * 1_024)
}

/// Bytes as people write them: `800M`, `2G`, or a plain number.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let (digits, shift) = match text
        .trim_end_matches(['i', 'B'])
        .split_at_checked(text.trim_end_matches(['i', 'B']).len().saturating_sub(1))
    {
        Some((digits, "K" | "k")) => (digits, 10),
        Some((digits, "M" | "m")) => (digits, 20),
        Some((digits, "G" | "g")) => (digits, 30),
        _ => (text, 0),
    };
    let number = digits.trim().parse::<u64>().ok().and_then(|n| n.checked_mul(1 << shift));
    number.filter(|n| *n >= 64 << 20).ok_or_else(|| "give 64M or more, such as 800M or 2G".to_owned())
}

/// Ends the process with a word once it has more than `ceiling`. What was begun has then changed nothing: an import lands whole
/// or not at all, however it ends.
pub(crate) fn watch(ceiling: u64, words: Messages) {
    let look = move || {
        loop {
            std::thread::sleep(LOOK);
            if in_use().is_some_and(|bytes| bytes > ceiling) {
                let so_far = match LANDED.load(Ordering::Relaxed) {
                    true => "the import has landed, and what follows from it was not looked at",
                    false => "nothing was changed",
                };
                words.say(format_args!(
                    "hereabouts: this needs more than {} MiB of memory, the ceiling; {so_far}. Split the files, or raise --max-memory",
                    ceiling >> 20
                ));
                std::process::exit(1);
            }
        }
    };
    // Without it the system's own limits hold.
    let _ = std::thread::Builder::new().name("memory".to_owned()).spawn(look);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_are_read_as_people_write_them() {
        assert_eq!(bytes("2G"), Ok(2 << 30));
        assert_eq!(bytes("800M"), Ok(800 << 20));
        assert_eq!(bytes("512MiB"), Ok(512 << 20));
        assert_eq!(bytes("1000000000"), Ok(1_000_000_000));
        for wrong in ["", "G", "1G2", "-1", "99999999999999G", "1M"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
        assert!(usual_ceiling() > 64 << 20 && in_use().is_some());
    }
}
