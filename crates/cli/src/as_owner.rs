//! The command as the owner of a store would give it.

use hereabouts_store::StoreError;
use std::env;
use std::fs;

/// What root is to type instead, where a store refused it.
pub(crate) fn instead(error: &anyhow::Error) -> Option<String> {
    let owner = error.chain().find_map(|cause| match cause.downcast_ref() {
        Some(StoreError::OfAnother { owner, .. }) => Some(*owner),
        _ => None,
    })?;
    let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
    // Settings do not come through sudo by themselves.
    let mut settings: Vec<String> = env::vars_os()
        .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
        .filter(|setting| setting.starts_with("HEREABOUTS_"))
        .collect();
    settings.sort();
    let given = env::args_os().map(|arg| arg.to_string_lossy().into_owned());
    Some(command(&user(owner, &passwd), settings, given))
}

fn command(user: &str, settings: Vec<String>, given: impl Iterator<Item = String>) -> String {
    let env = (!settings.is_empty()).then(|| "env".to_owned());
    let words = ["sudo", "-u", user].into_iter().map(str::to_owned).chain(env).chain(settings).chain(given);
    words.map(|word| quoted(&word)).collect::<Vec<_>>().join(" ")
}

/// The name of a user; where there is none, the number as sudo takes it.
fn user(number: u32, passwd: &str) -> String {
    let named = passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("#{number}"))
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_was_typed_for_another_user() {
        let passwd =
            "root:x:0:0::/root:/bin/sh\nhereabouts:x:998:998::/var/lib/hereabouts:/usr/sbin/nologin\n";
        let typed = ["hereabouts", "import", "assets", "Jo's list.csv", "--store", ""].map(str::to_owned);
        assert_eq!(
            command(&user(998, passwd), vec!["HEREABOUTS_STORE=/a b".into()], typed.clone().into_iter()),
            r"sudo -u hereabouts env 'HEREABOUTS_STORE=/a b' hereabouts import assets 'Jo'\''s list.csv' --store ''"
        );
        assert!(
            command(&user(7, passwd), vec![], typed.into_iter())
                .starts_with("sudo -u '#7' hereabouts import")
        );
    }
}
